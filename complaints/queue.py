"""The agents' queue: what can be decided now, who works on what, what comes next for whom.

A complaint's work item is made when it is filed, with `entered_at` at the end of the merchant's time to answer; an
answer brings that moment forward. Until then the item is not in the queue; nothing has to run when the time is over.
"""

import datetime as dt

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from complaints.models import Complaint, Kind
from shopops.accounts.models import User
from shopops.work import services as work
from shopops.work.models import Risk, WorkItem
from shopops.work.queues import Queue, Skill
from shopops.work.reasons import Reason

QUEUE = "complaints"


def _bench(item: WorkItem) -> str:
    return reverse("complaints:bench", args=[item.object_id])


DESK = Queue(
    QUEUE,
    _("Complaints"),
    "complaints.rule_complaint",
    "complaints:next",
    item_url=_bench,
    skills=tuple(Skill(f"complaints.{kind.value}", kind.label) for kind in Kind),
    take_over="complaints.take_over_complaint",
)


def enter(complaint: Complaint, ruling_time: dt.timedelta) -> WorkItem:
    """Line a new complaint up for the end of the merchant's time to answer."""
    kind = Kind(complaint.kind)
    return work.enter(
        queue=QUEUE,
        target=complaint,
        label=f"{complaint.number} · {complaint.merchant.shop_name}",
        due_at=complaint.answer_due + ruling_time,
        risk=Risk.HIGH if kind == Kind.QUALITY else Risk.MEDIUM,
        entered_at=complaint.answer_due,
        skill=f"complaints.{kind.value}",
        reasons=[Reason(f"kind.{kind.value}", kind.label)],
    )


def bring_forward(complaint: Complaint) -> None:
    """The merchant answered: agents may decide from now on."""
    work.bring_forward(queue=QUEUE, target=complaint, reasons=[Reason("answered", _("The merchant answered"))])


def leave(complaint: Complaint, actor: User) -> None:
    """It is decided."""
    work.leave(queue=QUEUE, target=complaint, actor=actor)


def item_of(complaint: Complaint) -> WorkItem | None:
    """Its place in the queue, once it can be decided."""
    return work.open_items_of(QUEUE, complaint).filter(entered_at__lte=timezone.now()).first()


def claim(item: WorkItem | None, user: User, *, take_over: bool = False) -> work.Refused | None:
    """Make the complaint the user's when it can be decided; return why not, None when nothing is in the way."""
    if item is None:
        return None
    try:
        work.claim(item=item, user=user, take_over=take_over)
    except work.LeftAlready:
        return None  # decided in the meantime: the page says so
    except work.Refused as error:
        return error
    return None
