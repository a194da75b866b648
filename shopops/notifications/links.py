"""Addresses inside messages: the short one for SMS, and the signed one that turns a kind of e-mail off."""

from dataclasses import dataclass

from django.conf import settings
from django.core import signing
from django.urls import reverse

from shopops.notifications.models import Message

_SALT = "shopops.notifications.unsubscribe"
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


def short(message: Message) -> str:
    """The shortest address of a message; whoever opens it signs in first."""
    return f"{settings.SITE_URL}{reverse('short_message', args=[_base36(message.pk)])}"


def _base36(number: int) -> str:
    digits = ""
    while number:
        number, rest = divmod(number, 36)
        digits = _DIGITS[rest] + digits
    return digits or "0"


@dataclass(frozen=True)
class Unsubscription:
    """What a signed link stands for: one person and one kind of message."""

    user_id: int
    kind: str


def unsubscribe(user_id: int, kind: str) -> str:
    """The address at which this person turns the e-mails of this kind's category off without signing in."""
    token = signing.dumps([user_id, kind], salt=_SALT)
    return f"{settings.SITE_URL}{reverse('unsubscribe', args=[token])}"


def read_unsubscribe(token: str) -> Unsubscription:
    """Return what a link stands for; raises signing.BadSignature when we did not write it. Links do not grow old."""
    user_id, kind = signing.loads(token, salt=_SALT)
    return Unsubscription(user_id, kind)
