"""Sending messages. Only transitions and notice jobs call `notify`; no app sends mail by itself."""

import json
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models, transaction
from django.utils import timezone

from shopops.accounts.models import User
from shopops.notifications.kinds import message_kinds
from shopops.notifications.models import Delivery, Message

BATCH = 500


@transaction.atomic
def notify(
    *,
    kind: str,
    key: str,
    recipients: Iterable[User],
    context: dict[str, Any],
    url: str = "",
    merchant_id: int | None = None,
    target: models.Model | None = None,
) -> Message:
    """Write a message and its deliveries in the caller's transaction; e-mail leaves after the commit.

    Asking twice with the same `key` adds nothing for those who were told already, so jobs may be killed and repeated.
    `target` is what the message is about; proof of notice is looked up by it. In-app deliveries are delivered by being
    written. Raises KeyError for a kind that no app registered.
    """
    message_kind = message_kinds.get(kind)
    message, _created = Message.objects.get_or_create(
        key=key,
        defaults={
            "kind": kind,
            "context": json.loads(json.dumps(context, cls=DjangoJSONEncoder)),
            "url": url,
            "content_type": ContentType.objects.get_for_model(target) if target else None,
            "object_id": target.pk if target else None,
        },
    )
    now = timezone.now()
    deliveries = [
        Delivery(
            message=message,
            recipient=user,
            merchant_id=merchant_id,
            channel=channel,
            address=user.email if channel == Delivery.Channel.EMAIL else "",
            language=user.language or settings.LANGUAGE_CODE,
            state=Delivery.State.SENT if channel == Delivery.Channel.IN_APP else Delivery.State.QUEUED,
            sent_at=now if channel == Delivery.Channel.IN_APP else None,
        )
        for user in recipients
        for channel in message_kind.channels
    ]
    Delivery.objects.bulk_create(deliveries, batch_size=BATCH, ignore_conflicts=True)
    if any(delivery.channel != Delivery.Channel.IN_APP for delivery in deliveries):
        from shopops.notifications.tasks import deliver_queued

        transaction.on_commit(deliver_queued.delay, robust=True)
    return message


def mark_read(*, user: User, message_id: int) -> None:
    """Record that the user opened a message; the first time counts."""
    Delivery.objects.filter(
        message_id=message_id, recipient=user, channel=Delivery.Channel.IN_APP, state=Delivery.State.SENT
    ).update(state=Delivery.State.READ, read_at=timezone.now())
