"""The agents' queue: what can be decided now, who works on what, what comes next for whom.

A complaint's work item is made when it is filed, with `entered_at` at the end of the merchant's time to answer; an
answer brings that moment forward. Until then the item is not in the queue; nothing has to run when the time is over.
"""

import datetime as dt

from django.contrib.contenttypes.models import ContentType
from django.db.models import Q, QuerySet, Value
from django.db.models.functions import Least
from django.utils import timezone

from complaints.models import Complaint
from shopops.accounts.models import User
from shopops.work import services as work
from shopops.work.models import Risk, WorkItem
from shopops.work.services import CLAIM_LIFE, ClaimedByAnother

QUEUE = "complaints"


def enter(complaint: Complaint, ruling_time: dt.timedelta) -> WorkItem:
    """Line a new complaint up for the end of the merchant's time to answer."""
    return work.enter(
        queue=QUEUE,
        target=complaint,
        label=f"{complaint.number} · {complaint.merchant.shop_name}",
        due_at=complaint.answer_due + ruling_time,
        risk=Risk.HIGH if complaint.kind == "quality" else Risk.MEDIUM,
        entered_at=complaint.answer_due,
    )


def bring_forward(complaint: Complaint) -> None:
    """The merchant answered: agents may decide from now on."""
    _items_of(complaint).update(entered_at=Least("entered_at", Value(timezone.now())))


def workable() -> QuerySet[WorkItem]:
    """Complaints that can be decided now, by risk and due time."""
    waiting = WorkItem.objects.filter(queue=QUEUE, left_at__isnull=True, entered_at__lte=timezone.now())
    return waiting.order_by("-risk", "due_at", "id")


def claim(complaint: Complaint, user: User) -> User | None:
    """Make the complaint the user's when it can be decided; return who else works on it, None when nobody does."""
    item = _items_of(complaint).filter(entered_at__lte=timezone.now()).first()
    if item is None:
        return None
    try:
        work.claim(item=item, user=user)
    except ClaimedByAnother as error:
        return error.by
    return None


def take_next(user: User) -> int | None:
    """Claim the next complaint for the user, one they hold already first; return its id, None when none is free."""
    alive = timezone.now() - CLAIM_LIFE
    free = workable().filter(Q(claimed_by__isnull=True) | Q(claimed_at__lt=alive) | Q(claimed_by=user))
    held = free.filter(claimed_by=user, claimed_at__gte=alive)
    for item in [*held[:1], *free[:20]]:
        try:
            work.claim(item=item, user=user)
        except ClaimedByAnother:
            continue
        return item.object_id
    return None


def rail(user: User, size: int) -> list[tuple[WorkItem, User | None]]:
    """The head of the queue, each with the colleague who works on it right now."""
    alive = timezone.now() - CLAIM_LIFE
    return [
        (item, item.claimed_by if item.claimed_at and item.claimed_at > alive and item.claimed_by != user else None)
        for item in workable().select_related("claimed_by")[:size]
    ]


def _items_of(complaint: Complaint) -> QuerySet[WorkItem]:
    return WorkItem.objects.filter(
        queue=QUEUE,
        content_type=ContentType.objects.get_for_model(Complaint),
        object_id=complaint.pk,
        left_at__isnull=True,
    )
