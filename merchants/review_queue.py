"""Reading the reviewers' queue: what waits, in which order, and what comes next for whom."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.utils import timezone

from merchants.models import Application
from merchants.services.queueing import QUEUE
from shopops.accounts.models import User
from shopops.ui.clockview import urgency
from shopops.work.models import WorkItem
from shopops.work.queues import SOON
from shopops.work.services import CLAIM_LIFE

#: As many cases as the rail shows.
RAIL = 30


@dataclass(frozen=True)
class Waiting:
    """A case in the rail. `left` may be negative; `held_by` is somebody else who works on it right now."""

    pk: int
    name: str
    subtitle: str
    tone: str
    left: dt.timedelta
    risk: str
    held_by: User | None
    proposed: bool
    current: bool
    key: str


@dataclass(frozen=True)
class Rail:
    """The queue beside the case."""

    items: list[Waiting]
    waiting: int
    soon: int


def open_items() -> QuerySet[WorkItem]:
    """Everything in the queue, by risk and due time."""
    return WorkItem.objects.filter(queue=QUEUE, left_at__isnull=True).order_by("-risk", "due_at", "id")


def next_for(user: User) -> list[int]:
    """Applications the user could take now, the most urgent first: claimed by nobody else, not their own, and not
    proposed by themselves. What they hold already comes first."""
    alive = timezone.now() - CLAIM_LIFE
    not_theirs = Application.objects.filter(
        Q(applicant=user) | Q(proposed_by=user), state__in=Application.WITH_REVIEW
    ).values("pk")
    free = (
        open_items()
        .filter(Q(claimed_by__isnull=True) | Q(claimed_at__lt=alive) | Q(claimed_by=user))
        .exclude(object_id__in=not_theirs)
    )
    mine = list(free.filter(claimed_by=user, claimed_at__gte=alive).values_list("object_id", flat=True)[:1])
    return mine + list(free.values_list("object_id", flat=True)[:20])


def rail(user: User, current: int | None = None) -> Rail:
    """The queue as a reviewer sees it, with the neighbours of the current case under the keys J and K."""
    now = timezone.now()
    items = list(open_items().select_related("claimed_by")[:RAIL])
    applications = Application.objects.in_bulk([item.object_id for item in items])
    at = next((index for index, item in enumerate(items) if item.object_id == current), None)
    shown = [
        _waiting(item, applications[item.object_id], user, now, current, _key(index, at))
        for index, item in enumerate(items)
        if item.object_id in applications
    ]
    return Rail(shown, open_items().count(), open_items().filter(due_at__lt=now + SOON).count())


def _key(index: int, at: int | None) -> str:
    if at is None:
        return "j" if index == 0 else ""
    return {1: "j", -1: "k"}.get(index - at, "")


def _waiting(
    item: WorkItem, application: Application, user: User, now: dt.datetime, current: int | None, key: str
) -> Waiting:
    left = item.due_at - now
    held = item.claimed_by if item.claimed_at and item.claimed_at > now - CLAIM_LIFE else None
    return Waiting(
        pk=application.pk,
        name=application.shop_name,
        subtitle=f"{application.get_shop_type_display()} · {application.get_category_display()}",
        tone=urgency(left) or "neutral",
        left=left,
        risk=item.get_risk_display(),
        held_by=None if held == user else held,
        proposed=application.proposed_by_id is not None,
        current=application.pk == current,
        key=key,
    )
