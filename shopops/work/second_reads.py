"""Blind second reads: a sample of the decisions is read again by another person, who does not see the first verdict."""

import datetime as dt

from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction
from django.utils import timezone

from shopops.accounts.models import User
from shopops.work.claiming import claim
from shopops.work.models import SecondRead, WorkEvent, WorkItem
from shopops.work.queues import Queue, queues

#: A second read has time: nobody waits for it.
TIME = dt.timedelta(days=7)


def begin(*, queue: Queue, first: WorkItem, second: WorkItem, actor: User | None, verdict: str) -> SecondRead:
    """Note the first verdict of a decision that was drawn; `second` is the item of the second person. `actor` None: a
    rule decided."""
    return SecondRead.objects.create(
        queue=queue.code, first_item=first, item=second, first_by=actor, first_verdict=verdict
    )


@transaction.atomic
def record(*, item: WorkItem, user: User, verdict: str, note: str = "") -> SecondRead:
    """Keep the second person's verdict; the item leaves. Nothing of the decision changes.

    Raises what `claim` raises, and ValueError for a verdict that the queue does not know.
    """
    claim(item=item, user=user)
    read = SecondRead.objects.select_for_update(of=("self",)).get(item=item)
    sample = queues.get(read.queue).second_reads
    if sample is None or verdict not in sample.verdicts:
        raise ValueError(f"Queue {read.queue} has no verdict {verdict!r}.")
    now = timezone.now()
    read.second_by, read.second_verdict, read.second_at, read.note = user, verdict, now, note
    read.save(update_fields=["second_by", "second_verdict", "second_at", "note"])
    WorkItem.objects.filter(pk=item.pk).update(left_at=now)
    WorkEvent.objects.create(item=item, kind=WorkEvent.Kind.LEFT, actor=user)
    return read


@transaction.atomic
def withdraw(*, queue: Queue, target: models.Model) -> None:
    """Take an unread second read back: the object has changed, so two verdicts could not be compared."""
    waiting = WorkItem.objects.filter(
        queue=queue.second_code,
        content_type=ContentType.objects.get_for_model(target),
        object_id=target.pk,
        left_at__isnull=True,
    )
    for item in waiting.select_for_update(of=("self",)):
        item.left_at = timezone.now()
        item.save(update_fields=["left_at"])
        WorkEvent.objects.create(item=item, kind=WorkEvent.Kind.LEFT)
