"""What waits beside the case, as the work engine orders it."""

from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from shopops.accounts.models import User
from shopops.ui.clockview import urgency
from shopops.work.queues import queues
from shopops.work.selectors import Row, head, waiting
from shopops.work.sla import SOON, Clocks

#: As many items as the rail shows.
RAIL = 30


@dataclass(frozen=True)
class Rail:
    """The queue beside the case; `items` have url, name, left, tone, risk, held_by, current, key."""

    items: list[dict[str, Any]]
    waiting: int
    soon: int


def rail(user: User, queue: str, current: int | None = None) -> Rail:
    """The queue as somebody sees it, with the neighbours of the current case under the keys J and K."""
    now = timezone.now()
    rows = head(queue, RAIL, now)
    at = next((index for index, row in enumerate(rows) if row.item.object_id == current), None)
    items = [_item(row, user, current, _key(index, at)) for index, row in enumerate(rows)]
    everything = waiting(queue, now)
    return Rail(items, everything.count(), everything.filter(Clocks(now).due_before(now + SOON)).count())


def _key(index: int, at: int | None) -> str:
    if at is None:
        return "j" if index == 0 else ""
    return {1: "j", -1: "k"}.get(index - at, "")


def _item(row: Row, user: User, current: int | None, key: str) -> dict[str, Any]:
    return {
        "url": queues.get(row.item.queue).url_of(row.item),
        "name": row.item.label,
        "tone": urgency(row.standing.left) or "neutral",
        "left": row.standing.left,
        "risk": row.item.get_risk_display(),
        "held_by": None if row.holder == user else row.holder,
        "current": row.item.object_id == current,
        "key": key,
    }
