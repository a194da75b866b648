"""A buyer complains, the merchant answers, an agent decides."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from complaints.models import Complaint, State
from tests.browser import scenes
from tests.browser.looking import assert_good, follow, heading, keep, said, subjects
from tests.mail import Sink

pytestmark = pytest.mark.browser

DJANGO_LANGUAGES = {"zh-CN": "zh-hans", "en": "en"}


@pytest.mark.parametrize(("language", "scripts"), [("zh-CN", True), ("en", False)], ids=["zh", "en-without-scripts"])
def test_a_complaint_is_answered_and_decided(
    language: str, scripts: bool, open_page: Callable[..., Page], make_user: Any, sink: Sink
) -> None:
    owner = make_user("chen", language=DJANGO_LANGUAGES[language])
    agent = make_user("okafor", roles=["complaint_agent"])
    bought = scenes.sell(scenes.open_shop(owner), on_time=1)[0]
    buyer = open_page(language, scripts=scripts)
    merchant, desk = (open_page(language, scripts=scripts, user=user) for user in (owner, agent))
    look = assert_good if scripts else keep

    buyer.goto("/complain/")
    scenes.fill_in_complaint(buyer, "no such order")
    follow(buyer, "main button.primary")
    expect(buyer.locator(".errors")).to_be_visible()
    look(buyer, f"complain-error-{language}")
    scenes.fill_in_complaint(buyer, bought.external_id)
    follow(buyer, "main button.primary")
    assert heading(buyer) == said(language, "The merchant was told and must answer")
    look(buyer, f"complain-follow-{language}")

    complaint = Complaint.objects.get()
    desk.goto("/admin/complaint-desk/")
    expect(desk.locator("button[name=decision]")).to_have_count(0)  # the merchant may answer first

    merchant.goto("/portal/")
    follow(merchant, f".todo a[href='/portal/complaints/{complaint.pk}/']")
    look(merchant, f"complaint-{language}")
    merchant.fill("textarea[name=text]", "A new one left today; keep the old one.")
    follow(merchant, "main form button.primary")
    assert heading(merchant) == said(language, "Answered; the platform decides next")

    desk.goto("/admin/complaint-desk/")
    look(desk, f"complaint-desk-{language}")
    desk.fill("[name=reason]", "The picture shows the seam open.")
    follow(desk, "button[name=decision][value=uphold]")
    expect(desk.locator("button[name=decision]")).to_have_count(0)

    buyer.reload()
    assert heading(buyer) == said(language, "Decided: your complaint was upheld")
    assert "The picture shows the seam open." in buyer.inner_text("main")
    complaint.refresh_from_db()
    assert complaint.state == State.UPHELD
    assert len(subjects(sink, owner.email)) == 2
