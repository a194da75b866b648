"""From draft to retired: who may do what, what is in force when, and what the database itself refuses."""

import datetime as dt
import threading

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection, transaction
from django.db.utils import IntegrityError
from django.utils import timezone

from shopops.audit.models import Entry
from shopops.audit.selectors import history
from shopops.jobs.services import run_job
from shopops.policies.models import PolicyVersion
from shopops.policies.selectors import NoPolicy, active, active_version, in_force, shadows
from shopops.policies.services import (
    DraftChanged,
    InvalidPolicy,
    approve,
    content_hash,
    create_draft,
    discard,
    load_pack,
    reject,
    roll_back,
    save_draft,
    start_shadow,
    submit,
    withdraw,
)
from shopops.transitions.handler import SecondPersonNeeded, TransitionRefused
from shopops.work.models import WorkItem
from tests.policies.conftest import PACK, Rules, unseen

State = PolicyVersion.State


def in_days(days: float) -> dt.datetime:
    return timezone.now() + dt.timedelta(days=days)


def test_an_approved_version_replaces_the_one_in_force(kind, draft_of, author, approver):
    before = active_version(kind.code)
    draft = submit(version=draft_of(kind, hours=24), actor=author, note="Faster answers")
    assert active(kind.code, Rules)[1].hours == 48
    approved = approve(version=draft, actor=approver)
    assert active(kind.code, Rules) == (
        approved,
        Rules(**{**approved.body, "title": active(kind.code, Rules)[1].title}),
    )
    assert active(kind.code, Rules)[1].hours == 24
    before.refresh_from_db()
    assert (before.state, before.retired_at) == (State.RETIRED, approved.activated_at)
    events = [entry.action.rsplit(".")[-1] for entry in history(approved)]
    assert events == ["drafted", "submitted", "approved", "activated"]


def test_whoever_had_a_hand_in_a_version_cannot_approve_it(kind, draft_of, author, approver, make_user):
    helper = make_user("helper", roles=["supervisor"])
    draft = draft_of(kind, hours=24)
    save_draft(version=draft, body={**draft.body, "hours": 20}, token=draft.content_hash, actor=helper)
    draft = submit(version=draft, actor=author, note="why")
    for person in (author, helper):
        with pytest.raises(SecondPersonNeeded):
            approve(version=draft, actor=person)
        with pytest.raises(SecondPersonNeeded):
            reject(version=draft, actor=person, reason="no")
    assert active(kind.code, Rules)[1].hours == 48
    assert approve(version=draft, actor=approver).state == State.ACTIVE


def test_the_database_refuses_an_author_who_approves(kind, draft_of, author):
    draft = draft_of(kind, hours=24)
    for fields in ({"approver": author}, {"author": None, "submitter": author, "approver": author}):
        with pytest.raises(IntegrityError, match="does_not_approve"), transaction.atomic():
            PolicyVersion.objects.filter(pk=draft.pk).update(**fields)


@pytest.mark.django_db(transaction=True)
def test_of_32_threads_that_approve_one_draft_one_does(kind, draft_of, author, make_user):
    draft = submit(version=draft_of(kind, hours=24), actor=author, note="why")
    approvers = [make_user(f"boss{number}", roles=["supervisor"]) for number in range(32)]
    results: list[str] = []
    gate = threading.Barrier(32)

    def attempt(person):
        gate.wait()
        try:
            approve(version=draft, actor=person)
            results.append("approved")
        except TransitionRefused:
            results.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=attempt, args=[person]) for person in approvers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == ["approved"] + ["refused"] * 31
    assert Entry.objects.filter(action="policies.version.approved").count() == 1
    assert Entry.objects.filter(action="policies.version.activated", object_id=draft.pk).count() == 1
    assert list(PolicyVersion.objects.filter(kind=kind.code, state="active").values_list("pk", flat=True)) == [draft.pk]


def test_a_scheduled_version_comes_into_force_by_the_job_and_not_before(kind, draft_of, author, approver):
    moment = in_days(2)
    draft = submit(version=draft_of(kind, hours=24), actor=author, note="why", effective_from=moment)
    assert approve(version=draft, actor=approver).state == State.SCHEDULED
    run_job("activate_policies")
    assert active(kind.code, Rules)[1].hours == 48
    assert activated_at(moment) == {"activated": 1, "held": 0}
    assert active(kind.code, Rules)[1].hours == 24
    assert activated_at(moment) == {"activated": 0, "held": 0}


def activated_at(moment: dt.datetime) -> dict[str, int]:
    from shopops.policies.services import activate_due

    return activate_due(moment, unseen)


def test_two_versions_cannot_wait_for_the_same_moment(kind, draft_of, author, approver):
    moment = in_days(2)
    first, second = (
        submit(version=draft_of(kind, hours=hours), actor=author, note="why", effective_from=moment)
        for hours in (20, 21)
    )
    approve(version=first, actor=approver)
    with pytest.raises(ValidationError, match="Test rules v2 comes into force at that very moment"):
        approve(version=second, actor=approver)
    second.refresh_from_db()
    assert second.state == State.SUBMITTED
    approve(version=second, actor=approver, effective_from=moment + dt.timedelta(minutes=1))
    assert activated_at(moment + dt.timedelta(hours=1)) == {"activated": 2, "held": 0}
    assert active(kind.code, Rules)[1].hours == 21


def test_what_was_in_force_at_a_moment_stays_known(kind, draft_of, author, approver):
    first = active_version(kind.code)
    moment = in_days(1)
    second = submit(version=draft_of(kind, hours=24), actor=author, note="why", effective_from=moment)
    approve(version=second, actor=approver)
    activated_at(moment)
    for at, expected in (
        (first.effective_from, first),
        (moment - dt.timedelta(microseconds=1), first),
        (moment, second),
        (in_days(99), second),
    ):
        assert in_force(kind.code, Rules, at=at)[0] == expected
    with pytest.raises(NoPolicy, match="was in force at"):
        in_force(kind.code, Rules, at=first.effective_from - dt.timedelta(days=1))


def test_a_version_in_shadow_is_fixed_evaluated_and_has_no_effect(kind, draft_of, author, approver):
    draft = start_shadow(version=draft_of(kind, hours=24), actor=author)
    assert shadows(kind.code) == [draft]
    assert active(kind.code, Rules)[1].hours == 48
    with pytest.raises(TransitionRefused, match="take it back to draft"):
        save_draft(version=draft, body=draft.body | {"hours": 3}, token=draft.content_hash, actor=author)
    submitted = submit(version=draft, actor=author, note="why")
    assert shadows(kind.code) == [draft]
    approve(version=submitted, actor=approver)
    assert shadows(kind.code) == []


def test_a_rejected_version_is_a_draft_again_and_its_author_knows_why(kind, draft_of, author, approver):
    draft = submit(version=draft_of(kind, hours=24), actor=author, note="why")
    with pytest.raises(ValidationError, match="what has to change"):
        reject(version=draft, actor=approver, reason=" ")
    assert reject(version=draft, actor=approver, reason="24 h is too short on weekends").state == State.DRAFT
    from shopops.notifications.selectors import inbox

    message = inbox(author).get().message
    assert message.context["reason"] == "24 h is too short on weekends"
    with pytest.raises(TransitionRefused):
        approve(version=draft, actor=approver)


def test_waiting_versions_are_in_the_approvers_queue(kind, draft_of, author, approver):
    draft = submit(version=draft_of(kind, hours=24), actor=author, note="why")
    assert WorkItem.objects.filter(queue="policies", left_at__isnull=True).count() == 1
    withdraw(version=draft, actor=author)
    assert WorkItem.objects.filter(queue="policies", left_at__isnull=True).count() == 0


def test_an_approved_version_can_be_called_off_until_it_is_in_force(kind, draft_of, author, approver):
    draft = submit(version=draft_of(kind, hours=24), actor=author, note="why", effective_from=in_days(2))
    approved = approve(version=draft, actor=approver)
    with pytest.raises(ValidationError, match="Say why"):
        discard(version=approved, actor=author, reason="")
    discard(version=approved, actor=author, reason="The carrier changed its mind")
    assert activated_at(in_days(3)) == {"activated": 0, "held": 0}
    with pytest.raises(TransitionRefused):
        discard(version=active_version(kind.code), actor=author, reason="no")


def test_rolling_back_proposes_the_old_body_to_a_second_person(kind, draft_of, author, approver):
    first = active_version(kind.code)
    approve(version=submit(version=draft_of(kind, hours=24), actor=author, note="why"), actor=approver)
    proposed = roll_back(to=first, actor=author, note="Answers got worse")
    assert (proposed.state, proposed.number, proposed.rolls_back) == (State.SUBMITTED, 3, True)
    with pytest.raises(SecondPersonNeeded):
        approve(version=proposed, actor=author)
    approve(version=proposed, actor=approver)
    assert active(kind.code, Rules)[1].hours == 48
    assert active_version(kind.code).content_hash == first.content_hash


def test_nothing_that_changes_nothing_is_submitted(kind, draft_of, author):
    with pytest.raises(ValidationError, match="nothing would change"):
        submit(version=draft_of(kind), actor=author, note="why")
    with pytest.raises(ValidationError, match="Say why"):
        submit(version=draft_of(kind, hours=1), actor=author, note="")


def test_a_moment_that_has_passed_is_refused(kind, draft_of, author, approver):
    with pytest.raises(ValidationError, match="has passed"):
        submit(version=draft_of(kind, hours=1), actor=author, note="why", effective_from=in_days(-1))


def test_two_people_editing_do_not_overwrite_each_other(kind, draft_of, author, approver):
    draft = draft_of(kind)
    token = draft.content_hash
    save_draft(version=draft, body={**draft.body, "hours": 20}, token=token, actor=approver)
    with pytest.raises(DraftChanged, match="zhou saved this draft") as caught:
        save_draft(version=draft, body={**draft.body, "hours": 99}, token=token, actor=author)
    ((_entry, made),) = caught.value.edits
    assert [(each.place, each.old, each.new) for each in made] == [("Hours", "48", "20")]
    draft.refresh_from_db()
    assert draft.body["hours"] == 20
    save_draft(version=draft, body={**draft.body, "hours": 99}, token=draft.content_hash, actor=author)


def test_saving_twice_is_saving_once(kind, draft_of, author):
    draft = draft_of(kind)
    token = draft.content_hash
    for _again in range(2):
        save_draft(version=draft, body={**draft.body, "hours": 20}, token=token, actor=author)
    assert history(draft).filter(action="policies.version.edited").count() == 1


def test_a_body_that_does_not_fit_names_its_field(kind, author):
    with pytest.raises(InvalidPolicy, match="hours") as caught:
        create_draft(kind=kind, author=author, body={"title": {"en": "a", "zh": "b"}, "limit": 1.0, "hours": "soon"})
    assert caught.value.path == "hours"


@pytest.mark.parametrize("change", [{"body": {}}, {"content_hash": "x"}, {"kind": "other"}, {"number": 99}])
def test_the_database_keeps_what_was_submitted_as_it_is(kind, draft_of, author, change):
    draft = submit(version=draft_of(kind, hours=24), actor=author, note="why")
    with pytest.raises(DatabaseError, match="Cannot update"), transaction.atomic():
        PolicyVersion.objects.filter(pk=draft.pk).update(**change)


def test_the_database_keeps_who_approved_and_from_when(kind, approver):
    version = active_version(kind.code)
    for change in ({"approver": approver}, {"effective_from": timezone.now()}, {"author": approver}):
        with pytest.raises(DatabaseError, match="Cannot update"), transaction.atomic():
            PolicyVersion.objects.filter(pk=version.pk).update(**change)


def test_only_drafts_can_be_deleted(kind, draft_of, author):
    draft = draft_of(kind, hours=24)
    with pytest.raises(DatabaseError, match="Cannot delete"), transaction.atomic():
        active_version(kind.code).delete()
    with pytest.raises(DatabaseError, match="Cannot delete"), transaction.atomic():
        submit(version=draft, actor=author, note="why").delete()
    draft_of(kind, hours=30).delete()


def test_hashes_are_those_of_the_bodies(kind, draft_of, author):
    draft_of(kind, hours=24, limit=1e-05)
    for version in PolicyVersion.objects.all():
        assert version.content_hash == content_hash(version.body), version


def test_a_newer_pack_becomes_a_draft_to_compare(kind):
    kind.pack.write_text(PACK.replace("48", "36"), encoding="utf-8")
    newer = load_pack(kind)
    assert (newer.state, newer.number) == (State.DRAFT, 2)
    assert load_pack(kind) is None
    assert active(kind.code, Rules)[1].hours == 48
