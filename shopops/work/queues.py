"""Queues that apps register; the console's home lists them."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Count, Min, Q
from django.utils import timezone

from shopops.accounts.models import User
from shopops.registry import Registry
from shopops.work.models import WorkItem

#: An item due sooner than this is about to breach.
SOON = dt.timedelta(hours=24)


@dataclass(frozen=True)
class Queue:
    """A queue: who may work on it and the page where it is emptied (`url_name` takes no arguments)."""

    code: str
    label: object
    permission: str
    url_name: str


queues: Registry[Queue] = Registry("queue")


@dataclass(frozen=True)
class QueueState:
    """What the console's home shows of a queue."""

    queue: Queue
    waiting: int
    oldest: dt.datetime | None
    soon: int
    overdue: int
    mine: int


def states_for(user: User, now: dt.datetime | None = None) -> list[QueueState]:
    """The queues the user may work on, counted in one statement."""
    now = now or timezone.now()
    mine = [queue for queue in queues if user.has_perm(queue.permission)]
    counted = {
        row["queue"]: row
        for row in WorkItem.objects.filter(
            left_at__isnull=True, entered_at__lte=now, queue__in=[queue.code for queue in mine]
        )
        .order_by()
        .values("queue")
        .annotate(
            waiting=Count("id"),
            oldest=Min("entered_at"),
            soon=Count("id", filter=Q(due_at__gte=now, due_at__lt=now + SOON)),
            overdue=Count("id", filter=Q(due_at__lt=now)),
            mine=Count("id", filter=Q(claimed_by=user)),
        )
    }
    states = []
    for queue in mine:
        row = counted.get(queue.code)
        states.append(
            QueueState(queue, row["waiting"], row["oldest"], row["soon"], row["overdue"], row["mine"])
            if row
            else QueueState(queue, 0, None, 0, 0, 0)
        )
    return states
