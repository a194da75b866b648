"""The scan in a real browser: keys, boxes and rows together, turning, without scripts, on a phone."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.ocr.scans import handed_in

pytestmark = pytest.mark.browser


@pytest.fixture
def address(site: str, make_user: Any) -> str:
    application, _licence = handed_in(make_user("chen"))
    return f"/admin/review/{application.pk}/"


@pytest.fixture
def reviewer(make_user: Any) -> Any:
    return make_user("lin", roles=["reviewer"])


def width_of(page: Page) -> float:
    place = page.locator(".scan__page").bounding_box()
    assert place is not None
    return place["width"]


def test_keys_enlarge_turn_and_jump_to_fields(open_page: Callable[..., Page], address: str, reviewer: Any) -> None:
    page = open_page(user=reviewer)
    page.goto(address)
    drawn = page.locator(".scan__page")
    width = width_of(page)
    page.keyboard.press("+")
    assert width_of(page) > width * 1.2
    page.keyboard.press("0")
    assert abs(width_of(page) - width) < 2
    page.keyboard.press("t")
    expect(drawn).to_have_attribute("viewBox", "0 0 1000 1414.9")
    page.keyboard.press("2")
    expect(page.locator('[data-box="2"]')).to_have_class("differs chosen")
    page.locator("#f8 th").hover()
    expect(page.locator('[data-box="8"]')).to_have_class("differs lit")
    page.locator('[data-box="5"] rect').hover(force=True)
    expect(page.locator("#f5")).to_have_class("lit")


def test_without_scripts_the_links_do_the_same(open_page: Callable[..., Page], address: str, reviewer: Any) -> None:
    page = open_page(user=reviewer, scripts=False)
    page.goto(address)
    page.get_by_role("link", name="Rotate").click()
    expect(page.locator(".scan__page")).to_have_attribute("viewBox", "0 0 1000 1414.9")
    width = width_of(page)
    page.get_by_role("link", name="Larger").click()
    assert width_of(page) > width * 1.4


def test_a_phone_shows_the_scan_without_scrolling_sideways(
    open_page: Callable[..., Page], address: str, reviewer: Any
) -> None:
    page = open_page("zh-CN", width=390, dark=True, user=reviewer)
    page.goto(address)
    expect(page.locator(".scan__page")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
