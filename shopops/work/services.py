"""Entering and leaving queues. Claims are in `claiming`, the assignment by supervisors in `assigning`."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction
from django.db.models import QuerySet
from django.utils import timezone

from shopops.accounts.models import User
from shopops.work import second_reads
from shopops.work.claiming import (
    ClaimedByAnother,
    LeftAlready,
    NotForYou,
    Refused,
    bar,
    claim,
    hand_back,
    next_for,
    release,
    release_all,
)
from shopops.work.models import Risk, WorkClock, WorkEvent, WorkItem, WorkReason
from shopops.work.queues import CLAIM_LIFE, queues
from shopops.work.reasons import Reason


def open_items_of(queue: str, target: models.Model) -> QuerySet[WorkItem]:
    """The object's open place in a queue: one row or none."""
    return WorkItem.objects.filter(
        queue=queue,
        content_type=ContentType.objects.get_for_model(target),
        object_id=target.pk,
        left_at__isnull=True,
    )


@transaction.atomic
def enter(
    *,
    queue: str,
    target: models.Model,
    label: str,
    due_at: dt.datetime | None = None,
    risk: int = Risk.LOW,
    entered_at: dt.datetime | None = None,
    started_at: dt.datetime | None = None,
    seconds: int | None = None,
    days: int | None = None,
    calendar: str = "",
    feature: str = "",
    skill: str = "",
    topic: str = "",
    reasons: Iterable[Reason] = (),
    not_for: Iterable[int | None] = (),
    actor: User | None = None,
) -> WorkItem:
    """Put an object into a queue; an open item of the same object is brought up to date instead.

    Due at `due_at`, or by a clock: `seconds` of running time or `days` whole working days after `started_at` (if not
    given, now; the same clock of an open item runs on) over `calendar` without the pauses of `feature`.

    `topic` is what it is about, for lists; `skill` what who works on it should know.

    With an `entered_at` in the future the item waits: it counts as in the queue from that moment on. `not_for` are
    users who had a part in it; they are added to those that an open item keeps away already. Raises ValueError unless
    there is exactly one of due_at, seconds and days.
    """
    registered = queues.get(queue)
    if [due_at, seconds, days].count(None) != 2:
        raise ValueError("An item is due at a time, after seconds of running time, or after working days: give one.")
    clock = None
    if due_at is None:
        clock, _made = WorkClock.objects.get_or_create(calendar=calendar, feature=feature, seconds=seconds, days=days)
    due: dict[str, Any] = {
        "due_at": due_at,
        "clock": clock,
        "started_at": None if clock is None else started_at or timezone.now(),
    }
    given: dict[str, Any] = {"label": label[:200], "risk": risk, "skill": skill, "topic": topic, **due}
    if entered_at is not None:
        given["entered_at"] = entered_at
    barred = {pk for pk in not_for if pk is not None}
    item, created = WorkItem.objects.select_for_update(of=("self",)).get_or_create(
        queue=queue,
        content_type=ContentType.objects.get_for_model(target),
        object_id=target.pk,
        left_at=None,
        defaults={**given, "not_for": sorted(barred)},
    )
    if created:
        detail = {} if item.entered_at <= timezone.now() else {"from": item.entered_at.isoformat()}
        WorkEvent.objects.create(item=item, kind=WorkEvent.Kind.ENTERED, actor=actor, detail=detail)
        if registered.second_reads:
            second_reads.withdraw(queue=registered, target=target)
    else:
        if clock is not None and started_at is None and item.clock_id == clock.pk:
            del given["started_at"]
        _update(item, given, barred, actor)
    add_reasons(item=item, reasons=reasons, quiet=created)
    return item


def _update(item: WorkItem, given: dict[str, Any], barred: set[int], actor: User | None) -> None:
    changes = {name: value for name, value in given.items() if getattr(item, name) != value}
    if barred - set(item.not_for):
        changes["not_for"] = sorted(barred | set(item.not_for))
    if not changes:
        return
    before = {name: getattr(item, name) for name in changes}
    for name, value in changes.items():
        setattr(item, name, value)
    item.save(update_fields=list(changes))
    if changes.keys() & {"due_at", "clock", "started_at"}:
        detail = {"before": str(before.get("due_at") or before.get("started_at") or "")}
        WorkEvent.objects.create(item=item, kind=WorkEvent.Kind.DUE_CHANGED, actor=actor, detail=detail)
    if "entered_at" in changes:
        detail = {"from": item.entered_at.isoformat()}
        WorkEvent.objects.create(item=item, kind=WorkEvent.Kind.MOVED, actor=actor, detail=detail)


@transaction.atomic
def bring_forward(*, queue: str, target: models.Model, reasons: Iterable[Reason] = ()) -> WorkItem | None:
    """Let an item that was to enter later be in the queue from now on; None when the object does not wait there."""
    item = open_items_of(queue, target).select_for_update(of=("self",)).first()
    if item is None:
        return None
    if item.entered_at > timezone.now():
        item.entered_at = timezone.now()
        item.save(update_fields=["entered_at"])
        WorkEvent.objects.create(item=item, kind=WorkEvent.Kind.MOVED, detail={"from": item.entered_at.isoformat()})
    add_reasons(item=item, reasons=reasons)
    return item


@transaction.atomic
def add_reasons(*, item: WorkItem, reasons: Iterable[Reason], quiet: bool = False) -> None:
    """Add reasons to an item, from any source; one with a code that it has already changes nothing.

    `quiet`: they come with the item and are no event of their own.
    """
    for reason in reasons:
        _row, added = WorkReason.objects.get_or_create(
            item=item, code=reason.code, defaults={"words": reason.by_language(), "detail": reason.detail}
        )
        if added and not quiet:
            WorkEvent.objects.create(item=item, kind=WorkEvent.Kind.REASON, detail={"code": reason.code})


@transaction.atomic
def leave(*, queue: str, target: models.Model, actor: User | None = None, verdict: str = "") -> None:
    """Take an object out of a queue; nothing happens when it is not in it.

    With a `verdict` the decision may be drawn for a blind second read, if the queue has these; `actor` None: a rule
    gave it.
    """
    item = open_items_of(queue, target).select_for_update(of=("self",)).first()
    if item is None:
        return
    item.left_at = timezone.now()
    item.save(update_fields=["left_at"])
    WorkEvent.objects.create(item=item, kind=WorkEvent.Kind.LEFT, actor=actor)
    registered = queues.get(queue)
    sample = registered.second_reads
    if sample and verdict and sample.takes(item):
        second = enter(
            queue=registered.second_code,
            target=target,
            label=item.label,
            due_at=item.left_at + second_reads.TIME,
            risk=Risk.LOW,
            skill=item.skill,
            not_for=[*item.not_for, *([actor.pk] if actor else [])],
        )
        second_reads.begin(queue=registered, first=item, second=second, actor=actor, verdict=verdict)


__all__ = [
    "CLAIM_LIFE",
    "ClaimedByAnother",
    "LeftAlready",
    "NotForYou",
    "Refused",
    "add_reasons",
    "bar",
    "bring_forward",
    "claim",
    "enter",
    "hand_back",
    "leave",
    "next_for",
    "open_items_of",
    "release",
    "release_all",
]
