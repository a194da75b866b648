"""SMS and chat bots, through Apprise.

SMS_URL is the operator's: an Apprise address with {phone} where the number goes. A chat bot's address is a person's
own, so only services whose host is fixed in Apprise are taken; other hosts have to be named by the operator in
CHAT_HOSTS.
"""

import datetime as dt
import re
from typing import Any

import apprise
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from shopops.accounts.models import User
from shopops.notifications import links, sms
from shopops.notifications.models import Delivery, MessageText, Preferences
from shopops.notifications.rendering import absolute, without_link
from shopops.notifications.transports.base import TransportError

#: Services whose address leads to their own host and nowhere else.
CHAT_SERVICES = ("dingtalk", "feishu", "lark", "wecombot", "slack", "discord", "tgram")
#: Generic posts, for hosts that the operator named.
_GENERIC = ("json", "jsons")
SECONDS = 10.0
#: How long messages wait while no SMS service is configured, or the address in the settings is wrong.
UNCONFIGURED_PAUSE = dt.timedelta(minutes=15)


class SmsTransport:
    """The operator's SMS service."""

    def open(self) -> None:
        if not settings.SMS_URL:
            raise TransportError("SMS_URL is not set.", wait=UNCONFIGURED_PAUSE)

    def close(self) -> None:
        """Nothing is kept open."""

    def send(self, delivery: Delivery, text: MessageText) -> None:
        phone = re.sub(r"[^\d+]", "", User.objects.values_list("phone", flat=True).get(pk=delivery.recipient_id))
        if not phone:
            raise TransportError(_("The recipient has no phone number any more."), permanent=True)
        delivery.address = phone
        service = _service(settings.SMS_URL.replace("{phone}", phone))
        if service is None:
            raise TransportError("SMS_URL is no address of an SMS service.", wait=UNCONFIGURED_PAUSE)
        _post(service, "", text.sms or sms.shorten(text.subject, links.short(text.message)), "text")


class ChatTransport:
    """Each recipient's own chat bot."""

    def open(self) -> None:
        """Nothing to connect to: every bot has an address of its own."""

    def close(self) -> None:
        """Nothing is kept open."""

    def send(self, delivery: Delivery, text: MessageText) -> None:
        chosen = Preferences.objects.filter(user_id=delivery.recipient_id).first()
        try:
            service = chat_service(chosen.chat_url if chosen else "")
        except ValidationError as error:
            raise TransportError(" ".join(error.messages), permanent=True) from error
        delivery.address = service_name(service)
        _post(service, text.subject, text.chat or markdown(text), "markdown")


def markdown(text: MessageText) -> str:
    """What a chat shows below the subject: the text, with its link as a link."""
    url = absolute(text.message.url)
    words = re.sub(r"(?m)^(\s*)([#>*+-]|\d+\.)(?=\s)", r"\1\\\2", without_link(text.body, text.message.url))
    return f"{words}\n\n[{url}]({url})" if url else words


def chat_service(url: str) -> Any:
    """Return Apprise's service for a person's address; raises ValidationError when it is none or leads elsewhere."""
    service = _service(url) if url else None
    if service is None:
        raise ValidationError(
            _("This is no address of a chat bot. Copy it from the bot's settings, or write it as Apprise does.")
        )
    names = _names(service)
    if names & set(CHAT_SERVICES):
        return service
    port = getattr(service, "port", None)
    place = f"{service.host}:{port}" if port else str(getattr(service, "host", ""))
    if names & set(_GENERIC) and place in settings.CHAT_HOSTS:
        service.redirects = False
        return service
    raise ValidationError(
        _("%(service)s is not possible here. Possible are: %(services)s.")
        % {"service": service.service_name, "services": ", ".join(CHAT_SERVICES)}
    )


def service_name(service: Any) -> str:
    """What the ledger keeps of a bot's address: the service, not the secret in it."""
    return str(service.service_name)[:100]


def _names(service: Any) -> set[str]:
    found: set[str] = set()
    for attribute in ("protocol", "secure_protocol"):
        value = getattr(service, attribute, None) or ()
        found |= {value} if isinstance(value, str) else set(value)
    return found


def _service(url: str) -> Any:
    service = apprise.Apprise.instantiate(url, suppress_exceptions=True)
    if service is not None:  # the address may ask for other limits, or for no check of the certificate
        service.socket_connect_timeout = service.socket_read_timeout = SECONDS
        service.verify_certificate = True
    return service or None


def _post(service: Any, title: str, body: str, kind: str) -> None:
    """Hand over; Apprise says no more than whether it worked, so its log has the reason."""
    sender = apprise.Apprise()
    sender.add(service)
    with apprise.LogCapture(level=apprise.logging.WARNING, fmt="%(message)s") as said:
        taken = sender.notify(body=body, title=title, body_format=kind)
        words = " ".join(said.getvalue().split())
    if taken:
        return
    code = re.search(r"error[=:]\s*(\d{3})", words)
    refused = code is not None and 400 <= int(code[1]) < 500 and int(code[1]) not in (408, 425, 429)
    raise TransportError(words or _("The service did not take it."), permanent=refused)
