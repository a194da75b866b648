"""Reading items: lists by risk and age in pages, an item with its history, what people hold."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Prefetch, Q, QuerySet
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from shopops.accounts.models import User
from shopops.work.claiming import free_for, holder_of
from shopops.work.models import WorkEvent, WorkItem, WorkReason
from shopops.work.queues import CLAIM_LIFE, Queue
from shopops.work.sla import Clocks, Standing


@dataclass(frozen=True)
class Row:
    """An item as lists and rails show it. `holder` is who has it, `since` when they claimed it (None: assigned)."""

    item: WorkItem
    standing: Standing
    holder: User | None
    since: dt.datetime | None


def waiting(queue: str, now: dt.datetime | None = None) -> QuerySet[WorkItem]:
    """What is in a queue now, by risk and age."""
    return WorkItem.objects.filter(queue=queue, left_at__isnull=True, entered_at__lte=now or timezone.now()).order_by(
        "-risk", "entered_at", "id"
    )


def rows(items: Iterable[WorkItem], clocks: Clocks) -> list[Row]:
    """Items with who has them and how they stand; they need `claimed_by` and `assigned_to` selected."""
    found = []
    for item in items:
        holder, since = holder_of(item, clocks.now) or (None, None)
        found.append(Row(item, clocks.standing(item), holder, since))
    return found


def head(queue: str, size: int, now: dt.datetime | None = None) -> list[Row]:
    """The head of a queue, for the rail of a workbench."""
    items = list(waiting(queue, now).select_related("claimed_by", "assigned_to")[:size])
    return rows(items, Clocks.of(items, now))


@dataclass(frozen=True)
class Filters:
    """What a list is narrowed to; empty values do not narrow."""

    mine: bool = False
    unclaimed: bool = False
    overdue: bool = False
    skill: str = ""
    risk: int | None = None

    def apply(self, items: QuerySet[WorkItem], user: User, clocks: Clocks) -> QuerySet[WorkItem]:
        """Narrow a list."""
        alive = clocks.now - CLAIM_LIFE
        if self.mine:
            items = items.filter(Q(claimed_by=user, claimed_at__gt=alive) | Q(assigned_to=user))
        if self.unclaimed:
            nobody = Q(claimed_by__isnull=True) | Q(claimed_at__lte=alive)
            items = items.filter(nobody, assigned_to__isnull=True)
        if self.overdue:
            items = items.filter(clocks.overdue())
        if self.skill:
            items = items.filter(skill=self.skill)
        return items if self.risk is None else items.filter(risk=self.risk)


@dataclass(frozen=True)
class Page:
    """One page of a list and the key of the next."""

    rows: list[Row]
    next: str | None


def page(items: QuerySet[WorkItem], clocks: Clocks, cursor: str = "", size: int = 50) -> Page:
    """Return the page after a cursor ("" for the first); a cursor that cannot be read gives the first page.

    By key: what is left of the same risk, then the lower risks, so that any page costs what the first does.
    """
    shown = items.select_related("claimed_by", "assigned_to").prefetch_related(
        Prefetch("reasons", WorkReason.objects.order_by("id"))
    )
    key = _key(cursor)
    if key is None:
        found = list(shown[: size + 1])
    else:
        risk, entered, pk = key
        same = shown.filter(Q(entered_at__gt=entered) | Q(id__gt=pk), risk=risk, entered_at__gte=entered)
        found = list(same[: size + 1])
        if len(found) <= size:
            found += list(shown.filter(risk__lt=risk)[: size + 1 - len(found)])
    more = len(found) > size
    found = found[:size]
    last = found[-1] if found else None
    return Page(rows(found, clocks), f"{last.risk}_{last.entered_at.isoformat()}_{last.pk}" if more and last else None)


def _key(cursor: str) -> tuple[int, dt.datetime, int] | None:
    parts = cursor.split("_")
    try:
        risk, entered, pk = int(parts[0]), parse_datetime(parts[1]), int(parts[2])
    except (IndexError, ValueError):
        return None
    return None if entered is None or entered.tzinfo is None else (risk, entered, pk)


def nothing_free(queue: Queue, user: User) -> bool:
    """Whether nobody could be given anything of the queue right now although something waits."""
    now = timezone.now()
    return waiting(queue.code, now).exists() and not free_for(user, queue.code, now).exists()


def history(item: WorkItem) -> list[WorkEvent]:
    """What happened to an item, the newest first."""
    return list(item.events.select_related("actor", "other").order_by("-id"))
