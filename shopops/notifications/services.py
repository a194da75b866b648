"""Sending messages. Only transitions and notice jobs call `notify`; no app sends mail by itself."""

import json
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, models, transaction
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
    message = _message(kind, key, context, url, target)
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
        if user.is_active
        for channel in message_kind.channels
    ]
    Delivery.objects.bulk_create(deliveries, batch_size=BATCH, ignore_conflicts=True)
    if any(delivery.channel != Delivery.Channel.IN_APP for delivery in deliveries):
        _send_after_commit()
    return message


@transaction.atomic
def notify_many(
    *,
    kind: str,
    key: str,
    recipients: "models.QuerySet[Any, tuple[int, int | None]]",
    context: dict[str, Any],
    url: str = "",
    target: models.Model | None = None,
) -> tuple[Message, int]:
    """`notify` for thousands: one INSERT … SELECT. Returns the message and how many were told for the first time.

    `recipients` is a queryset of `.values_list(<user id>, <merchant id>)`; it is never fetched. Who is named twice, or
    was told in an earlier call with the same `key`, is told once. People who may no longer sign in are left out.
    """
    channels = list(message_kinds.get(kind).channels)
    message = _message(kind, key, context, url, target)
    chosen, chosen_params = recipients.query.sql_with_params()
    now = timezone.now()
    with connection.cursor() as cursor:
        cursor.execute(
            _INSERT_DELIVERIES.format(chosen=chosen),
            [message.pk, settings.LANGUAGE_CODE, now, now, *chosen_params, channels],
        )
        written = cursor.rowcount
    if written and channels != [Delivery.Channel.IN_APP]:
        _send_after_commit()
    return message, written // len(channels)


#: Language: the person's own, else the marketplace's. In-app deliveries are delivered by being written.
_INSERT_DELIVERIES = """
    INSERT INTO notifications_delivery
        (message_id, recipient_id, merchant_id, channel, address, language, state, attempts, due_at, sent_at, error)
    SELECT %s, person.id, chosen.merchant_id, channel.code,
           CASE channel.code WHEN 'email' THEN person.email ELSE '' END,
           COALESCE(NULLIF(person.language, ''), %s),
           CASE channel.code WHEN 'in_app' THEN 'sent' ELSE 'queued' END,
           0, %s, CASE channel.code WHEN 'in_app' THEN %s::timestamptz END, ''
      FROM ({chosen}) AS chosen (user_id, merchant_id)
      JOIN accounts_user AS person ON person.id = chosen.user_id AND person.is_active
      CROSS JOIN unnest(%s::text[]) AS channel (code)
    ON CONFLICT (message_id, recipient_id, channel) DO NOTHING
"""


def withdraw(*, message_ids: "models.QuerySet[Any, Any] | Iterable[int]", why: str) -> int:
    """Keep messages that are no longer true from leaving: e-mails that have not left fail with `why`; returns how many.

    One that a worker is sending at this moment may still leave; it is then marked as sent.
    """
    waiting = (Delivery.State.QUEUED, Delivery.State.SENDING)
    return Delivery.objects.filter(message_id__in=message_ids, state__in=waiting).update(
        state=Delivery.State.FAILED, error=why[:500]
    )


def _message(kind: str, key: str, context: dict[str, Any], url: str, target: models.Model | None) -> Message:
    """Return the message of this key, written now if it is the first time."""
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
    return message


def _send_after_commit() -> None:
    """Wake a worker once per transaction, however many messages it writes."""
    if not any(hook[1] is _wake_worker for hook in connection.run_on_commit):
        transaction.on_commit(_wake_worker, robust=True)


def _wake_worker() -> None:
    from shopops.notifications.tasks import deliver_queued

    deliver_queued.delay()


def mark_read(*, user: User, message_id: int) -> None:
    """Record that the user opened a message; the first time counts."""
    Delivery.objects.filter(
        message_id=message_id, recipient=user, channel=Delivery.Channel.IN_APP, state=Delivery.State.SENT
    ).update(state=Delivery.State.READ, read_at=timezone.now())
