"""Which notices a window owes and when: rows are written when it is announced, moved, extended, ended or cancelled.

All functions run in the transaction of the change they follow, so the plan and the state never disagree.
"""

import datetime as dt
from collections.abc import Iterator

from django.db import models

from maintenance.models import NoticePoint, Window
from maintenance.policy import NoticePolicy
from shopops.notifications import services as notifications

OPEN = (NoticePoint.State.PENDING, NoticePoint.State.SENDING)
Kind = NoticePoint.Kind
Skipped = NoticePoint.Skipped


def plan_announcement(window: Window, policy: NoticePolicy, now: dt.datetime) -> None:
    """Owe the announcement at once, the reminders before the start, and the word that it has started."""
    _owe(window, [_point(window, Kind.ANNOUNCED, now), *_before_start(window, policy, now)])


def plan_changed_times(window: Window, policy: NoticePolicy, now: dt.datetime) -> None:
    """Drop what is owed for the old times and owe the change, and what comes before the new start.

    When nobody was told of the old times yet, the new ones are simply announced.
    """
    drop(window, Skipped.TIMES_CHANGED, "The times of the maintenance window changed before this could be sent.")
    points = [_point(window, Kind.CHANGED if was_told(window) else Kind.ANNOUNCED, now)]
    if window.state == Window.State.ANNOUNCED:
        points += _before_start(window, policy, now)
    _owe(window, points)


def plan_end(window: Window, now: dt.datetime) -> None:
    """Owe the word that everything works again."""
    drop(window, Skipped.OVER, "The maintenance window was over before this could be sent.")
    _owe(window, [_point(window, Kind.COMPLETED, now)])


def plan_cancellation(window: Window, now: dt.datetime) -> None:
    """Drop everything that is owed; owe the cancellation if anybody was told of the window."""
    drop(window, Skipped.CANCELLED, "The maintenance window was cancelled before this could be sent.")
    if was_told(window):
        _owe(window, [_point(window, Kind.CANCELLED, now)])


def drop(window: Window, because: NoticePoint.Skipped, why: str) -> None:
    """Skip every notice that was not sent whole, and take back its e-mails that have not left yet.

    A notice being sent is waited for (its chunk holds the row), then stopped.
    """
    points = window.notice_points.filter(state__in=OPEN)
    points.update(state=NoticePoint.State.SKIPPED, skipped_because=because)
    messages = window.notice_points.filter(message__isnull=False).values("message_id")
    notifications.withdraw(message_ids=messages, why=why)


def was_told(window: Window) -> bool:
    """Whether any notice of the window reached anybody, or went out to nobody but the readers of the public news."""
    return window.notice_points.filter(models.Q(recipients__gt=0) | models.Q(state=NoticePoint.State.SENT)).exists()


def _before_start(window: Window, policy: NoticePolicy, now: dt.datetime) -> Iterator[NoticePoint]:
    """Yield the reminders and the start; those due by now or right after are covered by what is told now."""
    covered_until = now + dt.timedelta(minutes=policy.merge_minutes)
    for minutes in sorted(set(policy.reminders_minutes), reverse=True):
        due_at = window.starts_at - dt.timedelta(minutes=minutes)
        yield _point(window, Kind.REMINDER, due_at, minutes=minutes, covered=due_at <= covered_until)
    yield _point(window, Kind.STARTED, window.starts_at, covered=window.starts_at <= now)


def _point(
    window: Window, kind: NoticePoint.Kind, due_at: dt.datetime, *, minutes: int = 0, covered: bool = False
) -> NoticePoint:
    return NoticePoint(
        window=window,
        kind=kind,
        minutes_before=minutes,
        revision=window.times_revision,
        due_at=due_at,
        state=NoticePoint.State.SKIPPED if covered else NoticePoint.State.PENDING,
        skipped_because=Skipped.COVERED if covered else "",
    )


def _owe(window: Window, points: list[NoticePoint]) -> None:
    NoticePoint.objects.bulk_create(points, ignore_conflicts=True)
