"""A real browser on the real application: Debian's Chromium, driven by Playwright."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.core.cache import cache
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Response

from shopops.accounts.models import User

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # Playwright keeps a loop running in the test's thread

#: What Chromium says when the content security policy kept something from running.
CSP_WORDS = ("Content Security Policy", "Content-Security-Policy")


@pytest.fixture
def site(transactional_db: None, live_server: Any, settings: Any, tmp_path: Path) -> str:
    """The address of the running application, with the default policies published and nothing cached."""
    from shopops.policies.services import load_packs

    settings.SITE_URL = live_server.url
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.CELERY_TASK_ALWAYS_EAGER = True
    cache.clear()
    load_packs()
    url: str = live_server.url
    return url


@pytest.fixture
def open_page(browser: Browser, site: str) -> Iterator[Callable[..., Page]]:
    """Open browser windows: open_page("zh-CN", width=390, dark=True, scripts=False, user=somebody).

    With `user` the window is signed in already. The test fails when a page had a script error, ran into its content
    security policy, asked another host for anything, missed a static file, or was answered with a server error.
    """
    contexts: list[BrowserContext] = []
    wrong: list[str] = []

    def open_(
        language: str = "en", width: int = 1440, dark: bool = False, scripts: bool = True, user: User | None = None
    ) -> Page:
        context = browser.new_context(
            base_url=site,
            locale=language,
            viewport={"width": width, "height": 900},
            color_scheme="dark" if dark else "light",
            has_touch=width < 600,
            java_script_enabled=scripts,
        )
        contexts.append(context)
        if user is not None:
            _sign_in_with_cookie(context, user, site)
        page = context.new_page()
        page.set_default_timeout(15_000)
        _watch(page, urlsplit(site).netloc, wrong)
        return page

    yield open_
    for context in contexts:
        context.close()
    assert wrong == []


def _sign_in_with_cookie(context: BrowserContext, user: User, site: str) -> None:
    client = Client()
    client.force_login(user)
    context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": site}])


def _watch(page: Page, host: str, wrong: list[str]) -> None:
    """Write down what must not happen on any page."""

    def heard(message: ConsoleMessage) -> None:
        if any(words in message.text for words in CSP_WORDS):
            wrong.append(f"{page.url}: {message.text}")

    def answered(response: Response) -> None:
        parts = urlsplit(response.url)
        if parts.scheme in ("http", "https") and parts.netloc != host:
            wrong.append(f"{page.url} asked {response.url}")
        if response.status >= 500 or (response.status >= 400 and parts.path.startswith("/static/")):
            wrong.append(f"{page.url}: {response.status} from {response.url}")

    page.on("pageerror", lambda error: wrong.append(f"{page.url}: {error}"))
    page.on("console", heard)
    page.on("response", answered)
