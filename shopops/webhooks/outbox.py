"""Writing events into the outbox, in the transaction in which they happen."""

import json
import uuid
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q, QuerySet

from shopops.jobs.starting import after_commit
from shopops.webhooks.catalogue import PING, describe, event_types
from shopops.webhooks.models import Delivery, Endpoint, OutboxEvent


def publish(
    *, type: str, target: models.Model, before: str = "", url: str = "", is_internal: bool = False
) -> OutboxEvent:
    """Write an event about `target` and owe it to every endpoint that wants it. Called by the transition handler.

    Raises ImproperlyConfigured for an event that the catalogue does not have: integrators could not know of it.
    """
    if type not in event_types():
        raise ImproperlyConfigured(f"The event {type!r} is in no EFFECTS of a model; births belong there, too.")
    event = write(
        type=type,
        data=describe(target, before=before, url=url),
        merchant_id=getattr(target, "merchant_id", None),
        is_internal=is_internal,
    )
    owed = [Delivery(endpoint_id=pk, event=event) for pk in wanting(event).values_list("pk", flat=True)]
    if owed:
        Delivery.objects.bulk_create(owed)
        wake()
    return event


def write(*, type: str, data: dict[str, Any], merchant_id: int | None, is_internal: bool = False) -> OutboxEvent:
    """Write an event that nobody is owed yet."""
    return OutboxEvent.objects.create(
        uid=f"evt_{uuid.uuid4().hex}",
        type=type,
        merchant_id=merchant_id,
        is_internal=is_internal,
        data=json.loads(json.dumps(data, cls=DjangoJSONEncoder)),
    )


def wanting(event: OutboxEvent) -> QuerySet[Endpoint]:
    """The active endpoints that get an event: the platform's, and those of the merchant it is about."""
    owner = Q(merchant_id=None)
    if event.merchant_id is not None and not event.is_internal:
        owner |= Q(merchant_id=event.merchant_id)
    chosen = Q(events=[]) | Q(events__contains=[event.type])
    return Endpoint.objects.filter(owner, chosen, state=Endpoint.State.ACTIVE)


def wanted_by(endpoint: Endpoint) -> QuerySet[OutboxEvent]:
    """The events that an endpoint gets or would have got: the other side of `wanting`. Test calls are nobody's."""
    events = OutboxEvent.objects.exclude(type=PING)
    if endpoint.events:
        events = events.filter(type__in=endpoint.events)
    if endpoint.merchant_id is not None:
        events = events.filter(merchant_id=endpoint.merchant_id, is_internal=False)
    return events


def wake() -> None:
    """Have a worker deliver after the commit; the sweep of every few seconds finds what this does not reach."""
    from shopops.webhooks.tasks import deliver_webhooks

    after_commit(deliver_webhooks)
