"""What pages do besides showing themselves: language and theme, menus, shortcut keys, one submit per form."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from complaints.models import Complaint
from tests.browser import scenes
from tests.browser.looking import follow
from tests.merchants import factories

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "without-scripts"])
def test_language_and_theme_are_kept_from_page_to_page(scripts: bool, open_page: Callable[..., Page]) -> None:
    page = open_page("en", scripts=scripts)
    page.goto("/status/")
    for choice in ("[name=language][value=zh-hans]", "[name=theme][value=dark]"):
        page.locator(".menu summary").first.click()
        follow(page, choice)
    page.goto("/apply/")
    html = page.locator("html")
    expect(html).to_have_attribute("lang", "zh-Hans")
    expect(html).to_have_attribute("data-theme", "dark")


def test_a_menu_closes_on_escape_and_on_a_click_elsewhere(open_page: Callable[..., Page]) -> None:
    page = open_page()
    page.goto("/status/")
    summary, entries = page.locator(".menu summary").first, page.locator(".menu__list").first
    summary.click()
    expect(entries).to_be_visible()
    page.keyboard.press("Escape")
    expect(entries).to_be_hidden()
    expect(summary).to_be_focused()
    summary.click()
    page.locator("h1").click()
    expect(entries).to_be_hidden()


def test_a_key_leads_to_a_decision_but_does_not_send_it(open_page: Callable[..., Page], make_user: Any) -> None:
    waiting = factories.submitted(make_user("chen"))
    page = open_page(user=make_user("lin", roles=["reviewer"]))
    page.goto(f"/admin/review/{waiting.pk}/")
    approve, reject = (page.locator(f"button[name=decision][value={value}]") for value in ("approve", "reject"))
    page.keyboard.press("a")
    expect(approve).to_be_focused()
    page.locator("form.decide summary").click()
    page.locator("#note").press_sequentially("are all parts readable?")
    expect(page.locator("#note")).to_have_value("are all parts readable?")
    page.locator("h1").click()
    page.keyboard.press("?")
    page.locator("[data-keys]").uncheck()
    page.keyboard.press("Escape")
    expect(page.locator("[data-keys]")).to_be_hidden()
    page.locator("h1").click()
    page.keyboard.press("r")
    expect(reject).not_to_be_focused()
    waiting.refresh_from_db()
    assert waiting.state == "in_review"


def test_a_double_click_submits_once(open_page: Callable[..., Page], make_user: Any) -> None:
    bought = scenes.sell(scenes.open_shop(make_user("chen")), on_time=1)[0]
    page = open_page()
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    page.goto("/complain/")
    scenes.fill_in_complaint(page, bought.external_id)
    with page.expect_navigation():
        page.locator("main button.primary").dblclick()
    expect(page.locator("form.form")).to_have_count(0)
    assert len(sent) == 1
    assert Complaint.objects.count() == 1
