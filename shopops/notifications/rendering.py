"""The words of a message, made from the templates of its kind in one language."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.template import Context, TemplateDoesNotExist
from django.template.loader import get_template
from django.utils import translation
from django.utils.dateparse import parse_datetime

from shopops.notifications.models import Message

#: What readers of the ledger see where the e-mail has the recipient's own link (`MessageKind.private_link`).
PRIVATE_LINK = "⟨…⟩"


@dataclass(frozen=True)
class Words:
    """A rendered message. `html`, `sms` and `chat` are empty unless the kind has its own template for them."""

    subject: str
    body: str
    html: str = ""
    sms: str = ""
    chat: str = ""


def render(message: Message, language: str) -> Words:
    """Render a message's templates in one language. What was sent is kept: ask `texts.text_of` for that.

    Times in the context are stored as ISO text; templates get them as aware datetimes.
    """
    context = {
        **{name: _revived(value, language) for name, value in message.context.items()},
        "url": absolute(message.url),
        "marketplace_name": settings.MARKETPLACE_NAME,
        "private_link": PRIVATE_LINK,
    }
    with translation.override(language):
        return Words(
            subject=" ".join(_plain(f"messages/{message.kind}.subject.txt", context).split()),
            body=_plain(f"messages/{message.kind}.body.txt", context).strip(),
            html=_own(f"messages/{message.kind}.body.html", context),
            sms=" ".join(_own(f"messages/{message.kind}.sms.txt", context).split()),
            chat=_own(f"messages/{message.kind}.chat.md", context),
        )


def absolute(url: str) -> str:
    """The address as it leaves the application; empty stays empty."""
    return f"{settings.SITE_URL}{url}" if url.startswith("/") else url


def without_link(body: str, url: str) -> str:
    """The text without the link and the words that lead to it, where the link is a button instead."""
    if not url:
        return body.strip()
    link = absolute(url)
    kept: list[str] = []
    for line in body.splitlines():
        if not line.rstrip().endswith(link):
            kept.append(line)
        elif line.strip() == link and kept and kept[-1].rstrip().endswith((":", "：")):
            kept.pop()
    return "\n".join(kept).strip()


def _plain(template: str, context: dict[str, Any]) -> str:
    """Render plain text: nothing is escaped for HTML; pages escape it when they show it. HTML escapes as always."""
    found: Any = get_template(template)
    return str(found.template.render(Context(context, autoescape=template.endswith(".html"))))


def _own(template: str, context: dict[str, Any]) -> str:
    """Render a template that a kind may have or not."""
    try:
        return _plain(template, context).strip()
    except TemplateDoesNotExist as missing:
        if str(missing) != template:
            raise
        return ""


def _revived(value: Any, language: str) -> Any:
    """Turn ISO text back into a datetime, and a {"en": …, "zh": …} pair into the reader's language."""
    if isinstance(value, str) and len(value) > 18 and value[4] == "-" and "T" in value:
        try:
            moment: dt.datetime | None = parse_datetime(value)
        except ValueError:
            return value
        return moment or value
    if isinstance(value, dict) and value.keys() == {"en", "zh"}:
        return value["zh" if language.startswith("zh") else "en"]
    return value
