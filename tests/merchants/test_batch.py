"""Batches of approvals: previewed, confirmed, agreed to, carried out once."""

import msgspec
import pytest
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from merchants import batches as words
from merchants import policy, services
from merchants.errors import OnboardingError
from merchants.models import Application, CheckResult, Decision, Merchant, ReviewBatch
from merchants.services import batches
from merchants.services.queueing import enter_queue
from shopops.audit.models import Entry
from shopops.jobs.services import run_job
from shopops.transitions.handler import SecondPersonNeeded, TransitionRefused
from shopops.work.models import WorkItem

State = ReviewBatch.State


@pytest.fixture
def waiting(policies, make_user):
    """Applications that wait, written directly: waiting(3), waiting(1, category="food")."""
    numbers = iter(range(1, 9999))

    def make(count, outcomes=("pass", "pass"), **fields):
        version = policy.active()[0]
        made = []
        for number in (next(numbers) for _each in range(count)):
            values = {"category": "sports", "shop_type": "multi_brand", "applicant": None, **fields}
            values["applicant"] = values["applicant"] or make_user(f"owner{number}")
            application = Application.objects.create(
                number=f"A-0101-{number:04d}", shop_name=f"Shop {number}", legal_name=f"Company {number}",
                uscc=f"{number:018d}", state="submitted", submissions=1, submitted_at=timezone.now(),
                policy_version=version, **values,
            )  # fmt: skip
            for place, outcome in enumerate(outcomes):
                CheckResult.objects.create(
                    application=application, submission=1, code=f"check{place}", outcome=outcome, evidence=""
                )
            enter_queue(application)
            made.append(application)
        return made

    return make


@pytest.fixture
def limit(policies, monkeypatch):
    """The policy in force with other limits for batches: limit(at_most=1)."""
    version, body = policy.active()

    def change(**values):
        changed = msgspec.structs.replace(body, batches=policy.Batches(**values))
        monkeypatch.setattr(policy, "active", lambda: (version, changed))

    return change


def because(batch):
    return {row.application_id: row.because for row in batch.rows.all()}


def carry_out():
    return run_job(batches.JOB).result


def test_a_preview_says_for_every_row_what_would_happen_and_decides_nothing(waiting, reviewer, second):
    clean, held, decided, had_part = waiting(4)
    (risky,) = waiting(1, category="food", needs_second_person=True)
    (failed,) = waiting(1, outcomes=("pass", "fail"))
    (own,) = waiting(1, applicant=reviewer)
    (unchecked,) = waiting(1, outcomes=())
    services.open_case(application=held, user=second)
    services.reject(application=decided, actor=second, reason_codes=["prohibited"])
    WorkItem.objects.filter(object_id=had_part.pk).update(not_for=[reviewer.pk])
    everything = [clean, held, decided, had_part, risky, failed, own, unchecked]
    batch = batches.put_together(actor=reviewer, applications=[each.pk for each in everything])
    assert because(batch) == {
        clean.pk: "", held.pk: "held", decided.pk: "decided", had_part.pk: "not_for_you", risky.pk: "second_person",
        failed.pk: "failed", own.pk: "own", unchecked.pk: "no_checks",
    }  # fmt: skip
    assert batch.size == 1
    assert all(words.sentence(row) for row in batch.rows.exclude(because=""))
    assert Decision.objects.count() == 1
    assert Merchant.objects.count() == 0


def test_a_confirmed_batch_approves_each_and_the_audit_names_it(waiting, reviewer):
    applications = waiting(3)
    batch = batches.put_together(actor=reviewer, applications=[each.pk for each in applications], note="Spring fair")
    batches.confirm(batch=batch, actor=reviewer)
    assert carry_out() == {"approved": 3, "left_out": 0, "batches": 1}
    batch.refresh_from_db()
    assert (batch.state, Merchant.objects.count()) == (State.DONE, 3)
    decision = Decision.objects.filter(kind="approve").first()
    assert (decision.batch, decision.by, decision.internal_note) == (batch, reviewer, "Spring fair")
    entries = Entry.objects.filter(action="merchants.application.approved")
    assert [batch.number in entry.reason for entry in entries] == [True] * 3
    assert "Spring fair" not in entries[0].reason


def test_what_changed_since_the_preview_is_left_out(waiting, reviewer, second):
    same, rechecked, taken, gone = waiting(4)
    batch = batches.put_together(actor=reviewer, applications=[each.pk for each in (same, rechecked, taken, gone)])
    batches.confirm(batch=batch, actor=reviewer)
    CheckResult.objects.filter(application=rechecked, code="check1").update(outcome="unsure")
    services.open_case(application=taken, user=second)
    services.reject(application=gone, actor=second, reason_codes=["prohibited"])
    carry_out()
    assert because(batch) == {same.pk: "", rechecked.pk: "changed", taken.pk: "held", gone.pk: "decided"}
    assert Merchant.objects.count() == 1


def test_confirming_twice_runs_once(waiting, reviewer):
    batch = batches.put_together(actor=reviewer, applications=[each.pk for each in waiting(2)])
    batches.confirm(batch=batch, actor=reviewer)
    with pytest.raises(TransitionRefused):
        batches.confirm(batch=batch, actor=reviewer)
    carry_out()
    assert carry_out() == {"approved": 0, "left_out": 0, "batches": 0}
    assert Merchant.objects.count() == 2


def test_a_batch_that_was_killed_half_way_goes_on(waiting, reviewer, monkeypatch):
    batch = batches.put_together(actor=reviewer, applications=[each.pk for each in waiting(3)])
    batches.confirm(batch=batch, actor=reviewer)
    done = []

    def killed(*args, **more):
        if done:
            raise KeyboardInterrupt
        done.append(services.approve(*args, **more))
        return done[0]

    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(batches, "approve", killed)
        carry_out()
    assert Merchant.objects.count() == 1
    assert carry_out()["approved"] == 2
    assert Merchant.objects.count() == Decision.objects.count() == 3


def test_an_error_of_one_row_does_not_keep_the_others(waiting, reviewer, monkeypatch):
    bad, good = waiting(2)
    batch = batches.put_together(actor=reviewer, applications=[bad.pk, good.pk])
    batches.confirm(batch=batch, actor=reviewer)

    def broken(*, application, **more):
        if application.pk == bad.pk:
            raise RuntimeError("a bug")
        return services.approve(application=application, **more)

    monkeypatch.setattr(batches, "approve", broken)
    carry_out()
    assert because(batch) == {bad.pk: "error", good.pk: ""}


def test_a_large_batch_needs_a_second_person(limit, waiting, reviewer, second):
    limit(second_person_above=1)
    (own,) = waiting(1, applicant=second)
    batch = batches.put_together(actor=reviewer, applications=[own.pk, *(each.pk for each in waiting(2))])
    batch = batches.confirm(batch=batch, actor=reviewer)
    assert batch.state == State.WAITING
    assert carry_out()["approved"] == 0
    with pytest.raises(SecondPersonNeeded):
        batches.agree(batch=batch, actor=reviewer)
    batches.agree(batch=batch, actor=second)
    assert carry_out() == {"approved": 2, "left_out": 1, "batches": 1}
    assert because(batch)[own.pk] == "own_of_second"


def test_the_database_itself_wants_the_second_person(limit, waiting, reviewer):
    limit(second_person_above=0)
    batch = batches.put_together(actor=reviewer, applications=[each.pk for each in waiting(1)])
    with pytest.raises(IntegrityError, match="merchants_batch_agreed_to"):
        ReviewBatch.objects.filter(pk=batch.pk).update(state="queued")


def test_everything_clean_takes_only_what_passed_every_check(waiting, reviewer, second):
    clean, held = waiting(2)
    services.open_case(application=held, user=second)
    for outcomes in (("pass", "unsure"), ("fail", "pass"), ()):
        waiting(1, outcomes=outcomes)
    waiting(1, category="food", needs_second_person=True)
    batch = batches.put_together(actor=reviewer, everything_clean=True)
    assert because(batch) == {clean.pk: ""}


def test_a_batch_has_limits(limit, waiting, reviewer, make_user):
    limit(at_most=1)
    ids = [each.pk for each in waiting(2)]
    with pytest.raises(OnboardingError, match="at most 1"):
        batches.put_together(actor=reviewer, applications=ids)
    with pytest.raises(OnboardingError, match="at least one"):
        batches.put_together(actor=reviewer, applications=[])
    with pytest.raises(OnboardingError, match="role of a reviewer"):
        batches.put_together(actor=make_user("clerk", roles=["logistics_desk"]), applications=ids)


def test_a_reviewer_who_lost_the_role_approves_nothing(waiting, reviewer):
    batch = batches.put_together(actor=reviewer, applications=[each.pk for each in waiting(1)])
    batches.confirm(batch=batch, actor=reviewer)
    reviewer.roles = []
    reviewer.save()
    carry_out()
    assert list(because(batch).values()) == ["refused"]


def test_yesterdays_preview_is_dropped(waiting, reviewer):
    batch = batches.put_together(actor=reviewer, applications=[each.pk for each in waiting(1)])
    ReviewBatch.objects.update(created_at=timezone.now() - 2 * batches.PREVIEW_LIFE)
    carry_out()
    batch.refresh_from_db()
    assert batch.state == State.CANCELLED


def test_the_pages_lead_from_the_list_to_the_result(limit, client, waiting, reviewer, second):
    limit(second_person_above=0)
    first, other = waiting(2)
    client.force_login(reviewer)
    text = client.get(reverse("review:queue")).content.decode()
    assert f'name="application" value="{first.pk}"' in text
    made = client.post(reverse("review:batch_new"), {"application": [first.pk, other.pk, "x"], "note": "n"})
    (batch,) = ReviewBatch.objects.all()
    assert made["Location"] == reverse("review:batch", args=[batch.pk])
    text = client.get(made["Location"]).content.decode()
    assert "2 applications would be approved" in text
    assert "cannot be undone" in text
    client.post(reverse("review:batch_step", args=[batch.pk, "confirm"]))
    assert (
        "A second person"
        in client.post(reverse("review:batch_step", args=[batch.pk, "agree"]), follow=True).content.decode()
    )
    client.force_login(second)
    assert f"Batch {batch.number} waits" in client.get(reverse("review:queue")).content.decode()
    client.post(reverse("review:batch_step", args=[batch.pk, "agree"]))
    assert client.get(reverse("review:batch_progress", args=[batch.pk])).status_code == 200
    carry_out()
    assert "HX-Refresh" in client.get(reverse("review:batch_progress", args=[batch.pk]))
    assert "2 applications approved" in client.get(made["Location"]).content.decode()
    assert batch.number in client.get(reverse("review:batches")).content.decode()


def test_batches_are_for_reviewers(client, waiting, reviewer, make_user):
    batch = batches.put_together(actor=reviewer, applications=[each.pk for each in waiting(1)])
    client.force_login(make_user("clerk", roles=["logistics_desk"]))
    for name in ("batch", "batch_progress"):
        assert client.get(reverse(f"review:{name}", args=[batch.pk])).status_code == 403
    assert client.get(reverse("review:queue")).status_code == 403
    assert client.post(reverse("review:batch_step", args=[batch.pk, "confirm"])).status_code == 403
    assert client.post(reverse("review:batch_new")).status_code == 403


def test_list_and_preview_cost_the_same_queries_however_many_rows(client, waiting, reviewer):
    client.force_login(reviewer)
    costs = []
    for count in (1, 30):
        made = waiting(count, outcomes=("pass", "fail", "unsure"))
        batch = batches.put_together(actor=reviewer, applications=[each.pk for each in made])
        pages = (reverse("review:queue"), reverse("review:batch", args=[batch.pk]), reverse("review:batches"))
        client.get(pages[0])
        cost = []
        for page in pages:
            with CaptureQueriesContext(connection) as queries:
                client.get(page)
            cost.append(len(queries))
        costs.append(cost)
    assert costs[0] == costs[1]
