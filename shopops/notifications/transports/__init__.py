"""Transports by channel."""

from collections.abc import Callable

from shopops.notifications.models import Delivery
from shopops.notifications.transports.base import Transport, TransportError
from shopops.notifications.transports.chat import ChatTransport, SmsTransport
from shopops.notifications.transports.mail import MailTransport

__all__ = ["Transport", "TransportError", "transport_for"]

_TRANSPORTS: dict[str, Callable[[], Transport]] = {
    Delivery.Channel.EMAIL: MailTransport,
    Delivery.Channel.SMS: SmsTransport,
    Delivery.Channel.CHAT: ChatTransport,
}


def transport_for(channel: str) -> Transport:
    """Return a new transport for a channel that leaves the application."""
    return _TRANSPORTS[channel]()
