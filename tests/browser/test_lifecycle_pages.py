"""The pages of a merchant's life in both languages, light on a desk and dark on a phone."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page

from shopops.accounts.models import User
from tests.browser import lifecycle
from tests.browser.looking import keep
from tests.browser.walking import LOOKS, walk

pytestmark = pytest.mark.browser


def shops_pages(life: lifecycle.Life) -> Iterator[tuple[User | None, str, str]]:
    """What applicants, shops and buyers open."""
    applicant, correcting, owner, leaver = life.unsigned.applicant, life.to_correct.applicant, life.owner, life.leaver
    yield None, "closing-shops", reverse("exit_notices:closing")
    yield applicant, "apply-details", reverse("merchants:details", args=[life.unsigned.number])
    yield applicant, "apply-sign", reverse("merchants:sign", args=[life.unsigned.number])
    yield applicant, "apply-submit", reverse("merchants:submit", args=[life.unsigned.number])
    yield applicant, "apply-texts", reverse("merchants:agreements")
    yield correcting, "apply-asks", reverse("merchants:application", args=[life.to_correct.number])
    yield correcting, "apply-messages", reverse("merchants:messages")
    yield life.read.applicant, "apply-status", reverse("merchants:application", args=[life.read.number])
    yield owner, "shop-details", reverse("merchants:shop")
    yield owner, "shop-agreements", reverse("merchants:shop_agreements")
    yield owner, "changes", reverse("changes:list")
    for section in ("business", "bank", "person"):
        yield owner, f"change-new-{section}", reverse("changes:new", args=[section])
    yield owner, "change", reverse("changes:detail", args=[life.change.number])
    yield owner, "verification", reverse("changes:verification")
    yield owner, "exit-none", reverse("exits:home")
    yield owner, "exit-ask", reverse("exits:ask")
    yield leaver, "exit-notice", reverse("exits:home")
    yield owner, "history", reverse("shop_history")


def desk_pages(life: lifecycle.Life) -> Iterator[tuple[User | None, str, str]]:
    """What operators open, and reviewers of other firms."""
    boss, file = life.supervisor, reverse("merchant_file:file", args=[life.shop.pk])
    yield boss, "queue", reverse("review:queue")
    yield boss, "queue-narrowed", reverse("review:queue") + "?risk=3"
    yield boss, "batch", reverse("review:batch", args=[life.batch.pk])
    yield boss, "batches", reverse("review:batches")
    yield boss, "case-boxes", reverse("review:case", args=[life.read.pk])
    yield boss, "change-case", reverse("change_desk:case", args=[life.change.pk])
    yield boss, "exit-bench", reverse("exit_desk:bench", args=[life.leaving.pk])
    yield boss, "exit-analysis", reverse("exit_desk:analysis")
    yield boss, "exit-standing", reverse("exit_desk:standing", args=[life.shop.pk])
    for part in ("timeline", "documents", "changes", "visits", "people", "messages", "score"):
        yield boss, f"file-{part}", f"{file}?part={part}"
    yield boss, "visit", reverse("merchant_file:visit", args=[life.visit.pk])
    yield boss, "screening-rule", reverse("screening:rule")
    yield boss, "screening-calibration", reverse("screening:calibration")
    yield boss, "screening-person", reverse("screening:person", args=[life.reviewer.pk])
    yield boss, "screening-outside", reverse("screening:outside")
    yield life.reviewer, "screening-mine", reverse("screening:mine")
    yield life.outsider, "outside", reverse("outside:home")


def console_pages(life: lifecycle.Life) -> Iterator[tuple[User | None, str, str]]:
    """Pages inside the console's own frame."""
    yield life.supervisor, "campaigns", reverse("change_desk:campaigns")
    yield life.supervisor, "campaign", reverse("change_desk:campaign", args=[life.campaign.pk])
    yield life.supervisor, "imports", reverse("exchange:overview")
    yield life.supervisor, "import-new", reverse("exchange:new", args=["merchants"])
    yield life.supervisor, "import", reverse("exchange:show", args=[life.rows.pk])
    yield life.supervisor, "funnel", reverse("leads:funnel")


@pytest.mark.parametrize("pages", [shops_pages, desk_pages])
@pytest.mark.parametrize("look", LOOKS.values(), ids=LOOKS.keys())
def test_every_page_is_good(
    look: dict[str, Any],
    pages: Callable[[lifecycle.Life], Iterator[tuple[User | None, str, str]]],
    open_page: Callable[..., Page],
    make_user: Any,
) -> None:
    assert walk(pages(lifecycle.life(make_user)), look, open_page) == []


@pytest.mark.parametrize("look", LOOKS.values(), ids=LOOKS.keys())
def test_pages_in_the_consoles_frame_open_and_fit(
    look: dict[str, Any], open_page: Callable[..., Page], make_user: Any
) -> None:
    for user, name, address in console_pages(lifecycle.life(make_user)):
        page = open_page(**look, user=user)
        answer = page.goto(address)
        assert answer is not None and answer.status == 200, address
        width = page.evaluate("document.documentElement.scrollWidth")
        assert width <= look["width"], f"{address} is {width} px wide"
        keep(page, f"{name}-{look['language']}-{look['width']}")
