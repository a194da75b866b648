"""Verdicts beside people's decisions, and approving by rule only while the record allows it."""

import datetime as dt
import threading
import time

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.utils import timezone

from merchants import services as onboarding
from merchants.models import Application, CheckResult, Merchant, Recheck
from merchants.screening import record, selectors, services, tasks
from merchants.screening.judging import drawn_for_people
from merchants.screening.models import Stop, Verdict
from shopops.accounts.models import User
from shopops.audit.models import Entry
from shopops.jobs.services import run_job
from shopops.policies.kinds import kinds
from shopops.policies.models import PolicyVersion
from shopops.policies.services import create_draft, start_shadow
from shopops.work.models import SecondRead
from tests.merchants.factories import submitted
from tests.screening.conftest import PLAIN, decided, passing, publish, typed

Outcome = services.Outcome


def waiting(applicant, **changes) -> Application:
    """A submitted application with good checks that no draw keeps for people."""
    application = submitted(applicant, **changes)
    number = next(f"A-W-{n}" for n in range(1000) if not drawn_for_people(f"A-W-{n}", 0.05))
    Application.objects.filter(pk=application.pk).update(number=number)
    passing(application)
    return Application.objects.get(pk=application.pk)


def proved(by: User, right: int = 40, wrong: int = 0, **changes) -> PolicyVersion:
    """A version in the mode “approve” whose criteria have a record."""
    version = publish(**changes)
    for number in range(right + wrong):
        decided(version, by, "approve" if number < right else "needs_info")
    return publish(**{"mode": "approve", **changes})


def test_a_submission_is_judged_after_the_commit(applicant, django_capture_on_commit_callbacks):
    publish()
    with django_capture_on_commit_callbacks() as later:
        application = submitted(applicant)
    assert tasks.judge.name in [each.task.name for each in later if hasattr(each, "task")]
    tasks.judge(application.pk)
    verdict = Verdict.objects.get(application=application)
    assert (verdict.submission, verdict.in_force) == (1, True)
    assert verdict.evidence["checks"] == {
        each.code: each.outcome for each in CheckResult.objects.filter(application=application)
    }


def test_the_last_verdict_counts_and_a_decision_ends_judging(applicant, reviewer):
    version = publish()
    application = waiting(applicant)
    passing(application, names="fail")
    services.judge_application(application=application)
    assert not Verdict.objects.get(application=application).would_approve
    passing(application)
    services.judge_application(application=application)
    assert Verdict.objects.get(application=application, version=version).would_approve
    onboarding.approve(application=application, actor=reviewer)
    passing(application, names="fail")
    assert services.judge_application(application=application) is None
    assert Verdict.objects.get(application=application).would_approve, "what was recorded before the decision stays"


def test_the_sweep_judges_what_was_lost_and_what_checks_say_anew(applicant):
    publish()
    application = waiting(applicant)
    assert run_job("screen_applications").result["judged"] == 1
    assert run_job("screen_applications").result["judged"] == 0
    CheckResult.objects.filter(application=application, code="names").update(
        outcome="fail", run_at=timezone.now() + dt.timedelta(seconds=1)
    )
    run_job("screen_applications")
    assert not Verdict.objects.get(application=application).would_approve


def test_a_version_in_shadow_is_recorded_beside_the_one_in_force(applicant, supervisor):
    publish()
    application = waiting(applicant)
    draft = create_draft(
        kind=kinds.get("auto_approval"), author=supervisor, body={**PLAIN, "categories": ["home"]}, note="x"
    )
    shadow = start_shadow(version=draft, actor=supervisor)
    services.judge_application(application=application)
    said = {each.version_id: (each.would_approve, each.in_force) for each in Verdict.objects.all()}
    assert said.pop(shadow.pk) == (False, False)
    assert list(said.values()) == [(True, True)]
    assert run_job("try_screening").result == {"tried": 1}
    trial = shadow.trials.get().result
    assert (trial["waiting"], trial["would"], trial["to_no"], trial["why"]) == (1, [1, 0], 1, {"category": 1})


def test_the_record_counts_people_only_and_knows_what_they_refused(reviewer):
    version = publish()
    for kind, would in (
        ("approve", True),
        ("approve", True),
        ("needs_info", True),
        ("approve", False),
        ("reject", False),
    ):
        decided(version, reviewer, kind, would=would)
    by_rule = decided(version, reviewer, "approve")
    by_rule.decisions.update(by=None)
    old = decided(version, reviewer, "reject", at=timezone.now() - dt.timedelta(days=200))
    figures = record.of_policy(typed(version), timezone.now())
    assert (figures.verdicts, figures.would, figures.met, figures.right, figures.wrong, figures.missed) == (
        6,
        4,
        3,
        2,
        1,
        1,
    )
    assert figures.precision == pytest.approx(2 / 3)
    assert figures.interval == pytest.approx((0.2077, 0.9385), abs=1e-4)
    assert old.pk not in [each.application.pk for each in _disagreements(version)]
    assert [each.decision.kind for each in _disagreements(version)] == ["needs_info"]
    assert _disagreements(version)[0].reasons == ["Name differs from licence"]


def _disagreements(version):
    now = timezone.now()
    return selectors.disagreements(typed(version).criteria, now - dt.timedelta(days=90), now)


def test_the_same_submission_judged_by_two_versions_alike_counts_once(reviewer):
    first = publish()
    application = decided(first, reviewer, "approve")
    second = publish(mode="approve")
    verdict = Verdict.objects.get(application=application)
    verdict.pk, verdict.version = None, second
    verdict.save()
    assert record.of_policy(typed(second), timezone.now()).met == 1
    since = timezone.now() - dt.timedelta(days=9)
    assert {pk: each.met for pk, each in record.by_version(since, timezone.now()).items()} == {
        first.pk: 1,
        second.pk: 1,
    }


def test_nothing_is_approved_while_its_checks_are_owed(applicant, reviewer):
    """What changed since the checks ran may be what they would have failed."""
    proved(reviewer)
    application = waiting(applicant)
    Recheck.objects.create(application=application)
    assert services.decide(application=application) == Outcome.CHECKS_OWED
    Recheck.objects.all().delete()
    assert services.decide(application=application) == Outcome.APPROVED


def test_the_mode_record_approves_nothing(applicant, reviewer):
    version = publish()
    for _number in range(40):
        decided(version, reviewer, "approve")
    application = waiting(applicant)
    assert services.decide(application=application) == Outcome.RECORDS_ONLY
    application.refresh_from_db()
    assert application.state == "submitted"


def test_a_version_that_approves_waits_for_its_record(applicant, reviewer):
    """Published or not: below the sample, or below the precision, everything goes to people."""
    proved(reviewer, right=19)
    application = waiting(applicant)
    assert services.decide(application=application) == Outcome.NOT_PROVED
    proved(reviewer, right=40, wrong=8)
    assert services.decide(application=application) == Outcome.NOT_PROVED
    application.refresh_from_db()
    assert application.state == "submitted"


def test_another_versions_record_does_not_count(applicant, reviewer):
    proved(reviewer)
    publish(mode="approve", may_be_unsure=["scope", "documents"])
    assert services.decide(application=waiting(applicant)) == Outcome.NOT_PROVED


def test_with_a_good_record_the_rule_approves_once_and_says_so(applicant, reviewer):
    version = proved(reviewer)
    application = waiting(applicant)
    assert services.decide(application=application) == Outcome.APPROVED
    application.refresh_from_db()
    assert (application.state, application.auto_version, application.decided_by) == ("approved", version, None)
    assert Merchant.objects.filter(application=application).exists()
    entry = Entry.objects.get(action="merchants.application.approved", object_id=application.pk)
    assert (entry.actor, entry.policy_version_id) == (None, version.pk)
    assert services.decide(application=application) == Outcome.NOT_WAITING
    assert Merchant.objects.filter(application=application).count() == 1


def test_the_task_and_the_sweep_approve_by_themselves(applicant, reviewer, make_user):
    proved(reviewer)
    tasks.judge((first := waiting(applicant)).pk)
    first.refresh_from_db()
    assert first.state == "approved"


def test_the_sweep_approves_what_no_task_heard_of(applicant, reviewer):
    proved(reviewer)
    application = waiting(applicant)
    assert run_job("screen_applications").result == {"judged": 1, "approved": 1}
    application.refresh_from_db()
    assert application.state == "approved"


def test_what_is_drawn_goes_to_people(applicant, reviewer):
    proved(reviewer, to_people=1.0)
    application = waiting(applicant)
    assert services.decide(application=application) == Outcome.DRAWN
    run_job("screen_applications")
    application.refresh_from_db()
    assert application.state == "submitted"


def test_the_daily_cap_holds(applicant, reviewer, make_user):
    proved(reviewer, daily_cap=0)
    assert services.decide(application=waiting(applicant)) == Outcome.CAP


def test_facts_of_this_moment_decide_not_those_of_the_verdict(applicant, reviewer):
    proved(reviewer)
    application = waiting(applicant)
    services.judge_application(application=application)
    passing(application, related="unsure")
    assert services.decide(application=application) == Outcome.WOULD_NOT


def test_a_case_that_a_person_has_is_left_to_them(applicant, reviewer):
    proved(reviewer)
    application = waiting(applicant)
    onboarding.open_case(application=application, user=reviewer)
    assert services.decide(application=application) == Outcome.WITH_PERSON


def test_a_stop_works_at_once_and_is_on_record(applicant, reviewer, supervisor):
    proved(reviewer)
    application = waiting(applicant)
    services.judge_application(application=application)
    stop = services.stop(actor=supervisor, because="Two wrong ones this morning")
    assert services.decide(application=application) == Outcome.STOPPED
    with pytest.raises(services.AlreadyStopped):
        services.stop(actor=reviewer, because="me too")
    with pytest.raises(ValidationError):
        services.lift(actor=supervisor, because=" ")
    services.lift(actor=supervisor, because="Checked: both were right")
    with pytest.raises(services.AlreadyStopped):
        services.lift(actor=supervisor, because="again")
    assert services.decide(application=application) == Outcome.APPROVED
    said = Entry.objects.filter(action__startswith="screening.approvals", object_id=stop.pk).order_by("pk")
    assert [(each.action, each.actor) for each in said] == [
        ("screening.approvals.stopped", supervisor), ("screening.approvals.resumed", supervisor),
    ]  # fmt: skip


def test_an_approval_by_rule_may_be_read_blind_by_a_person(applicant, reviewer, monkeypatch):
    from shopops.work.queues import SecondReads

    monkeypatch.setattr(SecondReads, "takes", lambda self, item: True)
    proved(reviewer)
    services.decide(application=waiting(applicant))
    read = SecondRead.objects.get()
    assert (read.first_by, read.first_verdict) == (None, "approve")


def test_high_risk_is_never_approved_by_rule_even_if_the_onboarding_policy_adds_a_category(applicant, reviewer):
    proved(reviewer)
    application = waiting(applicant)
    Application.objects.filter(pk=application.pk).update(needs_second_person=True)
    assert services.decide(application=application) == Outcome.WOULD_NOT


@pytest.mark.django_db(transaction=True)
def test_two_workers_and_a_cap_of_one_approve_one(applicant, reviewer, make_user, monkeypatch):
    proved(reviewer, daily_cap=1)
    first = waiting(applicant)
    another = {"uscc": "914403001922038216", "id_number": "110105194912310038", "contact_phone": "13900139001"}
    other = submitted(make_user("wu"), legal_name="北岭贸易有限公司", **another)
    number = next(f"A-X-{n}" for n in range(1000) if not drawn_for_people(f"A-X-{n}", 0.05))
    Application.objects.filter(pk=other.pk).update(number=number)
    passing(other)
    outcomes, together = [], threading.Barrier(4)
    count = record.approved_today

    def slowly(now: dt.datetime) -> int:
        counted = count(now)
        time.sleep(0.5)
        return counted

    monkeypatch.setattr(record, "approved_today", slowly)

    def work(pk: int) -> None:
        together.wait()
        try:
            outcomes.append(services.decide(application=Application(pk=pk)))
        finally:
            connection.close()

    workers = [threading.Thread(target=work, args=[pk]) for pk in (first.pk, other.pk, first.pk, other.pk)]
    for each in workers:
        each.start()
    for each in workers:
        each.join()
    assert outcomes.count(Outcome.APPROVED) == 1
    assert Application.objects.filter(state="approved").count() == 1


def test_a_dry_run_asks_as_often_for_many_as_for_one(applicant, reviewer, make_user, django_assert_num_queries):
    version = publish()
    waiting(applicant)
    with django_assert_num_queries(4):
        assert len(selectors.dry_run(typed(version), timezone.now())) == 1
    for _number in range(6):
        decided(version, reviewer, "approve")
    Application.objects.filter(number__startswith="A-T").update(state="in_review")
    with django_assert_num_queries(4):
        assert len(selectors.dry_run(typed(version), timezone.now())) == 7


def test_only_one_stop_stands(supervisor):
    services.stop(actor=supervisor, because="x")
    assert Stop.objects.filter(is_standing=True).count() == 1
