"""The operators' queue of exits: requests to decide, terminations to confirm, settlements to finish."""

import datetime as dt

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from merchants.exits.models import Exit
from shopops.accounts.models import User
from shopops.work import services as work
from shopops.work.models import Risk, WorkItem
from shopops.work.queues import Queue
from shopops.work.reasons import Reason

QUEUE = "exits"

DECIDE = Reason("decide", _("A shop asks to close"))
CONFIRM = Reason("confirm", _("A termination waits for a second person"))
BLOCKED = Reason("blocked", _("The notice is over, but something is open"))
SETTLE = Reason("settle", _("Accounts have to be settled"))
CAME_AFTER = Reason("came_after", _("Something came in after the shop closed"))


def _bench(item: WorkItem) -> str:
    return reverse("exit_desk:bench", args=[item.object_id])


DESK = Queue(
    QUEUE, _("Exits"), "exits.handle_exit", "exit_desk:next", item_url=_bench, take_over="exits.take_over_exit"
)


def enter(
    leaving: Exit, reason: Reason, due_at: dt.datetime, *, entered_at: dt.datetime | None = None, risk: int = Risk.LOW
) -> WorkItem:
    """Put an exit into the queue for a reason, or bring its item up to date."""
    barred = [leaving.requested_by_id] if leaving.is_platforms and leaving.decided_by_id is None else []
    return work.enter(
        queue=QUEUE,
        target=leaving,
        label=f"{leaving.number} · {leaving.merchant.shop_name}",
        due_at=due_at,
        risk=risk,
        entered_at=entered_at,
        reasons=[reason],
        not_for=barred,
    )


def leave(leaving: Exit, actor: User | None) -> None:
    """Nothing is to be done about it for now."""
    work.leave(queue=QUEUE, target=leaving, actor=actor)


def item_of(leaving: Exit) -> WorkItem | None:
    """Its place in the queue, once somebody has to look at it."""
    return work.open_items_of(QUEUE, leaving).filter(entered_at__lte=timezone.now()).first()


def claim(item: WorkItem | None, user: User, *, take_over: bool = False) -> work.Refused | None:
    """Make the item the user's; return why not, None when nothing is in the way."""
    if item is None:
        return None
    try:
        work.claim(item=item, user=user, take_over=take_over)
    except work.LeftAlready:
        return None
    except work.Refused as error:
        return error
    return None
