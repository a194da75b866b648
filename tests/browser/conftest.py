"""A real browser on the real application: Debian's Chromium, driven by Playwright."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # Playwright keeps a loop running in the test's thread

PASSWORD = "correct-horse-7"
#: Screenshots are kept when SCREENSHOTS names a folder.
SCREENSHOTS = os.environ.get("SCREENSHOTS")


@pytest.fixture
def site(transactional_db: None, live_server: Any, settings: Any) -> str:
    """The address of the running application, with the default policies published."""
    from shopops.policies.services import load_packs

    settings.SITE_URL = live_server.url
    settings.CELERY_TASK_ALWAYS_EAGER = True
    load_packs()
    url: str = live_server.url
    return url


@pytest.fixture
def open_page(browser: Browser, site: str) -> Iterator[Callable[..., Page]]:
    """Open browser windows: open_page(language="zh-CN", width=390, dark=True). Any script error fails the test."""
    contexts, errors = [], []

    def open_(language: str = "en", width: int = 1440, dark: bool = False, scripts: bool = True) -> Page:
        context = browser.new_context(
            base_url=site,
            locale=language,
            viewport={"width": width, "height": 900},
            color_scheme="dark" if dark else "light",
            java_script_enabled=scripts,
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.on("pageerror", lambda error: errors.append(str(error)))
        return page

    yield open_
    for context in contexts:
        context.close()
    assert errors == []


def sign_in(page: Page, email: str, password: str = PASSWORD) -> None:
    """Sign in on the portal's page."""
    page.goto("/accounts/login/")
    page.fill("input[name=login]", email)
    page.fill("input[name=password]", password)
    page.click("main button.primary")
    page.wait_for_url(lambda url: "/accounts/login" not in url)


def assert_accessible(page: Page) -> None:
    """Run axe on the page; name what is wrong and where."""
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page).response["violations"]
    assert found == [], [(v["id"], v["help"], [n["html"][:160] for n in v["nodes"][:3]]) for v in found]


def keep(page: Page, name: str) -> None:
    """Take a screenshot when SCREENSHOTS is set."""
    if SCREENSHOTS:
        Path(SCREENSHOTS).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=f"{SCREENSHOTS}/{name}.png", full_page=True)
