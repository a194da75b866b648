"""From the draft to the decision, through the services."""

import datetime as dt

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from merchants import selectors, services
from merchants.checks import CHECKS
from merchants.errors import (
    AlreadyOpen,
    DecidedAlready,
    NotComplete,
    NotEditable,
    OnboardingError,
    ReasonNeeded,
)
from merchants.models import Application, CheckResult, Decision, Member, Merchant
from merchants.services.queueing import item_of
from shopops.audit import selectors as audit
from shopops.audit.models import Entry
from shopops.clocks.services import set_pauses
from shopops.notifications.models import Delivery, Message
from shopops.notifications.rendering import render
from shopops.transitions.handler import SecondPersonNeeded
from shopops.work.models import Risk
from shopops.work.sla import Clocks
from tests.merchants.factories import ALIBABA, TENCENT, VANKE, draft, png, submitted, upload


def outcome(application, code):
    return application.check_results.get(submission=application.submissions, code=code).outcome


def test_starting_twice_goes_on_with_the_draft(applicant):
    first = services.start_application(applicant=applicant)
    assert services.start_application(applicant=applicant) == first
    assert first.number.startswith(f"A-{timezone.localdate():%m%d}-")


def test_submitting_runs_the_checks_enters_the_queue_and_tells_the_applicant(applicant):
    application = submitted(applicant)
    assert application.state == Application.State.SUBMITTED
    assert application.policy_version is not None
    assert "fail" not in application.check_results.values_list("outcome", flat=True)
    item = item_of(application)
    assert item.risk == Risk.LOW
    assert Clocks.of([item]).due(item) == selectors.promised_at(application)
    message = Message.objects.get(kind="merchants.application_received")
    assert set(message.deliveries.values_list("recipient", "channel")) == {
        (applicant.pk, "in_app"),
        (applicant.pk, "email"),
    }


@pytest.mark.parametrize(
    ("submitted_at", "promised"),
    [
        ("2026-11-23T10:00:00+08:00", "2026-11-25T18:00:00+08:00"),  # Monday → Wednesday
        ("2026-11-27T17:59:00+08:00", "2026-12-01T18:00:00+08:00"),  # Friday → Tuesday
        ("2026-11-28T12:00:00+08:00", "2026-12-01T18:00:00+08:00"),  # Saturday counts from Monday
        ("2026-11-23T23:30:00+08:00", "2026-11-25T18:00:00+08:00"),
    ],
)
def test_the_promise_is_two_working_days(applicant, submitted_at, promised):
    application = submitted(applicant)
    application.submitted_at = dt.datetime.fromisoformat(submitted_at)
    assert selectors.promised_at(application) == dt.datetime.fromisoformat(promised)


def test_a_day_on_which_reviewing_was_down_does_not_count(applicant):
    application = submitted(applicant)
    application.submitted_at = dt.datetime.fromisoformat("2026-11-23T10:00:00+08:00")
    down = dt.datetime.fromisoformat("2026-11-24T00:00:00+08:00")
    set_pauses(application, [("onboarding", down, down + dt.timedelta(days=1))])
    assert selectors.promised_at(application) == dt.datetime.fromisoformat("2026-11-26T18:00:00+08:00")


def test_an_incomplete_application_is_refused_with_what_is_missing(applicant):
    application = services.start_application(applicant=applicant)
    services.save_details(application=application, shop_type="multi_brand", category="sports", shop_name="北岭户外")
    with pytest.raises(NotComplete) as refused:
        services.submit(application=application, actor=applicant)
    assert any("credit code" in problem.lower() for problem in refused.value.problems)
    assert any("Business licence" in problem for problem in refused.value.problems)
    application.refresh_from_db()
    assert application.state == Application.State.DRAFT


def test_submitting_twice_is_one_submission(applicant):
    application = submitted(applicant)
    with pytest.raises(DecidedAlready):
        services.submit(application=application, actor=applicant)
    application.refresh_from_db()
    assert application.submissions == 1
    assert Message.objects.filter(kind="merchants.application_received").count() == 1


def test_a_submitted_form_cannot_be_changed(applicant):
    application = submitted(applicant)
    with pytest.raises(NotEditable):
        services.save_details(application=application, shop_name="Something else")


def test_the_same_licence_in_a_second_open_application_is_refused(applicant, make_user):
    submitted(applicant)
    other = draft(make_user("fang"), contact_phone="139 0000 0000")
    with pytest.raises(AlreadyOpen):
        services.submit(application=other, actor=other.applicant)
    other.refresh_from_db()
    assert other.state == Application.State.DRAFT


def test_after_a_withdrawal_the_licence_is_free_again(applicant, make_user):
    services.withdraw(application=submitted(applicant), actor=applicant)
    other = draft(make_user("fang"))
    assert services.submit(application=other, actor=other.applicant).state == Application.State.SUBMITTED


def test_an_individual_needs_neither_licence_nor_code(applicant):
    application = submitted(applicant, shop_type="individual", legal_name="", uscc="", scope="", category="home")
    assert outcome(application, "credit_code") == "pass"
    assert {each.type for each in application.documents.all()} == {"id_card"}


def test_the_same_individual_cannot_apply_twice_at_a_time(applicant, make_user):
    individual = {"shop_type": "individual", "legal_name": "", "uscc": "", "scope": "", "category": "home"}
    submitted(applicant, **individual)
    other = draft(make_user("fang"), **individual)
    with pytest.raises(AlreadyOpen):
        services.submit(application=other, actor=other.applicant)


def test_names_with_characters_outside_the_basic_plane(applicant, reviewer):
    application = submitted(applicant, shop_name="𠮷野家🍚", legal_name="𠮷野家食品有限公司", legal_person="𠀀𠀁")
    services.open_case(application=application, user=reviewer)
    merchant = services.approve(application=application, actor=reviewer).merchant
    merchant.refresh_from_db()
    assert (merchant.shop_name, merchant.legal_person) == ("𠮷野家🍚", "𠀀𠀁")
    assert outcome(application, "names") == "pass"


def test_personal_data_are_encrypted_in_the_database(applicant):
    application = submitted(applicant)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT legal_person, id_number, contact_phone, phone_digest FROM merchants_application WHERE id = %s",
            [application.pk],
        )
        row = cursor.fetchone()
    assert not any(plain in "".join(row) for plain in ("林志远", "11010519491231002X", "138"))
    assert all(row)


def test_the_same_phone_written_differently_is_found(applicant, reviewer, make_user):
    first = submitted(applicant)
    services.open_case(application=first, user=reviewer)
    services.approve(application=first, actor=reviewer)
    second = submitted(make_user("fang"), uscc=TENCENT, contact_phone="138-0013-8000", id_number="E12345678")
    assert outcome(second, "duplicates") == "unsure"
    assert [(each.shop_name, shared) for each, shared in selectors.related(second)] == [("北岭户外", ("phone", "bank"))]


def test_the_licence_of_an_existing_shop_and_of_a_closed_one(applicant, make_user):
    shop = Merchant.objects.create(shop_name="屿味零食", uscc=ALIBABA)
    application = submitted(applicant)
    assert (outcome(application, "duplicates"), outcome(application, "related")) == ("fail", "pass")
    Merchant.objects.filter(pk=shop.pk).update(state="closed")
    services.run_checks(application=application)
    assert (outcome(application, "duplicates"), outcome(application, "related")) == ("pass", "fail")
    assert CheckResult.objects.filter(code="related").count() == 1


def test_approval_makes_the_merchant_with_owner_and_documents(applicant, reviewer):
    application = submitted(applicant)
    opened = services.open_case(application=application, user=reviewer)
    assert opened.application.state == Application.State.IN_REVIEW
    approved = services.approve(application=application, actor=reviewer, note="Welcome")
    merchant = approved.merchant
    assert (merchant.shop_name, merchant.uscc, merchant.contact_phone) == ("北岭户外", ALIBABA, "138 0013 8000")
    assert Member.objects.get(merchant=merchant).user == applicant
    assert merchant.documents.count() == application.documents.count() > 0
    assert item_of(approved) is None
    decision = approved.decisions.get()
    assert (decision.kind, decision.by, decision.policy_version) == ("approve", reviewer, approved.policy_version)
    entry = audit.history(approved).last()
    assert (entry.action, entry.actor, entry.merchant_id) == (
        "merchants.application.approved",
        reviewer,
        merchant.pk,
    )
    assert entry.policy_version == decision.policy_version
    assert Delivery.objects.filter(message__kind="merchants.application_approved", merchant_id=merchant.pk).count() == 2


def test_a_double_click_on_approve_changes_nothing(applicant, reviewer):
    application = submitted(applicant)
    services.approve(application=application, actor=reviewer)
    with pytest.raises(DecidedAlready):
        services.approve(application=application, actor=reviewer)
    with pytest.raises(DecidedAlready):
        services.reject(application=application, actor=reviewer, reason_codes=["prohibited"])
    assert Merchant.objects.count() == 1


def test_rejection_tells_the_reasons_in_the_applicants_language(applicant, reviewer):
    applicant.language = "zh-hans"
    applicant.save()
    application = submitted(applicant)
    done = services.reject(
        application=application, actor=reviewer, reason_codes=["scope", "prohibited"], note="见《禁售清单》第 3 条"
    )
    assert done.state == Application.State.REJECTED
    message = Message.objects.get(kind="merchants.application_rejected")
    assert set(message.deliveries.values_list("language", flat=True)) == {"zh-hans"}
    chinese, english = render(message, "zh-hans").body, render(message, "en").body
    assert "经营范围未覆盖所选类目" in chinese
    assert "见《禁售清单》第 3 条" in chinese
    assert "Scope does not cover the category" in english
    assert f"/apply/{application.number}/" in english


@pytest.mark.parametrize(
    ("kind", "codes", "note"),
    [
        ("reject", [], ""),
        ("reject", ["document_unreadable:business_licence"], ""),
        ("reject", ["other"], "  "),
        ("needs_info", ["duplicate"], ""),
        ("needs_info", ["no_such_reason"], ""),
        ("needs_info", ["document_missing:no_such_document"], ""),
    ],
)
def test_a_no_needs_a_reason_that_fits(applicant, reviewer, kind, codes, note):
    application = submitted(applicant)
    say_no = services.reject if kind == "reject" else services.ask_for_corrections
    with pytest.raises(ReasonNeeded):
        say_no(application=application, actor=reviewer, reason_codes=codes, note=note)
    assert not Decision.objects.exists()


def test_the_supplement_loop(applicant, reviewer):
    application = submitted(applicant)
    asked = services.ask_for_corrections(
        application=application,
        actor=reviewer,
        reason_codes=["document_unreadable:business_licence", "scope", "other"],
        note="Name the brands you sell.",
    )
    assert asked.state == Application.State.NEEDS_INFO
    assert item_of(asked) is None
    requests = {each.item: each for each in asked.info_requests.all()}
    assert set(requests) == {"document.business_licence", "field.scope", "other"}
    with pytest.raises(NotComplete):
        services.submit(application=asked, actor=applicant)

    former = asked.documents.current().get(type="business_licence")
    services.add_document(
        application=asked,
        type="business_licence",
        file=upload("again.png", png(99)),
        actor=applicant,
        number=ALIBABA,
        holder=asked.legal_name,
    )
    former.refresh_from_db()
    assert former.replaced_at is not None
    services.answer(request=requests["document.business_licence"])
    services.answer(request=requests["field.scope"], value="户外用品销售")
    services.answer(request=requests["other"], text="North Peak only")
    again = services.submit(application=asked, actor=applicant)
    assert (again.state, again.submissions, again.scope) == (Application.State.RESUBMITTED, 2, "户外用品销售")
    assert item_of(again) is not None
    assert again.check_results.filter(submission=2).count() == len(CHECKS)

    services.open_case(application=again, user=reviewer)
    merchant = services.approve(application=again, actor=reviewer).merchant
    assert merchant.documents.get(type="business_licence").original_name == "again.png"
    actions = [entry.action.rpartition(".")[2] for entry in audit.history(application)]
    assert actions == ["submitted", "in_review", "needs_info", "resubmitted", "in_review", "approved"]


def test_answers_keep_personal_data_out_of_plain_columns(applicant, reviewer):
    application = submitted(applicant)
    asked = services.ask_for_corrections(application=application, actor=reviewer, reason_codes=["id_number"])
    request = services.answer(request=asked.info_requests.get(), value="110105194912310038")
    assert request.answer == ""
    application.refresh_from_db()
    assert application.id_number == "110105194912310038"


def test_an_answer_cannot_take_anothers_licence(applicant, reviewer, make_user):
    application = submitted(applicant)
    other = make_user("fang")
    submitted(other, uscc=TENCENT, id_number="E12345678")
    asked = services.ask_for_corrections(application=application, actor=reviewer, reason_codes=["credit_code"])
    with pytest.raises(AlreadyOpen):
        services.answer(request=asked.info_requests.get(), value=TENCENT)
    application.refresh_from_db()
    assert application.uscc == ALIBABA


FOOD = {"category": "food", "scope": "食品销售（仅销售预包装食品）"}


def test_high_risk_needs_two_people(applicant, reviewer, second):
    application = submitted(applicant, **FOOD)
    assert item_of(application).risk == Risk.HIGH
    proposed = services.approve(application=application, actor=reviewer)
    assert (proposed.state, proposed.proposed_by) == (Application.State.IN_REVIEW, reviewer)
    assert not Merchant.objects.exists()
    assert item_of(proposed).claimed_by is None
    assert services.open_case(application=proposed, user=reviewer).read_only_because
    with pytest.raises(SecondPersonNeeded, match="You proposed"):
        services.approve(application=proposed, actor=reviewer)
    approved = services.approve(application=proposed, actor=second)
    assert (approved.state, approved.decided_by) == (Application.State.APPROVED, second)
    assert list(approved.decisions.values_list("kind", "by")) == [("propose", reviewer.pk), ("approve", second.pk)]


def test_the_database_itself_refuses_a_proposer_who_approves(applicant, reviewer, second):
    application = submitted(applicant, **FOOD)
    services.approve(application=application, actor=reviewer)
    services.approve(application=application, actor=second)
    for changes in ({"decided_by": reviewer}, {"proposed_by": None}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Application.objects.filter(pk=application.pk).update(**changes)


def test_corrections_cancel_a_proposal(applicant, reviewer, second):
    application = submitted(applicant, **FOOD)
    services.approve(application=application, actor=reviewer)
    asked = services.ask_for_corrections(application=application, actor=second, reason_codes=["legal_name"])
    assert asked.proposed_by is None


def test_nobody_reviews_their_own_application(policies, make_user):
    both = make_user("lin", roles=["reviewer"])
    application = submitted(both)
    assert services.open_case(application=application, user=both).read_only_because
    with pytest.raises(SecondPersonNeeded, match="your own"):
        services.approve(application=application, actor=both)


def test_deciding_needs_the_role(applicant, make_user):
    application = submitted(applicant)
    with pytest.raises(OnboardingError):
        services.approve(application=application, actor=make_user("clerk", roles=["logistics_desk"]))


def test_a_case_that_another_holds_is_read_only_until_a_supervisor_takes_it(applicant, reviewer, second, supervisor):
    application = submitted(applicant)
    services.open_case(application=application, user=reviewer)
    for take_over in (False, True):
        opened = services.open_case(application=application, user=second, take_over=take_over)
        assert (opened.held_by, bool(opened.read_only_because)) == (reviewer, True)
    with pytest.raises(DecidedAlready):
        services.approve(application=application, actor=second)
    assert not services.open_case(application=application, user=supervisor, take_over=True).read_only_because
    with pytest.raises(DecidedAlready):
        services.approve(application=application, actor=reviewer)
    assert services.approve(application=application, actor=supervisor).state == Application.State.APPROVED


def test_withdrawing_ends_the_review(applicant, reviewer):
    application = submitted(applicant)
    services.open_case(application=application, user=reviewer)
    assert services.withdraw(application=application, actor=applicant).state == Application.State.WITHDRAWN
    assert item_of(application) is None
    with pytest.raises(DecidedAlready):
        services.approve(application=application, actor=reviewer)
    with pytest.raises(DecidedAlready):
        services.withdraw(application=application, actor=applicant)


def test_looking_at_personal_data_is_written_down(applicant, reviewer):
    application = submitted(applicant)
    assert services.reveal(target=application, field="contact_phone", actor=reviewer, reason="x") == "138 0013 8000"
    entry = Entry.objects.get(action="merchants.personal_data.shown")
    assert (entry.actor, entry.after) == (reviewer, {"field": "contact_phone"})
    with pytest.raises(ValueError, match="not personal data"):
        services.reveal(target=application, field="shop_name", actor=reviewer, reason="x")


def test_expiring_documents_of_merchants(applicant, reviewer):
    application = submitted(applicant, uscc=VANKE)
    assert not selectors.documents_expiring(timezone.now(), 10_000).exists()
    services.approve(application=application, actor=reviewer)
    licence = application.documents.get(type="business_licence")
    licence.expires_on = dt.date(2026, 12, 1)
    licence.save()
    at = dt.datetime.fromisoformat
    assert not selectors.documents_expiring(at("2026-11-21T23:59:00+08:00"), 9)
    assert list(selectors.documents_expiring(at("2026-11-22T00:00:00+08:00"), 9)) == [licence]
    assert list(selectors.documents_expiring(at("2027-02-01T00:00:00+08:00"), 0)) == [licence]
    licence.replaced_at = timezone.now()
    licence.save()
    assert not selectors.documents_expiring(at("2026-11-22T00:00:00+08:00"), 9)
    assert licence not in selectors.merchant_documents(application.documents.first().merchant_id)
