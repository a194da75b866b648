"""Re-verification: who is asked when, what an answer does, reminders, grace, the sample, pause and extend."""

import datetime as dt
from typing import Any

import pytest
from django.utils import timezone

from merchants.changes import selectors, services
from merchants.changes.errors import ChangedMeanwhile, DecidedAlready, OnboardingError, ReasonNeeded
from merchants.changes.jobs import verify
from merchants.changes.models import Campaign, SectionAnswer, Verification
from merchants.changes.policy import Reverification
from merchants.changes.services import campaigns, verifying
from merchants.models import Merchant
from shopops.notifications.models import Message
from shopops.policies.kinds import Text
from shopops.policies.models import PolicyVersion
from shopops.transitions.handler import SecondPersonNeeded, TransitionRefused
from shopops.webhooks.models import OutboxEvent
from tests.changes.conftest import add_document, make_shop
from tests.changes.factories import approve, ask
from tests.changes.test_expiry import Quiet, noon

pytestmark = pytest.mark.django_db
State = Verification.State


def rules(**changes: Any) -> Reverification:
    values: dict[str, Any] = {
        "months": 6, "answer_days": 30, "grace_days": 7, "reminders": [7], "sample": 0.0, "statement": Text("x", "y"),
    }  # fmt: skip
    return Reverification(**{**values, **changes})


@pytest.fixture
def old(shop: Merchant) -> Merchant:
    """A shop that was verified seven months ago, in a marketplace that draws no sample."""
    Merchant.objects.filter(pk=shop.pk).update(verified_at=timezone.now() - dt.timedelta(days=213))
    sample(0.0)
    shop.refresh_from_db()
    return shop


def sample(share: float) -> None:
    """Make the policy in force draw this share; its text is guarded by a trigger, so that is put aside."""
    from django.db import connection

    version = PolicyVersion.objects.get(kind="merchant_changes", state="active")
    body = {**version.body, "reverification": {**version.body["reverification"], "sample": share}}
    import json

    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(
            "UPDATE policies_policyversion SET body = %s WHERE id = %s",
            [json.dumps(body), version.pk],
        )
        cursor.execute("SET LOCAL session_replication_role = origin")


def opened(merchant: Merchant, day: int = 0) -> Verification:
    verify(noon(day), Quiet())
    return Verification.objects.get(merchant=merchant)


def answer_all(verification: Verification, actor: Any, but: tuple[str, ...] = ()) -> Verification:
    for section in selectors.sections_of(verification.merchant):
        if section not in but:
            facts = selectors.facts_of(verification.merchant, section)
            verification = services.confirm(verification=verification, section=section, facts=facts, actor=actor)
    return verification


def test_a_shop_is_asked_six_months_after_it_was_verified_and_once(old, owner, make_user):
    fresh = make_shop(make_user("fresh"), 2)
    live = opened(old)
    verify(noon(), Quiet())
    verify(noon(1), Quiet())
    assert not Verification.objects.filter(merchant=fresh).exists()
    assert live.due_on == timezone.localdate() + dt.timedelta(days=30)
    assert Message.objects.filter(kind="changes.verification_opened").count() == 1
    assert Verification.objects.count() == 1


def test_confirming_every_section_finishes_it(old, owner):
    live = answer_all(opened(old), owner, but=("documents",))
    assert live.state == State.OPEN
    live = answer_all(live, owner)
    old.refresh_from_db()
    assert live.state == State.DONE
    assert old.verified_at > timezone.now() - dt.timedelta(minutes=1)
    answer = SectionAnswer.objects.filter(verification=live).first()
    assert answer.statement["zh"]
    assert not Verification.objects.filter(merchant=old, state__in=Verification.LIVE).exists()
    assert OutboxEvent.objects.filter(type="changes.verification.done").exists()


def test_a_confirmation_holds_for_what_was_shown(old, owner):
    live = opened(old)
    seen = selectors.facts_of(old, "business")
    Merchant.objects.filter(pk=old.pk).update(address="别处")
    with pytest.raises(ChangedMeanwhile):
        services.confirm(verification=live, section="business", facts=seen, actor=owner)
    assert not live.answers.exists()


def test_a_correction_answers_its_section_and_is_waited_for(old, owner, reviewer):
    live = answer_all(opened(old), owner, but=("business",))
    request = ask(old, owner)
    assert live.answers.get(section="business").change == request
    live.refresh_from_db()
    assert live.state == State.OPEN
    approve(request, reviewer)
    live.refresh_from_db()
    assert live.state == State.DONE


def test_a_rejected_correction_answers_nothing(old, owner, reviewer):
    live = answer_all(opened(old), owner, but=("business",))
    services.reject(request=ask(old, owner), actor=reviewer, reasons=["other_company"])
    live.refresh_from_db()
    assert live.state == State.OPEN
    assert not live.answers.filter(section="business").exists()


def test_what_is_drawn_a_reviewer_looks_at(old, owner, reviewer, make_user):
    sample(1.0)
    live = answer_all(opened(old), owner)
    assert live.state == State.IN_CHECK
    verified = Merchant.objects.get(pk=old.pk).verified_at
    assert verified < timezone.now() - dt.timedelta(days=200)
    with pytest.raises(ReasonNeeded):
        services.send_back(verification=live, actor=reviewer, note=" ")
    live = services.send_back(verification=live, actor=reviewer, note="电话打不通")
    assert live.state == State.OPEN
    assert not live.answers.exists()
    live = answer_all(live, owner)
    owner.roles, owner.is_staff = ["reviewer"], True
    owner.save()
    with pytest.raises(SecondPersonNeeded):
        services.accept(verification=live, actor=owner)
    live = services.accept(verification=live, actor=reviewer)
    assert live.state == State.DONE
    with pytest.raises(DecidedAlready):
        services.accept(verification=live, actor=reviewer)


def test_the_share_that_is_drawn_is_about_what_the_policy_says():
    drawn = sum(verifying.is_drawn(Verification(pk=pk), 0.1) for pk in range(1, 5001))
    assert 400 < drawn < 600
    assert not verifying.is_drawn(Verification(pk=1), 0.0)
    assert verifying.is_drawn(Verification(pk=1), 1.0)


def test_reminders_grace_and_overdue_come_once_each(old, owner):
    live = opened(old)
    for day in range(1, 45):
        verify(noon(day), Quiet())
        verify(noon(day), Quiet())
    live.refresh_from_db()
    assert live.state == State.OVERDUE
    assert Message.objects.filter(kind="changes.verification_reminder").count() == 3
    assert Message.objects.filter(kind="changes.verification_overdue").count() == 1
    assert [each.merchant for each in selectors.overdue(noon(45))] == [old]
    assert answer_all(live, owner).state == State.DONE, "late is better than never"


def test_a_pause_stops_the_clocks_and_adds_its_days(old, supervisor, reviewer):
    live = opened(old)
    campaign = live.campaign
    with pytest.raises(OnboardingError):
        services.pause(campaign=campaign, actor=reviewer)
    services.pause(campaign=campaign, actor=supervisor, now=noon(10))
    with pytest.raises(TransitionRefused):
        services.pause(campaign=campaign, actor=supervisor)
    for day in range(10, 50):
        campaigns.step(live, timezone.localdate() + dt.timedelta(days=day))
    live.refresh_from_db()
    assert live.state == State.OPEN
    assert live.reminded_step is None
    services.resume(campaign=campaign, actor=supervisor, now=noon(50))
    live.refresh_from_db()
    assert live.due_on == timezone.localdate() + dt.timedelta(days=70)


def test_an_extension_opens_again_what_was_overdue(old, supervisor):
    live = opened(old)
    campaigns.step(live, live.due_on + dt.timedelta(days=8))
    live.refresh_from_db()
    assert live.state == State.OVERDUE
    with pytest.raises(OnboardingError):
        services.extend(campaign=live.campaign, days=0, actor=supervisor, reason="春节")
    with pytest.raises(OnboardingError):
        services.extend(campaign=live.campaign, days=14, actor=supervisor, reason="")
    services.extend(campaign=live.campaign, days=14, actor=supervisor, reason="春节", now=noon(38))
    live.refresh_from_db()
    assert live.state == State.OPEN
    assert live.due_on == timezone.localdate() + dt.timedelta(days=44)


def test_closed_shops_are_not_asked_any_more(old):
    live = opened(old)
    Merchant.objects.filter(pk=old.pk).update(state="closed")
    verify(noon(1), Quiet())
    live.refresh_from_db()
    assert live.state == State.CANCELLED


@pytest.mark.parametrize(
    ("day", "month", "before"),
    [
        (dt.date(2026, 11, 22), dt.date(2026, 11, 1), dt.date(2026, 5, 22)),
        (dt.date(2026, 8, 31), dt.date(2026, 8, 1), dt.date(2026, 2, 28)),
    ],
)
def test_all_year_round_each_shop_has_its_own_six_months(day, month, before):
    assert campaigns.campaign_month(rules(), day) == month
    assert campaigns.due_before(rules(), day) == before


@pytest.mark.parametrize(
    ("day", "month", "before"),
    [
        (dt.date(2026, 1, 5), dt.date(2026, 1, 1), dt.date(2025, 12, 31)),
        (dt.date(2026, 11, 22), dt.date(2026, 7, 1), dt.date(2026, 6, 30)),
    ],
)
def test_in_batches_nobody_gets_older_than_six_months_before_the_next(day, month, before):
    twice = rules(batch_months=[1, 7])
    assert campaigns.campaign_month(twice, day) == month
    assert campaigns.due_before(twice, day) == before


def test_a_killed_job_goes_on_where_it_died(old, owner, make_user):
    for number in range(2, 62):
        merchant = make_shop(owner, number)
        Merchant.objects.filter(pk=merchant.pk).update(verified_at=timezone.now() - dt.timedelta(days=300))
    with pytest.raises(KeyboardInterrupt):
        verify(noon(), Quiet(stop_after=1))
    assert 0 < Message.objects.filter(kind="changes.verification_opened").count() < 61
    verify(noon(), Quiet())
    verify(noon(), Quiet())
    assert Verification.objects.count() == 61
    assert Message.objects.filter(kind="changes.verification_opened").count() == 61
    assert Campaign.objects.count() == 1


def test_documents_are_a_section_of_their_own(old, owner):
    live = opened(old)
    seen = selectors.facts_of(old, "documents")
    add_document(old, owner, type="id_card")
    with pytest.raises(ChangedMeanwhile):
        services.confirm(verification=live, section="documents", facts=seen, actor=owner)
