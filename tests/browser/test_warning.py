"""A shop ships late: the warning, its proof, what the merchant does, and both answers of the re-check."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from shopops.jobs.services import run_job
from tests.browser import scenes
from tests.browser.looking import assert_good, follow, heading, keep, plain, said, sign_in, subjects
from tests.mail import Sink
from warning_center.models import Warning

pytestmark = pytest.mark.browser

LATE, ON_TIME = 6, 34
DJANGO_LANGUAGES = {"zh-CN": "zh-hans", "en": "en"}
FIGURES = {"zh-CN": "15%（40 笔订单中 6 笔）", "en": "15% (6 of 40 orders)"}


@pytest.mark.parametrize(
    ("language", "scripts"), [("zh-CN", True), ("en", True), ("zh-CN", False)], ids=["zh", "en", "zh-without-scripts"]
)
def test_a_merchant_reads_a_warning_and_works_it_off(
    language: str, scripts: bool, open_page: Callable[..., Page], make_user: Any, sink: Sink
) -> None:
    owner = make_user("chen", language=DJANGO_LANGUAGES[language])
    shop = scenes.open_shop(owner)
    late = {each.external_id for each in scenes.sell(shop, late=LATE, on_time=ON_TIME)[:LATE]}
    scenes.run_the_night()
    warning = Warning.objects.get()
    assert [subject for subject in subjects(sink, owner.email) if FIGURES[language] in subject]

    page = open_page(language, scripts=scripts)
    look = assert_good if scripts else keep
    sign_in(page, owner.email)
    look(page, f"home-warned-{language}")
    follow(page, f".todo a[href='/portal/warnings/{warning.number}/']")

    assert FIGURES[language] in heading(page)
    assert {plain(text) for text in page.locator("tbody th .id").all_inner_texts()} == late
    look(page, f"warning-open-{language}")
    press(page, warning, "acknowledge")
    press(page, warning, "rectify")
    look(page, f"warning-rectifying-{language}")
    submit(page, "Everything overdue is with the carrier.")
    assert toast(page) == said(language, "The re-check did not pass. Under “What happened” stands what was measured.")
    look(page, f"warning-returned-{language}")

    scenes.sell(shop, on_time=200)
    run_job("update_counters", trigger="test")
    submit(page, "A second shift packs in the evening.")
    assert toast(page) == said(language, "The re-check passed. The warning is revoked.")
    look(page, f"warning-revoked-{language}")
    page.goto("/portal/")
    expect(page.locator(".todo li")).to_have_count(0)
    warning.refresh_from_db()
    assert warning.state == Warning.State.REVOKED
    assert len(subjects(sink, owner.email)) == 2  # issued, revoked


def press(page: Page, warning: Warning, action: str) -> None:
    follow(page, f"form[action='/portal/warnings/{warning.number}/{action}/'] button")


def submit(page: Page, note: str) -> None:
    page.fill("textarea[name=note]", note)
    follow(page, "form[action$='/submit/'] button")


def toast(page: Page) -> str:
    return plain(page.locator(".toast").inner_text())


def test_a_second_press_of_a_button_changes_nothing(open_page: Callable[..., Page], make_user: Any) -> None:
    owner = make_user("chen", language="en")
    scenes.sell(scenes.open_shop(owner), late=LATE, on_time=ON_TIME)
    scenes.run_the_night()
    warning = Warning.objects.get()
    first, second = open_page(user=owner), open_page(user=owner)
    for page in (first, second):
        page.goto(f"/portal/warnings/{warning.number}/")
    press(first, warning, "acknowledge")
    press(second, warning, "acknowledge")
    assert toast(second) == said("en", "This was recorded already, or the warning has moved on. Nothing was changed.")
