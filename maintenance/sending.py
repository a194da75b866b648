"""The notice job: moves windows on by time and tells every merchant what is due, each notice once.

Safe to kill anywhere: windows move and chunks of recipients are written in transactions of their own, a chunk together
with how far it came (`NoticePoint.cursor`); messages and deliveries are unique, so a chunk repeated adds nothing.
"""

import datetime as dt
from collections import defaultdict
from typing import Any

from django.db import transaction
from django.urls import reverse

from maintenance import services, words
from maintenance.models import Audience, NoticePoint, Window
from maintenance.plan import OPEN
from maintenance.selectors import members_to_tell
from shopops.jobs.registry import Progress
from shopops.notifications.services import notify_many

#: Members per transaction: a statement of some tens of milliseconds.
CHUNK = 2000


def send_due(as_of: dt.datetime, progress: Progress) -> dict[str, Any]:
    """Start and end windows, then send what is due as of that moment; returns counts for the job's record."""
    started, ended, lapsed = services.advance(as_of)
    notices = told = skipped = 0
    for point, overtaken in _due(as_of):
        skipped += _skip(overtaken)
        notices += 1
        while (chunk := _tell_chunk(point.pk, as_of)) is not None:
            told += chunk
            progress(told)
    moved = {"started": started, "ended": ended, "lapsed": lapsed}
    return {**moved, "notices": notices, "recipients": told, "skipped": skipped}


def _due(as_of: dt.datetime) -> list[tuple[NoticePoint, list[NoticePoint]]]:
    """Per window the notice to send now and those that it overtakes: after an outage nobody gets a pile of old ones.

    The latest one is sent; but a reminder never stands in for an announcement or a change that is still owed.
    """
    by_window: dict[int, list[NoticePoint]] = defaultdict(list)
    for point in NoticePoint.objects.filter(state__in=OPEN, due_at__lte=as_of).order_by("due_at", "id"):
        by_window[point.window_id].append(point)
    chosen = []
    for points in by_window.values():
        latest = max(points, key=lambda each: (each.kind != NoticePoint.Kind.REMINDER, each.due_at, each.pk))
        chosen.append((latest, [point for point in points if point is not latest]))
    return chosen


def _skip(points: list[NoticePoint]) -> int:
    return NoticePoint.objects.filter(pk__in=[point.pk for point in points], state__in=OPEN).update(
        state=NoticePoint.State.SKIPPED, skipped_because=NoticePoint.Skipped.OVERTAKEN
    )


@transaction.atomic
def _tell_chunk(point_id: int, as_of: dt.datetime) -> int | None:
    """Tell the next members of a notice; returns how many heard it for the first time, None when it is done.

    The notice's row is locked, so a cancellation or a change of time waits for this chunk and stops the next one.
    """
    # Without a join to the window: after a wait for the lock it would come back as it was before the change.
    point = NoticePoint.objects.select_for_update().get(pk=point_id)
    if point.state not in OPEN:
        return None
    chunk = list(members_to_tell().filter(pk__gt=point.cursor).values_list("pk", flat=True)[:CHUNK])
    if not chunk:
        if point.message is None:
            # Nobody to tell: the message says all the same what was said when, as the public news need it.
            _tell(point, up_to=point.cursor)
        point.state, point.sent_at = NoticePoint.State.SENT, as_of
        point.save(update_fields=["state", "sent_at", "message"])
        return None
    told = _tell(point, up_to=chunk[-1])
    point.state, point.cursor, point.recipients = NoticePoint.State.SENDING, chunk[-1], point.recipients + told
    point.save(update_fields=["state", "cursor", "recipients", "message"])
    return told


def _tell(point: NoticePoint, up_to: int) -> int:
    """Write the message and its deliveries to the members after the cursor; returns how many heard it first now."""
    point.message, told = notify_many(
        kind=f"maintenance.{point.kind}",
        key=point.key,
        recipients=members_to_tell().filter(pk__gt=point.cursor, pk__lte=up_to).values_list("user_id", "merchant_id"),
        context=context(point),
        url=reverse("maintenance:window", args=[point.window_id]),
        target=point.window,
    )
    return told


def context(point: NoticePoint) -> dict[str, Any]:
    """What the templates of a notice get; texts come in both languages, the reader's is chosen when it is read."""
    window: Window = point.window
    impacts = list(window.impacts.all())
    paused = [impact.service for impact in impacts if impact.pauses_clocks]
    return {
        "title": {"en": window.title_en, "zh": window.title_zh},
        "summary": {"en": window.summary_en, "zh": window.summary_zh},
        "starts_at": window.starts_at,
        "ends_at": window.ends_at,
        "previous_starts_at": window.previous_starts_at,
        "previous_ends_at": window.previous_ends_at,
        "seconds": int(window.length.total_seconds()),
        "ended_at": window.actual_ended_at,
        "impacts": words.both(lambda: words.impact_lines(impacts, Audience.MERCHANTS)),
        "systems": words.both(lambda: words.impact_lines(impacts, Audience.SYSTEMS)),
        "paused": words.both(lambda: words.services(paused)),
        "emergency": bool(window.emergency_reason),
        "cancel_reason": window.cancel_reason,
    }
