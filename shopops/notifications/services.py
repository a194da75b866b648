"""Sending messages. Only transitions and notice jobs call `notify`; no app sends mail by itself."""

import json
from collections.abc import Iterable
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models, transaction
from django.utils import timezone

from shopops.accounts.models import User
from shopops.jobs.starting import after_commit
from shopops.notifications import audience
from shopops.notifications.kinds import message_kinds
from shopops.notifications.models import Delivery, Message


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
    """Write a message and its deliveries in the caller's transaction; what leaves does so after the commit.

    Asking twice with the same `key` adds nothing for those who were told already, so jobs may be killed and repeated.
    `target` is what the message is about; proof of notice is looked up by it. In-app deliveries are delivered by being
    written. Raises KeyError for a kind that no app registered.
    """
    message = _message(kind, key, context, url, target)
    people = {"people": [user.pk for user in recipients], "merchant": merchant_id}
    _enter(message, "SELECT unnest(%(people)s::bigint[]), %(merchant)s::bigint", people)
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
    message = _message(kind, key, context, url, target)
    if not recipients.query.is_sliced:
        recipients = recipients.order_by()  # nobody sees the order, and sorting a million people takes its time
    return message, _enter(message, *audience.named(*recipients.query.sql_with_params()))


def _enter(message: Message, chosen: str, parameters: dict[str, Any]) -> int:
    """Write the deliveries and wake a worker when something leaves; returns how many were told for the first time."""
    told, others = audience.enter(message_kinds.get(message.kind), message, chosen, parameters)
    if others:
        send_after_commit()
    return told


@transaction.atomic
def withdraw(*, message_ids: "models.QuerySet[Any, Any] | Iterable[int]", why: str) -> int:
    """Keep messages that are no longer true from leaving: e-mails that have not left fail with `why`; returns how many.

    One that a worker is sending at this moment may still leave; it is then marked as sent.
    """
    ids = message_ids if isinstance(message_ids, models.QuerySet) else list(message_ids)
    Message.objects.filter(pk__in=ids, withdrawn_at__isnull=True).update(withdrawn_at=timezone.now())
    waiting = (Delivery.State.HELD, Delivery.State.QUEUED, Delivery.State.SENDING)
    return Delivery.objects.filter(message_id__in=ids, state__in=waiting).update(
        state=Delivery.State.FAILED, error=why[:500]
    )


def _message(kind: str, key: str, context: dict[str, Any], url: str, target: models.Model | None) -> Message:
    """Return the message of this key, written now if it is the first time. Raises KeyError for an unknown kind."""
    message_kinds.get(kind)
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


def send_after_commit() -> None:
    """Wake a worker once per transaction, however many messages it writes; the sweep finds what this does not reach."""
    from shopops.notifications.tasks import deliver_queued

    after_commit(deliver_queued)


def mark_read(*, user: User, message_id: int) -> None:
    """Record that the user opened a message; the first time counts. It was read here, whatever channel told of it."""
    _unread(user).filter(message_id=message_id).update(state=Delivery.State.READ, read_at=timezone.now())


def mark_all_read(*, user: User, up_to: int) -> int:
    """Record the user's messages as read up to a delivery's id, so that none is marked that came after the page."""
    return _unread(user).filter(pk__lte=up_to).update(state=Delivery.State.READ, read_at=timezone.now())


def _unread(user: User) -> models.QuerySet[Delivery]:
    return Delivery.objects.filter(recipient=user, channel=Delivery.Channel.IN_APP, state=Delivery.State.SENT)


@transaction.atomic
def retry_failed(*, message: Message) -> int:
    """Queue what failed or was refused again, with its attempts counted anew; returns how many.

    Nothing for a message that was withdrawn: it is no longer true.
    """
    if Message.objects.select_for_update().get(pk=message.pk).withdrawn_at:
        return 0
    again = Delivery.objects.filter(message=message, state__in=(Delivery.State.FAILED, Delivery.State.BOUNCED)).update(
        state=Delivery.State.QUEUED, attempts=0, due_at=timezone.now(), error=""
    )
    if again:
        send_after_commit()
    return again
