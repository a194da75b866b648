"""The words of a message, in the reader's language."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.template import Context
from django.template.loader import get_template
from django.utils import translation
from django.utils.dateparse import parse_datetime

from shopops.notifications.models import Message


@dataclass(frozen=True)
class Words:
    """A rendered message."""

    subject: str
    body: str


def render(message: Message, language: str) -> Words:
    """Render a message's templates in one language.

    Times in the context are stored as ISO text; templates get them as aware datetimes.
    """
    context = {
        **{name: _revived(value, language) for name, value in message.context.items()},
        "url": f"{settings.SITE_URL}{message.url}" if message.url else "",
        "marketplace_name": settings.MARKETPLACE_NAME,
    }
    with translation.override(language):
        subject = _plain(f"messages/{message.kind}.subject.txt", context)
        body = _plain(f"messages/{message.kind}.body.txt", context)
    return Words(subject=" ".join(subject.split()), body=body.strip())


def _plain(template: str, context: dict[str, Any]) -> str:
    """Render plain text: nothing is escaped for HTML; pages escape it when they show it."""
    found: Any = get_template(template)
    return str(found.template.render(Context(context, autoescape=False)))


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
