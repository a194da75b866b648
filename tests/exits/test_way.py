"""The way of an exit: asked, checked, noticed, settled, closed; what each step needs and what follows from it."""

import datetime as dt
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from merchants.exits import selectors
from merchants.exits.errors import AlreadyLeaving, ConditionsOpen, ExitError
from merchants.exits.jobs import run_exits
from merchants.exits.models import Exit, SettlementStep
from merchants.exits.services import asking, closing, deciding
from merchants.models import Invitation, Member, Merchant
from merchants.portal import MissingRight, may
from merchants.services import invitations
from shopops.api import services as api
from shopops.api.models import ApiKey
from shopops.audit.models import Entry
from shopops.jobs.models import JobRun
from shopops.jobs.services import run_job
from shopops.notifications.models import Delivery, Message
from shopops.policies.models import PolicyVersion
from shopops.signin.holds import Held
from shopops.signin.models import Hold, SignIn
from shopops.transitions.handler import SecondPersonNeeded, TransitionRefused
from shopops.webhooks.models import Endpoint, OutboxEvent
from shopops.work.models import WorkItem
from tests.exits.conftest import DAY, all_recorded, asked, in_notice, order, settling

Status = SettlementStep.Status
pytestmark = pytest.mark.django_db


def state_of(shop):
    return Merchant.objects.get(pk=shop.pk).state


def fresh(leaving):
    return Exit.objects.get(pk=leaving.pk)


def test_a_request_changes_nothing_for_the_shop_and_tells_its_people(shop, owner):
    leaving = asked(shop, owner)
    assert leaving.state == "requested" and state_of(shop) == "active"
    assert leaving.cooling_off_until - leaving.requested_at == 3 * DAY
    assert leaving.reasons_text["zh"] == ["停止经营或转行"]
    assert Message.objects.filter(kind="exits.requested").count() == 1


def test_operators_see_a_request_when_its_cooling_off_is_over(shop, owner, reviewer):
    leaving = asked(shop, owner)
    item = WorkItem.objects.get(queue="exits")
    assert item.entered_at == leaving.cooling_off_until
    with pytest.raises(ExitError, match="cooling-off"):
        deciding.start_check(leaving=leaving, actor=reviewer)


def test_only_the_owner_may_ask(shop, owner, make_user):
    manager = make_user("manager")
    Member.objects.create(merchant=shop, user=manager, role="manager")
    with pytest.raises(MissingRight):
        asked(shop, manager)
    with pytest.raises(MissingRight):
        asked(shop, make_user("stranger"))
    assert not Exit.objects.exists()


def test_a_request_waits_after_a_suspicious_sign_in(shop, owner):
    sign_in = SignIn.objects.create(user=owner, at=timezone.now(), network="203.0.113.0/24")
    Hold.objects.create(user=owner, sign_in=sign_in, since=timezone.now(), until=timezone.now() + DAY, reasons=[])
    with pytest.raises(Held):
        asked(shop, owner)


@pytest.mark.parametrize("reasons", [[], ["no_such"], ["counterfeit"], ["business_ends", "no_such"]])
def test_a_request_needs_reasons_of_its_catalogue(shop, owner, reasons):
    with pytest.raises(ExitError):
        asked(shop, owner, reasons=reasons)


def test_a_second_request_is_refused_while_one_is_open(shop, owner):
    asked(shop, owner)
    with pytest.raises(AlreadyLeaving):
        asked(shop, owner)
    assert Exit.objects.count() == 1


def test_the_database_holds_one_open_exit_per_shop(shop, owner):
    asked(shop, owner)
    version = PolicyVersion.objects.get(kind="exit")
    with pytest.raises(IntegrityError, match="exits_one_open_per_merchant"), transaction.atomic():
        Exit.objects.create(merchant=shop, kind="voluntary", policy_version=version, requested_by=owner)


def test_a_request_that_was_taken_back_can_be_made_again(shop, owner):
    asking.take_back(leaving=asked(shop, owner), actor=owner, why="We stay.")
    assert Exit.objects.get().state == "cancelled" and not WorkItem.objects.filter(left_at=None).exists()
    assert asked(shop, owner).state == "requested"


def test_with_the_notice_the_shop_takes_no_new_business(shop, owner, reviewer):
    leaving = in_notice(shop, owner, reviewer)
    assert leaving.state == "notice" and state_of(shop) == "exiting"
    assert leaving.notice_until - leaving.notice_from == 30 * DAY and leaving.is_public
    event = OutboxEvent.objects.get(type="merchants.merchant.exiting")
    assert event.data["takes_new_business"] is False
    assert OutboxEvent.objects.get(type="exits.exit.accepted").data["notice_until"]


def test_taking_back_during_the_notice_gives_the_shop_back(shop, owner, reviewer):
    leaving = in_notice(shop, owner, reviewer)
    asking.take_back(leaving=leaving, actor=owner)
    assert state_of(shop) == "active" and not selectors.closing_shops().exists()
    assert OutboxEvent.objects.filter(type="merchants.merchant.staying").exists()


def test_a_suspended_shop_that_stays_is_suspended_again(shop, owner, reviewer, analyst):
    from merchants.services import standing

    standing.suspend(merchant=shop, actor=analyst, reason="Counterfeits reported.")
    leaving = in_notice(shop, owner, reviewer)
    asking.take_back(leaving=leaving, actor=owner)
    assert state_of(shop) == "suspended"


def test_a_refusal_gives_reasons_in_both_languages(shop, owner, reviewer):
    leaving = asked(shop, owner, days_ago=4)
    deciding.start_check(leaving=leaving, actor=reviewer)
    with pytest.raises(ExitError):
        deciding.refuse(leaving=leaving, actor=reviewer, reasons=["business_ends"])
    deciding.refuse(leaving=leaving, actor=reviewer, reasons=["under_investigation"], note="Until May.")
    done = fresh(leaving)
    assert done.state == "refused" and state_of(shop) == "active"
    context = Message.objects.get(kind="exits.refused").context
    assert context["refused_because"]["zh"] == ["店铺正在接受调查"]


# --- the notice runs for thirty days


def test_the_settlement_begins_by_itself_when_the_notice_is_over(shop, owner, reviewer):
    leaving = in_notice(shop, owner, reviewer, days_ago=29.9)
    run_job("run_exits")
    assert fresh(leaving).state == "notice"
    leaving.refresh_from_db()
    Exit.objects.filter(pk=leaving.pk).update(
        notice_from=leaving.notice_from - DAY, notice_until=leaving.notice_until - DAY
    )
    run_job("run_exits")
    assert fresh(leaving).state == "settling"
    assert leaving.steps.count() == 6
    run_job("run_exits")  # again: nothing more happens
    assert leaving.steps.count() == 6 and JobRun.objects.filter(job="run_exits", state="succeeded").count() == 3


def test_the_job_for_a_moment_in_the_past_settles_nothing_that_was_not_over_then(shop, owner, reviewer):
    leaving = in_notice(shop, owner, reviewer, days_ago=31)
    run_job("run_exits", as_of=timezone.now() - 2 * DAY)
    assert fresh(leaving).state == "notice"


def test_nobody_settles_while_the_notice_runs(shop, owner, reviewer):
    leaving = in_notice(shop, owner, reviewer, days_ago=29)
    with pytest.raises(ExitError, match="still runs"):
        closing.settle(leaving=leaving, actor=reviewer)


def test_an_open_order_keeps_the_shop_in_notice_and_asks_an_operator(shop, owner, reviewer):
    leaving = in_notice(shop, owner, reviewer, days_ago=31)
    parcel = order(shop)
    run_job("run_exits")
    assert fresh(leaving).state == "notice"
    item = WorkItem.objects.get(queue="exits", left_at=None)
    assert [reason.code for reason in item.reasons.all()] == ["blocked"]
    with pytest.raises(ConditionsOpen, match="1 order"):
        closing.settle(leaving=leaving)
    parcel.delivered_at, parcel.state = timezone.now(), "delivered"
    parcel.save()
    run_job("run_exits")
    assert fresh(leaving).state == "settling"


def test_an_open_warning_is_shown_but_keeps_nobody(shop, owner, reviewer):
    leaving = in_notice(shop, owner, reviewer)
    standing = {each.code: each for each in selectors.standing(leaving)}
    assert standing["warnings"].required is False and standing["orders"].required is True


# --- settlement and closing


def test_a_step_with_money_needs_amount_and_currency(shop, owner, reviewer):
    leaving = settling(shop, owner, reviewer)
    deposit = leaving.steps.get(code="deposit")
    for bad in ({}, {"amount": Decimal("5")}, {"amount": Decimal("-1"), "currency": "CNY"}):
        with pytest.raises(ExitError):
            closing.record_step(step=deposit, actor=reviewer, status=Status.DONE, **bad)
    with pytest.raises(ExitError, match="why nothing"):
        closing.record_step(step=deposit, actor=reviewer, status=Status.NOT_OWED)


def test_the_balance_adds_up_by_currency(shop, owner, reviewer):
    leaving = settling(shop, owner, reviewer)
    for code, amount, currency in (
        ("deposit", "5000.00", "CNY"),
        ("fees", "120.55", "CNY"),
        ("last_payout", "0.10", "CNY"),
        ("fines", "20.00", "EUR"),
    ):
        closing.record_step(
            step=leaving.steps.get(code=code),
            actor=reviewer,
            status=Status.DONE,
            amount=Decimal(amount),
            currency=currency,
        )
    found = {each.currency: each.net for each in selectors.balances(leaving)}
    assert found == {"CNY": Decimal("4879.55"), "EUR": Decimal("-20.00")}
    assert Entry.objects.filter(action="exits.step.recorded").count() == 4


def test_a_shop_closes_only_when_every_step_is_recorded(shop, owner, reviewer):
    leaving = settling(shop, owner, reviewer)
    with pytest.raises(ExitError, match="Steps"):
        closing.close(leaving=leaving, actor=reviewer)
    all_recorded(leaving, reviewer)
    closing.close(leaving=leaving, actor=reviewer)
    done = fresh(leaving)
    assert (done.state, state_of(shop)) == ("closed", "closed")
    assert done.days_on_platform == 400 and done.channel == "fair"
    assert done.records_kept_until.year == timezone.localdate().year + 3


def test_closing_checks_again_what_is_open(shop, owner, reviewer):
    leaving = settling(shop, owner, reviewer)
    all_recorded(leaving, reviewer)
    order(shop)
    with pytest.raises(ConditionsOpen):
        closing.close(leaving=leaving, actor=reviewer)
    assert state_of(shop) == "exiting"


def test_closing_ends_keys_endpoints_and_invitations_and_leaves_people_reading(shop, owner, reviewer):
    key, _secret = api.create_key(name="ERP", scopes=["orders:read"], actor=owner, merchant_id=shop.pk)
    endpoint = Endpoint.objects.create(url="https://erp.example/hook", merchant_id=shop.pk, secret="x")
    invitations.invite(merchant=shop, email="new@example.com", role="viewer", actor=owner)
    leaving = settling(shop, owner, reviewer)
    all_recorded(leaving, reviewer)
    closing.close(leaving=leaving, actor=reviewer)
    assert ApiKey.objects.get(pk=key.pk).state == "revoked"
    assert Endpoint.objects.get(pk=endpoint.pk).state == "disabled"
    assert Invitation.objects.get().state == "revoked"
    assert may(owner, shop.pk, "orders.view") and may(owner, shop.pk, "records.export")
    for gone in ("orders.handle", "complaints.answer", "members.manage", "api.manage", "exit.manage", "shop.manage"):
        assert not may(owner, shop.pk, gone), gone


def test_it_is_too_late_to_stay_once_the_settlement_began(shop, owner, reviewer):
    leaving = settling(shop, owner, reviewer)
    with pytest.raises(ExitError, match="too late"):
        asking.take_back(leaving=leaving, actor=owner)
    deciding.call_off(leaving=leaving, actor=reviewer, why="Agreed with the merchant.")
    assert (fresh(leaving).state, state_of(shop)) == ("cancelled", "active")


def test_operators_call_off_what_has_begun_and_refuse_what_has_not(shop, owner, reviewer):
    leaving = asked(shop, owner)
    with pytest.raises(TransitionRefused, match="refuse the request"):
        deciding.call_off(leaving=leaving, actor=reviewer, why="No.")
    assert fresh(leaving).state == "requested"


def test_an_order_that_comes_after_the_closing_is_brought_to_the_queue(shop, owner, reviewer):
    leaving = settling(shop, owner, reviewer)
    all_recorded(leaving, reviewer)
    closing.close(leaving=leaving, actor=reviewer)
    late = order(shop)
    run_job("run_exits")
    item = WorkItem.objects.get(queue="exits", left_at=None)
    assert "came_after" in [reason.code for reason in item.reasons.all()]
    late.cancelled_at, late.cancelled_by, late.state = timezone.now(), "platform", "cancelled"
    late.save()
    run_exits(timezone.now(), lambda *_args, **_more: None)
    assert not WorkItem.objects.filter(queue="exits", left_at=None).exists()


# --- the platform terminates


def proposed(shop, analyst, **more):
    values = {"reasons": ["repeated_violations"], "facts": "Four upheld complaints.", "clause": "Section 9.2", **more}
    return asking.propose(merchant=shop, actor=analyst, **values)


def test_a_termination_needs_a_second_person_and_then_tells_why(shop, owner, analyst, supervisor):
    leaving = proposed(shop, analyst)
    assert state_of(shop) == "active" and not Message.objects.filter(kind__startswith="exits.").exists()
    with pytest.raises(SecondPersonNeeded):
        deciding.terminate(leaving=leaving, actor=analyst)
    deciding.terminate(leaving=leaving, actor=supervisor)
    done = fresh(leaving)
    assert done.state == "notice" and done.notice_until - done.notice_from == 30 * DAY
    context = Message.objects.get(kind="exits.terminated").context
    assert context["facts"] == "Four upheld complaints." and context["clause"] == "Section 9.2"
    assert done.decided_by_id == supervisor.pk and state_of(shop) == "exiting"


def test_a_severe_reason_takes_effect_without_notice(shop, owner, analyst, supervisor):
    leaving = proposed(shop, analyst, reasons=["repeated_violations", "counterfeit"])
    deciding.terminate(leaving=leaving, actor=supervisor)
    done = fresh(leaving)
    assert done.notice_until == done.notice_from and not done.is_public
    run_job("run_exits")
    assert fresh(leaving).state == "settling"


@pytest.mark.parametrize("missing", ["facts", "clause"])
def test_a_termination_states_facts_and_clause(shop, analyst, missing):
    with pytest.raises(ExitError, match="statement of reasons"):
        proposed(shop, analyst, **{missing: "  "})


def test_a_statement_that_reached_nobody_keeps_the_termination_from_settling(shop, analyst, supervisor):
    leaving = proposed(shop, analyst, reasons=["counterfeit"])
    deciding.terminate(leaving=leaving, actor=supervisor)
    assert not Delivery.objects.filter(message__kind="exits.terminated").exists()
    with pytest.raises(ConditionsOpen, match="reached nobody"):
        closing.settle(leaving=leaving)


def test_a_proposal_that_is_dropped_was_never_there_for_the_shop(shop, owner, analyst, supervisor):
    leaving = proposed(shop, analyst)
    assert selectors.shown_to_shop(shop.pk) is None
    deciding.drop(leaving=leaving, actor=supervisor, why="Not proven.")
    assert selectors.shown_to_shop(shop.pk) is None and fresh(leaving).state == "refused"
    assert not OutboxEvent.objects.filter(type__startswith="exits.", is_internal=False).exists()


def test_the_owner_cannot_take_a_termination_back(shop, owner, analyst, supervisor):
    leaving = proposed(shop, analyst)
    deciding.terminate(leaving=leaving, actor=supervisor)
    with pytest.raises(ExitError):
        asking.take_back(leaving=leaving, actor=owner)


def test_a_request_cannot_be_terminated_nor_a_proposal_accepted(shop, owner, reviewer, supervisor):
    leaving = asked(shop, owner)
    with pytest.raises(TransitionRefused):
        deciding.terminate(leaving=leaving, actor=supervisor)
    assert state_of(shop) == "active"


def test_years_later_keeps_the_day():
    assert closing._years_later(dt.date(2028, 2, 29), 3) == dt.date(2031, 3, 1)
    assert closing._years_later(dt.date(2026, 11, 21), 3) == dt.date(2029, 11, 21)
