"""The console's lists and forms open in both languages without a script error and within their security policy."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib import admin
from django.urls import NoReverseMatch, reverse
from playwright.sync_api import Page, expect

from tests.browser import scenes
from tests.browser.looking import keep

pytestmark = pytest.mark.browser


def lists() -> list[str]:
    """Every list of the console."""
    return [
        reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist") for model in admin.site._registry
    ]


def first_of(address: str) -> str:
    """The page of the first thing of a list, "" when there is none."""
    model = next(
        each
        for each in admin.site._registry
        if address == reverse(f"admin:{each._meta.app_label}_{each._meta.model_name}_changelist")
    )
    pk = model._default_manager.values_list("pk", flat=True).first()
    try:
        return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_change", args=[pk]) if pk else ""
    except NoReverseMatch:
        return ""


@pytest.mark.parametrize("language", ["en", "zh-CN"])
def test_the_console_opens(language: str, open_page: Callable[..., Page], make_user: Any) -> None:
    scenes.market(make_user)
    page = open_page(language, user=make_user("root", is_staff=True, is_superuser=True))
    page.goto("/admin/")
    expect(page.locator("h1").first).to_be_visible()
    keep(page, f"console-home-{language}")
    adding = [reverse("admin:maintenance_window_add"), reverse("admin:maintenance_incident_add")]
    for address in [*lists(), *adding, *filter(None, map(first_of, lists()))]:
        answer = page.goto(address)
        assert answer is not None and answer.status == 200, address
        keep(page, f"console-{address.strip('/').replace('/', '-')}-{language}")
