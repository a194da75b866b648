"""The reviewers' rail: what waits beside the case, as the work engine orders it."""

import datetime as dt
from dataclasses import dataclass

from django.utils import timezone

from merchants.models import Application
from merchants.services.queueing import QUEUE
from shopops.accounts.models import User
from shopops.ui.clockview import urgency
from shopops.work.queues import queues
from shopops.work.selectors import Row, head, waiting
from shopops.work.sla import SOON, Clocks

#: As many cases as the rail shows.
RAIL = 30
#: Counts stop here, so that the rail costs the same however long the queue is.
COUNT_TO = 999


@dataclass(frozen=True)
class Waiting:
    """A case in the rail. `left` may be negative; `held_by` is somebody else who works on it right now."""

    url: str
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
    """The queue beside the case; `waiting` and `soon` stop at COUNT_TO (`waiting_more`: more are waiting)."""

    items: list[Waiting]
    waiting: int
    waiting_more: bool
    soon: int


def rail(user: User, current: int | None = None, queue: str = QUEUE) -> Rail:
    """The queue as a reviewer sees it, with the neighbours of the current case under the keys J and K."""
    now = timezone.now()
    rows = head(queue, RAIL, now)
    applications = Application.objects.in_bulk([row.item.object_id for row in rows])
    at = next((index for index, row in enumerate(rows) if row.item.object_id == current), None)
    shown = [
        _waiting(row, applications[row.item.object_id], user, current, _key(index, at))
        for index, row in enumerate(rows)
        if row.item.object_id in applications
    ]
    everything = waiting(queue, now).order_by()
    soon = everything.filter(Clocks(now).due_before(now + SOON))
    count = everything[: COUNT_TO + 1].count()
    return Rail(shown, min(count, COUNT_TO), count > COUNT_TO, soon[:COUNT_TO].count())


def _key(index: int, at: int | None) -> str:
    if at is None:
        return "j" if index == 0 else ""
    return {1: "j", -1: "k"}.get(index - at, "")


def _waiting(row: Row, application: Application, user: User, current: int | None, key: str) -> Waiting:
    second = bool(queues.get(row.item.queue).reads)
    return Waiting(
        url=queues.get(row.item.queue).url_of(row.item),
        name=application.shop_name,
        subtitle=f"{application.get_shop_type_display()} · {application.get_category_display()}",
        tone=urgency(row.standing.left) or "neutral",
        left=row.standing.left,
        risk=row.item.get_risk_display(),
        held_by=None if row.holder == user else row.holder,
        proposed=application.proposed_by_id is not None and not second,
        current=application.pk == current,
        key=key,
    )
