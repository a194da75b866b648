"""Opening pages one after the other and saying what is wrong with each."""

from collections.abc import Callable, Iterable
from typing import Any

from playwright.sync_api import Page

from shopops.accounts.models import User
from tests.browser.looking import keep, problems

#: How pages are looked at: on a desk and on a phone, in both languages and both schemes of colours.
LOOKS: dict[str, dict[str, Any]] = {
    "en-desk-light": {"language": "en", "width": 1440},
    "zh-phone-dark": {"language": "zh-CN", "width": 390, "dark": True},
}


def walk(
    pages: Iterable[tuple[User | None, str, str]], look: dict[str, Any], open_page: Callable[..., Page]
) -> list[str]:
    """Open every page (person, name for the screenshot, address); return what is wrong with them."""
    windows: dict[User | None, Page] = {}
    wrong: list[str] = []
    for user, name, address in pages:
        if user not in windows:
            windows[user] = open_page(**look, user=user)
        page = windows[user]
        answer = page.goto(address)
        assert answer is not None
        if answer.status != 200:
            wrong.append(f"{address}: {answer.status}")
            continue
        wrong += problems(page)
        if (count := page.locator("h1").count()) != 1:
            wrong.append(f"{page.url} has {count} h1")
        keep(page, f"{name}-{look['language']}-{look['width']}")
    return wrong
