"""Queues that apps register; the console's home lists them."""

import datetime as dt
import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from django.db.models import Count, Min, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from shopops.accounts.models import User
from shopops.clocks.pure import Calendar
from shopops.registry import Registry
from shopops.work.models import WorkItem
from shopops.work.sla import SOON, Clocks

#: A claim that is not renewed by opening or deciding falls open again.
CLAIM_LIFE = dt.timedelta(minutes=30)

#: The second-read queue of a queue is called after it.
SECOND = "second"


@dataclass(frozen=True)
class Skill:
    """Something that not everybody who works on a queue knows; items name it by `code`."""

    code: str
    label: object


@dataclass(frozen=True)
class SecondReads:
    """Which part of the decisions of a queue a second person reads again, blind.

    `fraction` 0-1; `verdicts` are the possible verdicts with their words, `item_url` the page on which the second
    person reads (given the second item).
    """

    fraction: float
    verdicts: Mapping[str, object]
    item_url: Callable[[WorkItem], str]

    def takes(self, item: WorkItem) -> bool:
        """Whether this decided item is in the sample: by a hash of its id, so that the sample can be drawn again."""
        drawn = hashlib.sha256(f"{item.queue}:{item.pk}".encode()).digest()
        return int.from_bytes(drawn[:8]) < self.fraction * 2**64


@dataclass(frozen=True)
class Queue:
    """A queue: who may work on it and the page where it is emptied (`url_name` takes no arguments).

    `item_url` is the workbench of one item. `take_over` is the permission to take an item from a colleague.
    `calendar` gives the working time for the forecast (None: day and night). `reads` is set on queues of second reads:
    the code of the queue whose decisions they check.
    """

    code: str
    label: object
    permission: str
    url_name: str
    item_url: Callable[[WorkItem], str] | None = None
    skills: tuple[Skill, ...] = ()
    take_over: str = "work.assign_workitem"
    calendar: Callable[[], Calendar] | None = None
    second_reads: SecondReads | None = field(default=None, hash=False)
    reads: str = ""

    @property
    def second_code(self) -> str:
        """The code of this queue's second reads."""
        return f"{self.code}.{SECOND}"

    @property
    def url(self) -> str:
        """Where the queue is emptied: the app's own page, else the engine's list."""
        return reverse(self.url_name) if self.url_name else reverse("work:queue", args=[self.code])

    def url_of(self, item: WorkItem) -> str:
        """Where one item is worked on."""
        return self.item_url(item) if self.item_url else reverse("work:item", args=[item.pk])

    def skill_label(self, code: str) -> str:
        """A skill in words."""
        return next((str(skill.label) for skill in self.skills if skill.code == code), code)


class Queues(Registry[Queue]):
    """The queues; one with second reads brings the queue of these along."""

    def register(self, item: Queue) -> Queue:
        """Add a queue; raises ImproperlyConfigured when its code is taken by another."""
        super().register(item)
        if item.second_reads:
            super().register(
                Queue(
                    code=item.second_code,
                    label=_SecondLabel(item.label),
                    permission=item.permission,
                    url_name="",
                    item_url=item.second_reads.item_url,
                    skills=item.skills,
                    take_over=item.take_over,
                    calendar=item.calendar,
                    reads=item.code,
                )
            )
        return item


class _SecondLabel:
    """“Applications: second reads”, said when it is shown; equal for the same queue."""

    def __init__(self, label: object) -> None:
        self.label = label

    def __str__(self) -> str:
        return _("%(queue)s: second reads") % {"queue": self.label}

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _SecondLabel) and other.label == self.label

    def __hash__(self) -> int:
        return hash(str(self.label))


queues: Queues = Queues("queue")


@dataclass(frozen=True)
class QueueState:
    """What the console's home shows of a queue."""

    queue: Queue
    waiting: int
    oldest: dt.datetime | None
    soon: int
    overdue: int
    mine: int


def open_to(user: User) -> list[Queue]:
    """The queues the user may work on."""
    return [queue for queue in queues if user.has_perm(queue.permission)]


def held_by(user: User, now: dt.datetime) -> Q:
    """Items the user holds: claimed and not lapsed, or assigned."""
    return Q(claimed_by=user, claimed_at__gt=now - CLAIM_LIFE) | Q(assigned_to=user)


def states_for(user: User, now: dt.datetime | None = None, clocks: Clocks | None = None) -> list[QueueState]:
    """The queues the user may work on, counted in one statement."""
    now = now or timezone.now()
    clocks = clocks or Clocks(now)
    mine = open_to(user)
    late = clocks.overdue()
    counted = {
        row["queue"]: row
        for row in WorkItem.objects.filter(
            left_at__isnull=True, entered_at__lte=now, queue__in=[queue.code for queue in mine]
        )
        .order_by()
        .values("queue")
        .annotate(
            waiting=Count("*"),
            oldest=Min("entered_at"),
            by_tomorrow=Count("entered_at", filter=clocks.due_before(now + SOON)),
            overdue=Count("entered_at", filter=late),
            mine=Count("entered_at", filter=held_by(user, now)),
        )
    }
    states = []
    for queue in mine:
        row = counted.get(queue.code)
        states.append(
            QueueState(
                queue, row["waiting"], row["oldest"], row["by_tomorrow"] - row["overdue"], row["overdue"], row["mine"]
            )
            if row
            else QueueState(queue, 0, None, 0, 0, 0)
        )
    return states
