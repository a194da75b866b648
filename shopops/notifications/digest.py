"""Digests: one e-mail with a list, daily for who asked for it, or after an outage for who missed messages."""

import datetime as dt
from collections.abc import Iterable

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from shopops.accounts.models import User
from shopops.jobs.registry import Progress
from shopops.notifications.models import Delivery, Message
from shopops.notifications.rendering import absolute
from shopops.notifications.services import notify
from shopops.notifications.texts import texts_of

DAILY = "notifications.digest"
CATCH_UP = "notifications.catch_up"
#: Messages named in one digest; the message centre has the rest.
LISTED = 50


def send_digests(as_of: dt.datetime, progress: Progress) -> dict[str, int]:
    """Send each person whose hour has come what was held for them; returns counts for the job's record.

    A person's digest is one transaction, so a killed job goes on with the next person.
    """
    held = Delivery.objects.filter(state=Delivery.State.HELD, due_at__lte=as_of)
    digests = carried = 0
    for user in User.objects.filter(pk__in=held.values("recipient_id")).order_by("pk").iterator():
        count = _send_digest(user, as_of)
        digests, carried = digests + bool(count), carried + count
        progress(digests)
    return {"digests": digests, "messages": carried}


@transaction.atomic
def _send_digest(user: User, as_of: dt.datetime) -> int:
    held = (
        Delivery.objects.select_for_update(of=("self",))
        .filter(recipient=user, state=Delivery.State.HELD, due_at__lte=as_of)
        .select_related("message")
        .order_by("id")
    )
    rows = list(held)
    if not rows:
        return 0
    key = f"{DAILY}:{user.pk}:{rows[-1].pk}"
    digest = notify(
        kind=DAILY, key=key, recipients=[user], context=_context(user, rows), url=reverse("portal:messages")
    )
    Delivery.objects.filter(pk__in=[row.pk for row in rows]).update(
        state=Delivery.State.DIGESTED, carried_by=digest, sent_at=timezone.now()
    )
    return len(rows)


def digest_since(user: User, start: dt.datetime, end: dt.datetime) -> Message | None:
    """Tell somebody in one e-mail what they were sent between two moments, after an outage in which messages were lost.

    Returns the message, or None when there was nothing that they have not read. Asked twice for one time it tells once.
    """
    missed = list(
        Delivery.objects.filter(
            recipient=user,
            channel=Delivery.Channel.IN_APP,
            state=Delivery.State.SENT,
            created_at__gte=start,
            created_at__lt=end,
            message__withdrawn_at__isnull=True,
        )
        .exclude(message__kind__in=(DAILY, CATCH_UP))
        .select_related("message")
        .order_by("id")
    )
    if not missed:
        return None
    return notify(
        kind=CATCH_UP,
        key=f"{CATCH_UP}:{user.pk}:{start:%Y%m%dT%H%M%S}:{end:%Y%m%dT%H%M%S}",
        recipients=[user],
        context={**_context(user, missed), "start": start, "end": end},
        url=reverse("portal:messages"),
    )


def missed_between(start: dt.datetime, end: dt.datetime) -> "Iterable[User]":
    """Everybody who has unread messages from between two moments."""
    rows = Delivery.objects.filter(
        channel=Delivery.Channel.IN_APP, state=Delivery.State.SENT, created_at__gte=start, created_at__lt=end
    )
    return User.objects.filter(pk__in=rows.values("recipient_id"), is_active=True).order_by("pk").iterator()


def _context(user: User, rows: list[Delivery]) -> dict[str, object]:
    """The subjects as they are in the person's language, with their pages in the message centre."""
    words = texts_of([row.message for row in rows[:LISTED]], rows[0].language)
    items = [
        {
            "subject": words[row.message_id].subject,
            "url": absolute(reverse("portal:message", args=[row.message_id])),
        }
        for row in rows[:LISTED]
    ]
    return {"count": len(rows), "items": items, "more": max(0, len(rows) - LISTED)}
