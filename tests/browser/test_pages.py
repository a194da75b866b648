"""Every page of ours in both languages, light on a desk and dark on a phone: it opens, fits, and axe finds nothing."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core import signing
from django.urls import reverse
from playwright.sync_api import Page

from complaints.views import SALT
from shopops.accounts.models import User
from tests.browser import scenes
from tests.browser.looking import keep, problems
from tests.browser.walking import LOOKS, walk

pytestmark = pytest.mark.browser


def pages_of(market: scenes.Market) -> Iterator[tuple[User | None, str, str]]:
    """Who opens what: person, a name for the screenshot, address."""
    yield None, "sign-in", reverse("account_login")
    yield None, "sign-up", reverse("account_signup")
    yield None, "forgotten", reverse("account_reset_password")
    yield None, "status", reverse("status:page")
    yield None, "gallery", reverse("ui:gallery")
    yield None, "apply", reverse("merchants:start")
    yield None, "complain", reverse("complaints:file")
    yield None, "follow", reverse("complaints:follow", args=[signing.dumps(market.complaint.pk, salt=SALT)])
    yield market.applicant, "applications", reverse("merchants:applications")
    for step in ("details", "documents", "submit"):
        yield market.applicant, f"draft-{step}", reverse(f"merchants:{step}", args=[market.draft.number])
    yield market.to_correct.applicant, "corrections", market_page("application", market.to_correct.number)
    yield market.waiting.applicant, "waiting", market_page("application", market.waiting.number)
    yield market.owner, "home", reverse("portal:home")
    yield market.owner, "account", reverse("portal:account")
    yield market.owner, "messages", reverse("portal:messages")
    yield market.owner, "shop", reverse("merchants:shop")
    yield market.owner, "score", reverse("credit:score")
    yield market.owner, "orders", reverse("orders:list")
    yield market.owner, "order", reverse("orders:detail", args=[market.order.pk])
    yield market.owner, "warnings", reverse("warnings:list")
    yield market.owner, "warnings-none", f"{reverse('warnings:list')}?tab=expired"
    yield market.owner, "warning", market.warning.get_absolute_url()
    yield market.owner, "rules", reverse("warnings:rules")
    yield market.owner, "window", reverse("maintenance:window", args=[market.window.pk])
    yield market.owner, "complaints", reverse("complaints:list")
    yield market.owner, "complaint", reverse("complaints:detail", args=[market.complaint.pk])
    yield market.reviewer, "review", reverse("review:next")
    yield market.agent, "desk", reverse("complaints:next")


def market_page(name: str, number: str) -> str:
    return reverse(f"merchants:{name}", args=[number])


@pytest.mark.parametrize("look", LOOKS.values(), ids=LOOKS.keys())
def test_every_page_is_good(look: dict[str, Any], open_page: Callable[..., Page], make_user: Any) -> None:
    market = scenes.market(make_user)
    assert walk(pages_of(market), look, open_page) == []


@pytest.mark.parametrize("language", ["en", "zh-CN"])
def test_pages_that_say_no_are_good_too(language: str, open_page: Callable[..., Page], make_user: Any) -> None:
    page = open_page(language, user=make_user("okafor", roles=["complaint_agent"]))
    for address, status in (("/portal/nothing-here/", 404), ("/admin/review/", 403)):
        answer = page.goto(address)
        assert answer is not None
        assert answer.status == status
        assert problems(page) == []
        keep(page, f"error-{status}-{language}")
