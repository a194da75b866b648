"""What the browser tests do on every page: sign in, look, check that it fits and that everybody can use it."""

import os
import re
from pathlib import Path
from typing import Any

from django.utils import translation
from playwright.sync_api import Page, expect

from tests.mail import Sink

PASSWORD = "correct-horse-7"
#: Screenshots are kept when SCREENSHOTS names a folder.
SCREENSHOTS = os.environ.get("SCREENSHOTS")

#: The languages of the pages by the locale that a browser asks for, as the html element names them.
HTML_LANGUAGES = {"en": "en", "zh-CN": "zh-Hans"}
_DJANGO_LANGUAGES = {"en": "en", "zh-CN": "zh-hans"}


def sign_in(page: Page, email: str, password: str = PASSWORD) -> None:
    """Sign in on the page that everybody uses."""
    page.goto("/accounts/login/")
    page.fill("input[name=login]", email)
    page.fill("input[name=password]", password)
    follow(page, "main button.primary")
    expect(page).not_to_have_url(address("/accounts/login/"))


def follow(page: Page, selector: str) -> None:
    """Press a link or a button that leads to another page (or to the same one anew), and wait until that is there."""
    with page.expect_navigation():
        page.locator(selector).first.click()


def said(language: str, message: str, **values: Any) -> str:
    """What the application says in that browser's language: said("zh-CN", "Your shop is open")."""
    with translation.override(_DJANGO_LANGUAGES[language]):
        text = translation.gettext(message)
    return text % values if values else text


def heading(page: Page) -> str:
    """The page's one heading."""
    texts = page.locator("h1").all_inner_texts()
    assert len(texts) == 1, f"{page.url} has {len(texts)} h1"
    return plain(texts[0])


def address(path: str) -> re.Pattern[str]:
    """A pattern for an address that ends so, whatever follows as its query."""
    return re.compile(rf"{re.escape(path)}([?#].*)?$")


def subjects(sink: Sink, recipient: str) -> list[str]:
    """The subjects of the e-mails that reached somebody, oldest first."""
    return [plain(str(mail["subject"])) for mail in sink.to(recipient)]


def plain(text: str) -> str:
    """The text without the invisible characters that bind digits to their units."""
    return text.replace("\N{WORD JOINER}", "").replace("\N{NO-BREAK SPACE}", " ").strip()


def assert_good(page: Page, name: str = "") -> None:
    """Check what holds for every page of ours: its language, that it fits, that axe finds nothing."""
    assert problems(page) == []
    if name:
        keep(page, name)


def problems(page: Page) -> list[str]:
    """What is wrong with the page, in words that lead to the place."""
    found = []
    width = page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
    if width[0] > width[1]:
        found.append(f"scrolls sideways: {width[0]} px wide on {width[1]} px, because of {_too_wide(page)}")
    locale = page.evaluate("navigator.language")
    language = page.evaluate("document.documentElement.lang")
    if language != HTML_LANGUAGES[locale]:
        found.append(f"is in {language}, the browser asked for {locale}")
    return [f"{page.url} {each}" for each in [*found, *violations(page)]]


def _too_wide(page: Page) -> list[str]:
    """The innermost elements that stick out on the right."""
    return page.evaluate(
        """() => [...document.querySelectorAll("body *")]
            .filter((e) => e.getBoundingClientRect().right > innerWidth + 1 && !e.children.length)
            .slice(0, 3).map((e) => e.outerHTML.slice(0, 120))"""
    )


def violations(page: Page) -> list[str]:
    """What axe finds, with the elements."""
    from axe_playwright_python.sync_playwright import Axe

    response = Axe().run(page, options={"resultTypes": ["violations"]}).response
    return [
        f"{each['id']}: {each['help']}: {[node['html'][:160] for node in each['nodes'][:3]]}"
        for each in response["violations"]
    ]


def keep(page: Page, name: str) -> None:
    """Take a screenshot when SCREENSHOTS is set; what sticks to the edges of the window is at the page's edges."""
    if not SCREENSHOTS:
        return
    Path(SCREENSHOTS).mkdir(parents=True, exist_ok=True)
    size = page.viewport_size
    assert size is not None
    height = page.evaluate("document.documentElement.scrollHeight")
    page.set_viewport_size({"width": size["width"], "height": max(height, 600)})
    page.screenshot(path=f"{SCREENSHOTS}/{name}.png", full_page=True)
    page.set_viewport_size(size)
