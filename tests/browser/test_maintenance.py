"""Planned work: written in the console, announced, read by merchants and by the public."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.core.cache import cache
from django.utils import timezone
from playwright.sync_api import Page, expect

from maintenance.models import Window
from shopops.jobs.services import run_job
from tests.browser import scenes
from tests.browser.looking import address, assert_good, follow, heading, keep, plain, sign_in, subjects
from tests.mail import Sink

pytestmark = pytest.mark.browser

TITLES = {"en": "Shipping stops for an upgrade", "zh-CN": "系统升级，发货停用"}
DJANGO_LANGUAGES = {"zh-CN": "zh-hans", "en": "en"}


@pytest.mark.parametrize(
    ("language", "scripts"), [("zh-CN", True), ("en", True), ("en", False)], ids=["zh", "en", "en-without-scripts"]
)
def test_planned_work_reaches_merchants_and_the_public(
    language: str, scripts: bool, open_page: Callable[..., Page], make_user: Any, sink: Sink
) -> None:
    owner = make_user("chen", language=DJANGO_LANGUAGES[language])
    scenes.sell(scenes.open_shop(owner), on_time=5, waiting=3)
    make_user("he", roles=["announcer"])
    start = timezone.localtime(timezone.now() + dt.timedelta(days=6)).replace(hour=2, minute=0, second=0, microsecond=0)

    console = open_page(language)  # forms of the console need scripts to add rows
    sign_in(console, "he@example.com")
    plan(console, start)
    keep(console, f"console-window-{language}")
    move(console, "schedule")
    move(console, "announce")
    window = Window.objects.get()
    assert window.state == Window.State.ANNOUNCED
    assert run_job("send_due_notices", trigger="test").result["recipients"] == 1

    page = open_page(language, scripts=scripts)
    look = assert_good if scripts else keep
    sign_in(page, owner.email)
    banner = page.locator(".banner")
    assert said_times(start) in plain(banner.inner_text())
    look(page, f"home-maintenance-{language}")
    follow(page, f".banner a[href='/portal/maintenance/{window.pk}/']")
    assert said_times(start) in heading(page)
    assert TITLES[language] in page.inner_text("main")
    look(page, f"window-{language}")

    assert any(TITLES[language] in subject for subject in subjects(sink, owner.email))
    cache.clear()  # the public page is a minute old at most
    page.goto("/status/")
    assert TITLES[language] in page.inner_text("main")
    look(page, f"status-{language}")


def said_times(start: dt.datetime) -> str:
    return f"{start:%H:%M}–{start + dt.timedelta(hours=3):%H:%M}"


def plan(page: Page, start: dt.datetime) -> None:
    """Write the window with one impact: shipping is down for merchants."""
    page.goto("/admin/maintenance/window/")
    follow(page, "a[href$='/window/add/']:visible")
    page.fill("[name=title_en]", TITLES["en"])
    page.fill("[name=title_zh]", TITLES["zh-CN"])
    page.fill("[name=summary_en]", "Orders keep coming in.")
    page.fill("[name=summary_zh]", "订单照常接收。")
    for name, moment in (("starts_at", start), ("ends_at", start + dt.timedelta(hours=3))):
        page.fill(f"[name={name}_0]", f"{moment:%Y-%m-%d}")
        page.fill(f"[name={name}_1]", f"{moment:%H:%M}")
    page.locator(".add-row a:visible, a.add-row:visible").first.click()
    page.select_option("[name=impacts-0-service]", "shipping")
    page.select_option("[name=impacts-0-audience]", "merchants")
    page.select_option("[name=impacts-0-mode]", "down")
    follow(page, "[name=_continue]")
    expect(page).to_have_url(address("/change/"))


def move(page: Page, code: str) -> None:
    """Press a button of the window and confirm it."""
    follow(page, f"a[href$='/act/{code}/']")
    follow(page, "#content form button[type=submit]:visible")
    expect(page).to_have_url(address("/change/"))
