"""The console's lists and forms open in both languages without a script error and within their security policy."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib import admin
from django.urls import reverse
from playwright.sync_api import Page, expect

from tests.browser import scenes
from tests.browser.looking import keep

pytestmark = pytest.mark.browser


def lists() -> list[str]:
    """Every list of the console."""
    return [
        reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist") for model in admin.site._registry
    ]


@pytest.mark.parametrize("language", ["en", "zh-CN"])
def test_the_console_opens(language: str, open_page: Callable[..., Page], make_user: Any) -> None:
    scenes.market(make_user)
    page = open_page(language, user=make_user("root", is_staff=True, is_superuser=True))
    page.goto("/admin/")
    expect(page.locator("h1").first).to_be_visible()
    keep(page, f"console-home-{language}")
    for address in [*lists(), reverse("admin:maintenance_window_add"), reverse("admin:maintenance_incident_add")]:
        visit(page, address, language)
        first = page.locator("#result_list tbody th a").first
        if first.count():
            visit(page, first.get_attribute("href") or "", language)


def visit(page: Page, address: str, language: str) -> None:
    answer = page.goto(address)
    assert answer is not None and answer.status == 200, address
    expect(page.locator("#content")).to_be_visible()
    keep(page, f"console-{re.sub(r'[^a-z]+', '-', address).strip('-')}-{language}")
