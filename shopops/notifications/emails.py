"""A message as e-mail: plain text and HTML from the same words, headers, and the bytes that go over the wire.

All that is equal for everybody is made once per message and language and batch; only the first headers differ.
"""

import html
import re
from email.utils import parseaddr
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.core.mail.message import sanitize_address
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from shopops.notifications import links
from shopops.notifications.kinds import MessageKind, category_label, message_kinds
from shopops.notifications.models import Delivery, MessageText
from shopops.notifications.rendering import PRIVATE_LINK, absolute, without_link

#: Characters of the text that mail programs show beside the subject.
PREHEADER = 110


class Envelopes:
    """Writes the e-mails of one batch."""

    def __init__(self) -> None:
        self.sender = sanitize_address(parseaddr(settings.DEFAULT_FROM_EMAIL)[1], "utf-8")
        self._domain = self.sender.rpartition("@")[2]
        self._common: dict[tuple[int, str], bytes] = {}

    def mail(self, delivery: Delivery, text: MessageText) -> EmailMultiAlternatives:
        """One e-mail as Django's object, all headers included."""
        mail = _compose(text, _unsubscribe(delivery))
        mail.to = [delivery.address]
        mail.extra_headers |= self._own_headers(delivery)
        return mail

    def written(self, delivery: Delivery, text: MessageText, recipient: str) -> bytes:
        """One e-mail ready for DATA: dot-stuffed, ended by its dot. Raises ValueError for an address with line ends."""
        headers = {"To": recipient, **self._own_headers(delivery)}
        if any("\n" in value or "\r" in value for value in headers.values()):
            raise ValueError("An address may not have line ends.")
        top = "".join(f"{name}: {value}\r\n" for name, value in headers.items()).encode("ascii")
        return top + self._rest(delivery, text)

    def _rest(self, delivery: Delivery, text: MessageText) -> bytes:
        """What follows the headers of one's own; made once unless the text has a link of one's own."""
        link = _unsubscribe(delivery)
        if link:
            return _wire(_compose(text, link))
        key = (text.message_id, text.language)
        if key not in self._common:
            self._common[key] = _wire(_compose(text, ""))
        return self._common[key]

    def _own_headers(self, delivery: Delivery) -> dict[str, str]:
        """Message-ID: the same in every attempt, so that mail systems can drop a copy that a crash caused."""
        return {"Message-ID": f"<{delivery.pk}.{delivery.message_id}@{self._domain}>", "X-Delivery": str(delivery.pk)}


def _unsubscribe(delivery: Delivery) -> str:
    """The recipient's own link; empty where the notice is owed and cannot be turned off."""
    kind = message_kinds.get(delivery.message.kind)
    return "" if kind.owed else links.unsubscribe(delivery.recipient_id, kind.code)


def _compose(text: MessageText, unsubscribe: str) -> EmailMultiAlternatives:
    kind = message_kinds.get(text.message.kind)
    body = _with_private_link(text, kind)
    with translation.override(text.language):
        footer = _footer(kind, unsubscribe)
        plain = f"{body}\n\n-- \n{footer}\n{absolute(reverse('portal:preferences'))}\n"
        if unsubscribe:
            plain += _("Turn these e-mails off: %(url)s") % {"url": unsubscribe} + "\n"
        mail = EmailMultiAlternatives(subject=text.subject, body=plain)
        mail.attach_alternative(_html(text, body, kind, footer, unsubscribe), "text/html")
    mail.extra_headers["Auto-Submitted"] = "auto-generated"
    if unsubscribe:  # RFC 8058: one click, no sign-in
        mail.extra_headers["List-Unsubscribe"] = f"<{unsubscribe}>"
        mail.extra_headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return mail


def _footer(kind: MessageKind, unsubscribe: str) -> str:
    values = {"marketplace": settings.MARKETPLACE_NAME, "category": category_label(kind.group)}
    if unsubscribe:
        return _("You get this because messages about “%(category)s” on %(marketplace)s are on.") % values
    return _("You get this because %(marketplace)s owes you this notice; it cannot be turned off.") % values


def _with_private_link(text: MessageText, kind: MessageKind) -> str:
    """The body as it leaves; the text that is kept never has the link."""
    if kind.private_link is None:
        return text.body
    return text.body.replace(PRIVATE_LINK, kind.private_link(text.message.context))


def _html(text: MessageText, body: str, kind: MessageKind, footer: str, unsubscribe: str) -> str:
    words = without_link(body, text.message.url)
    return render_to_string(
        "messages/layout.html",
        {
            "subject": text.subject,
            "preheader": " ".join(words.split())[:PREHEADER],
            "content": mark_safe(text.html) if text.html else paragraphs(words),  # noqa: S308 our own template's
            "tone": kind.tone,
            "button_url": absolute(text.message.url),
            "preferences_url": absolute(reverse("portal:preferences")),
            "unsubscribe_url": unsubscribe,
            "footer": footer,
            "marketplace": settings.MARKETPLACE_NAME,
            "site_url": settings.SITE_URL,
            "language": text.language,
        },
    )


def paragraphs(words: str) -> SafeString:
    """Plain text as HTML: blank lines part paragraphs, lines stay lines, all is escaped, links are links."""
    blocks = re.split(r"\n\s*\n", html.escape(words.strip(), quote=False))
    linked = (re.sub(r"https?://[^\s<>&]+(?:&amp;[^\s<>&]+)*", r'<a href="\g<0>">\g<0></a>', block) for block in blocks)
    return mark_safe("\n".join(f"<p>{block}</p>".replace("\n", "<br>\n") for block in linked))  # noqa: S308 escaped above


def _wire(mail: EmailMultiAlternatives) -> bytes:
    """Bytes for DATA: CRLF, leading dots doubled, and the dot that ends it."""
    mail.extra_headers["Message-ID"] = "<>"  # written per recipient instead, like To
    message: Any = mail.message()
    del message["Message-ID"]
    raw = message.as_bytes(linesep="\r\n")
    return re.sub(rb"(?m)^\.", b"..", raw) + (b".\r\n" if raw.endswith(b"\r\n") else b"\r\n.\r\n")
