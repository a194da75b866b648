"""Messages in every state: read and unread, refused, given up, waiting for the end of quiet hours or for a digest."""

import datetime as dt

from django.utils import timezone

from shopops.accounts.models import User
from shopops.notifications.models import Delivery
from shopops.notifications.preferences import choose
from shopops.notifications.services import mark_read

#: What some owners chose: quiet hours at night; one reads news once a day.
_QUIET = (dt.time(22), dt.time(7, 30))


def seed(people: list[User]) -> None:
    """Let these people have preferences, and the deliveries written so far an outcome. Repeating changes nothing more."""
    for number, person in enumerate(people):
        choose(
            user=person,
            off=[],
            quiet=_QUIET,
            digest_hour=8 if number % 2 == 0 else None,
            time_zone="Asia/Shanghai",
            language=person.language or "en",
            chat_url="",
        )
    read = Delivery.objects.filter(channel=Delivery.Channel.IN_APP, state=Delivery.State.SENT).order_by("pk")
    for row in read.select_related("recipient")[:30:3]:
        mark_read(user=row.recipient, message_id=row.message_id)
    waiting = Delivery.objects.filter(channel=Delivery.Channel.EMAIL, state=Delivery.State.QUEUED).exclude(
        recipient__in=people
    )
    refused, given_up, *_rest = [*waiting.order_by("pk")[5:7], None, None]
    _end(refused, Delivery.State.BOUNCED, 1, "550 5.1.1 No such user here")
    _end(given_up, Delivery.State.FAILED, 8, "451 4.7.1 Greylisted, try again later")


def _end(row: Delivery | None, state: str, attempts: int, words: str) -> None:
    if row is not None:
        Delivery.objects.filter(pk=row.pk, state=Delivery.State.QUEUED).update(
            state=state, attempts=attempts, error=words, due_at=timezone.now()
        )
