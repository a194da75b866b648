"""Forgetting old events."""

import datetime as dt
from typing import Any

from django.conf import settings
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _

from shopops.jobs.registry import Job, Progress
from shopops.webhooks.models import Attempt, Delivery, OutboxEvent

CHUNK = 5000


def clean_webhooks(as_of: dt.datetime, progress: Progress) -> dict[str, Any]:
    """Delete events older than WEBHOOK_KEEP_DAYS with their log, except those that an endpoint is still owed."""
    owed = Delivery.objects.filter(event=OuterRef("pk"), state=Delivery.State.WAITING)
    oldest = as_of - dt.timedelta(days=settings.WEBHOOK_KEEP_DAYS)
    old = OutboxEvent.objects.filter(~Exists(owed), occurred_at__lt=oldest)
    done = 0
    while ids := list(old.order_by("occurred_at").values_list("pk", flat=True)[:CHUNK]):
        Attempt.objects.filter(delivery__event_id__in=ids).delete()
        Delivery.objects.filter(event_id__in=ids).delete()
        OutboxEvent.objects.filter(pk__in=ids).delete()
        done += len(ids)
        progress(done)
    return {"deleted": done}


CLEAN_WEBHOOKS = Job("clean_webhooks", _("Forget old webhook events"), clean_webhooks)
