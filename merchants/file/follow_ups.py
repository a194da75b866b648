"""What is to follow from a contact with a merchant, as a queue of the work engine."""

import datetime as dt

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from merchants.file.models import Visit
from shopops.accounts.models import User
from shopops.work import services as work
from shopops.work.models import WorkItem
from shopops.work.queues import Queue
from shopops.work.reasons import Reason

QUEUE = "follow_ups"
RECORD = "merchant_file.add_visit"


def _page(item: WorkItem) -> str:
    return reverse("merchant_file:visit", args=[item.object_id])


FOLLOW_UPS = Queue(QUEUE, _("Follow-ups"), RECORD, "", item_url=_page)


def plan(visit: Visit) -> None:
    """Let it wait in the queue from the morning of its day; one that is planned no more leaves."""
    if visit.follow_up_due is None:
        work.leave(queue=QUEUE, target=visit)
        return
    morning = dt.datetime.combine(visit.follow_up_due, dt.time(), timezone.get_default_timezone())
    work.enter(
        queue=QUEUE,
        target=visit,
        label=f"{visit.merchant.shop_name} · {visit.follow_up}",
        entered_at=max(morning, visit.created_at),
        due_at=morning + dt.timedelta(days=1),
        reasons=[Reason("follow_up", _("Promised after a contact"))],
        actor=visit.by,
    )


def end(visit: Visit, actor: User) -> None:
    """It is done."""
    work.leave(queue=QUEUE, target=visit, actor=actor)
