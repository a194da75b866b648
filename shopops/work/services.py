"""Entering, claiming and leaving queues."""

import datetime as dt

from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction
from django.utils import timezone

from shopops.accounts.models import User
from shopops.work.models import Risk, WorkItem
from shopops.work.queues import queues

#: A claim that is not renewed by opening or deciding falls open again.
CLAIM_LIFE = dt.timedelta(minutes=30)


class ClaimedByAnother(Exception):
    """Somebody else works on this item; `.by` is that person."""

    def __init__(self, by: User) -> None:
        super().__init__(f"{by} works on this.")
        self.by = by


def enter(
    *,
    queue: str,
    target: models.Model,
    label: str,
    due_at: dt.datetime,
    risk: int = Risk.LOW,
    entered_at: dt.datetime | None = None,
) -> WorkItem:
    """Put an object into a queue; an open item of the same object is brought up to date instead.

    With an `entered_at` in the future the item waits: it counts as in the queue from that moment on.
    """
    queues.get(queue)
    given = {} if entered_at is None else {"entered_at": entered_at}
    item, _created = WorkItem.objects.update_or_create(
        queue=queue,
        content_type=ContentType.objects.get_for_model(target),
        object_id=target.pk,
        left_at=None,
        defaults={"label": label[:200], "due_at": due_at, "risk": risk, **given},
    )
    return item


def leave(*, queue: str, target: models.Model) -> None:
    """Take an object out of a queue; nothing happens when it is not in it."""
    WorkItem.objects.filter(
        queue=queue,
        content_type=ContentType.objects.get_for_model(target),
        object_id=target.pk,
        left_at__isnull=True,
    ).update(left_at=timezone.now())


@transaction.atomic
def claim(*, item: WorkItem, user: User, take_over: bool = False) -> WorkItem:
    """Make the item the user's. Of two who claim at once one gets it; raises ClaimedByAnother for the other.

    A claim older than CLAIM_LIFE has lapsed. `take_over` claims in spite of a living claim.
    """
    locked = WorkItem.objects.select_for_update().get(pk=item.pk)
    alive = locked.claimed_at is not None and locked.claimed_at > timezone.now() - CLAIM_LIFE
    if locked.claimed_by is not None and locked.claimed_by != user and alive and not take_over:
        raise ClaimedByAnother(locked.claimed_by)
    locked.claimed_by, locked.claimed_at = user, timezone.now()
    locked.save(update_fields=["claimed_by", "claimed_at"])
    return locked


def release(*, item: WorkItem, user: User) -> None:
    """Give the item back; only the one who claimed it can."""
    WorkItem.objects.filter(pk=item.pk, claimed_by=user).update(claimed_by=None, claimed_at=None)
