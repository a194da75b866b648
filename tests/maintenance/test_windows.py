"""What may be planned, announced, moved, extended, ended and called off, and what the clocks learn of it."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from maintenance import services
from maintenance.models import Impact, Window
from shopops.audit.selectors import history
from shopops.clocks.models import Pause
from shopops.clocks.services import pauses_of
from shopops.transitions.handler import TransitionRefused
from shopops.work.models import WorkItem
from tests.maintenance.conftest import DAY, HOUR, NOW, START, run

pytestmark = pytest.mark.django_db


def pauses():
    return [(p.feature, p.start, p.end) for p in Pause.objects.order_by("feature")]


def test_a_window_goes_from_draft_to_completed(announced, announcer):
    window = announced()
    run(START)
    window.refresh_from_db()
    assert (window.state, window.actual_started_at) == (Window.State.IN_PROGRESS, START)
    run(START + 3 * HOUR)
    window.refresh_from_db()
    assert window.state == Window.State.VERIFYING
    window = services.complete(window=window, actor=announcer, now=START + 4 * HOUR)
    assert (window.state, window.actual_ended_at) == (Window.State.COMPLETED, START + 4 * HOUR)
    assert [entry.action.rpartition(".")[2] for entry in history(window)] == [
        "scheduled",
        "announced",
        "started",
        "verifying",
        "completed",
    ]


def test_a_window_without_impacts_cannot_be_scheduled(draft, announcer):
    window = draft()
    window.impacts.all().delete()
    with pytest.raises(ValidationError, match="no impacts"):
        services.schedule(window=window, actor=announcer, now=NOW)


def test_a_start_that_has_passed_cannot_be_scheduled(draft, announcer):
    with pytest.raises(ValidationError) as refused:
        services.schedule(window=draft(starts_at=NOW - HOUR), actor=announcer, now=NOW)
    assert "starts_at" in refused.value.message_dict


def test_the_lead_time_of_the_policy_is_enforced_to_the_second(draft, announcer):
    window = services.schedule(window=draft(starts_at=NOW + 72 * HOUR), actor=announcer, now=NOW)
    with pytest.raises(ValidationError) as refused:
        services.announce(window=window, actor=announcer, now=NOW + dt.timedelta(seconds=1))
    (message,) = refused.value.message_dict["emergency_reason"]
    assert "72 h" in message and "Sun 22 Nov, 10:01" in message
    assert services.announce(window=window, actor=announcer, now=NOW).state == "announced"


@pytest.mark.parametrize(("fields", "enough"), [({"is_large": True}, 168), ({"hours": 6}, 168), ({"hours": 5.9}, 72)])
def test_large_and_long_windows_need_the_longer_notice(draft, announcer, fields, enough):
    window = services.schedule(window=draft(starts_at=NOW + enough * HOUR, **fields), actor=announcer, now=NOW)
    with pytest.raises(ValidationError):
        services.announce(window=window, actor=announcer, now=NOW + dt.timedelta(minutes=1))
    services.announce(window=window, actor=announcer, now=NOW)


def test_only_a_supervisor_with_a_reason_may_announce_later(draft, announcer, supervisor):
    window = services.schedule(window=draft(starts_at=NOW + 2 * HOUR), actor=announcer, now=NOW)
    with pytest.raises(ValidationError, match="Only a supervisor"):
        services.announce(window=window, actor=announcer, emergency_reason="Disk fails", now=NOW)
    with pytest.raises(ValidationError, match="emergency reason"):
        services.announce(window=window, actor=supervisor, emergency_reason="  ", now=NOW)
    window = services.announce(window=window, actor=supervisor, emergency_reason="Disk fails", now=NOW)
    entry = history(window).last()
    assert entry is not None
    assert (window.emergency_reason, entry.reason, entry.actor) == ("Disk fails", "Disk fails", supervisor)
    assert entry.policy_version == window.policy_version


def test_a_reason_that_was_not_needed_is_not_kept(draft, announcer):
    window = services.schedule(window=draft(), actor=announcer, now=NOW)
    window = services.announce(window=window, actor=announcer, emergency_reason="just so", now=NOW)
    assert window.emergency_reason == ""


def test_clocks_pause_for_what_merchants_cannot_work_with(draft, announcer):
    services.schedule(window=draft(), actor=announcer, now=NOW)
    assert pauses() == [("after_sales", START, START + 3 * HOUR), ("shipping", START, START + 3 * HOUR)]


def test_pauses_move_with_the_window_and_grow_when_it_is_extended(announced, announcer):
    window = announced()
    moved = START + 2 * DAY
    window = services.move(window=window, actor=announcer, starts_at=moved, ends_at=moved + HOUR, now=NOW)
    assert pauses() == [("after_sales", moved, moved + HOUR), ("shipping", moved, moved + HOUR)]
    run(moved)
    services.extend(window=window, actor=announcer, ends_at=moved + 2 * HOUR, reason="Index", now=moved)
    assert pauses() == [("after_sales", moved, moved + 2 * HOUR), ("shipping", moved, moved + 2 * HOUR)]


def test_pauses_stay_as_promised_when_the_work_is_done_sooner(announced, announcer):
    window = announced()
    run(START)
    services.complete(window=window, actor=announcer, now=START + HOUR)
    assert [p.end for p in pauses_of("shipping", START)] == [START + 3 * HOUR]


@pytest.mark.parametrize("undo", ["cancel", "revise"])
def test_pauses_are_lifted_when_the_window_is_off(draft, announcer, undo):
    window = services.schedule(window=draft(), actor=announcer, now=NOW)
    if undo == "cancel":
        services.cancel(window=window, actor=announcer, reason="Not ready", now=NOW)
    else:
        services.revise(window=window, actor=announcer)
    assert pauses() == []


def test_moving_an_announced_window_needs_notice_as_well(announced, announcer, supervisor):
    window = announced()
    soon = NOW + 23 * HOUR
    with pytest.raises(ValidationError, match="24 h"):
        services.move(window=window, actor=announcer, starts_at=soon, ends_at=soon + HOUR, now=NOW)
    window = services.move(
        window=window, actor=supervisor, starts_at=soon, ends_at=soon + HOUR, emergency_reason="Leak", now=NOW
    )
    assert (window.starts_at, window.times_revision, window.emergency_reason) == (soon, 2, "Leak")
    times = history(window).get(action="maintenance.window.times")
    assert times.before["starts_at"] != times.after["starts_at"]


def test_before_the_announcement_times_move_freely(draft, announcer):
    window = services.schedule(window=draft(), actor=announcer, now=NOW)
    window = services.move(window=window, actor=announcer, starts_at=NOW + HOUR, ends_at=NOW + 2 * HOUR, now=NOW)
    assert (window.times_revision, window.previous_starts_at) == (1, None)


def test_an_extension_must_be_later(announced, announcer):
    window = announced()
    run(START)
    with pytest.raises(ValidationError) as refused:
        services.extend(window=window, actor=announcer, ends_at=START + 3 * HOUR, reason="x", now=START)
    assert "ends_at" in refused.value.message_dict


def test_work_that_takes_longer_again_comes_back_from_verifying(announced, announcer):
    window = announced()
    run(START)
    run(START + 3 * HOUR)
    window = services.extend(
        window=window, actor=announcer, ends_at=START + 5 * HOUR, reason="Slow", now=START + 3 * HOUR
    )
    assert (window.state, window.first_ends_at) == ("in_progress", START + 3 * HOUR)
    window = services.extend(
        window=window, actor=announcer, ends_at=START + 6 * HOUR, reason="Slower", now=START + 4 * HOUR
    )
    assert (window.first_ends_at, window.times_revision) == (START + 3 * HOUR, 3)


def test_a_cancellation_needs_a_reason_and_is_over_once_work_has_begun(announced, announcer):
    window = announced()
    with pytest.raises(ValidationError, match="Say why"):
        services.cancel(window=window, actor=announcer, reason=" ", now=NOW)
    run(START)
    with pytest.raises(TransitionRefused):
        services.cancel(window=window, actor=announcer, reason="late", now=START)


def test_of_two_who_announce_one_is_refused(draft, announcer):
    window = services.schedule(window=draft(), actor=announcer, now=NOW)
    services.announce(window=window, actor=announcer, now=NOW)
    with pytest.raises(TransitionRefused):
        services.announce(window=window, actor=announcer, now=NOW)
    assert window.notice_points.filter(kind="announced").count() == 1


def test_a_scheduled_window_waits_in_the_queue_until_its_lead_time(draft, announcer):
    window = services.schedule(window=draft(), actor=announcer, now=NOW)
    item = WorkItem.objects.get(queue="maintenance_to_announce", left_at=None)
    assert item.due_at == START - 72 * HOUR
    services.announce(window=window, actor=announcer, now=NOW)
    assert not WorkItem.objects.filter(left_at=None).exists()


def test_a_plan_that_nobody_announced_in_time_goes_back_to_draft(draft, announcer):
    window = services.schedule(window=draft(), actor=announcer, now=NOW)
    assert run(START)["lapsed"] == 1
    window.refresh_from_db()
    assert (window.state, pauses()) == ("draft", [])
    assert not WorkItem.objects.filter(left_at=None).exists()
    assert run(START)["lapsed"] == 0


@pytest.mark.parametrize(
    "change",
    [
        {"ends_at": START},
        {"ends_at": START - HOUR},
        {"actual_started_at": START, "actual_ended_at": START - HOUR},
        {"times_revision": 0},
    ],
)
def test_the_database_refuses_impossible_windows(draft, change):
    window = draft()
    with pytest.raises(IntegrityError), transaction.atomic():
        Window.objects.filter(pk=window.pk).update(**change)


def test_the_database_keeps_one_impact_per_service_and_audience(draft):
    with pytest.raises(IntegrityError), transaction.atomic():
        Impact.objects.create(window=draft(), service="shipping", audience="merchants", mode="works")
