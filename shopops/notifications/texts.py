"""The words of messages as they were sent: rendered at the first need (sent, opened, listed, exported), then kept.

So a template that changes later changes no message that anybody has seen, and the proof of notice shows what was said.
"""

from collections.abc import Iterable
from dataclasses import asdict

from django.conf import settings

from shopops.notifications.models import Message, MessageText
from shopops.notifications.rendering import render


def text_of(message: Message, language: str) -> MessageText:
    """Return a message's words in one language. Raises TemplateDoesNotExist when its kind has no templates any more."""
    return texts_of([message], language)[message.pk]


def texts_of(messages: Iterable[Message], language: str) -> dict[int, MessageText]:
    """Return the words of several messages by the message's id, rendering and keeping those that are new."""
    language = known(language)
    wanted = {message.pk: message for message in messages}
    found = _kept(wanted, language)
    missing = [message for pk, message in wanted.items() if pk not in found]
    if missing:
        MessageText.objects.bulk_create(
            [MessageText(message=each, language=language, **asdict(render(each, language))) for each in missing],
            ignore_conflicts=True,  # of two that render at once, the first one's words count
        )
        found |= _kept([message.pk for message in missing], language)
    return found


def known(language: str) -> str:
    """Return the supported language that a code stands for; the marketplace's own when there is none."""
    codes = [code for code, _label in settings.LANGUAGES]
    if language in codes:
        return language
    return next(
        (code for code in codes if code.partition("-")[0] == language.partition("-")[0]), settings.LANGUAGE_CODE
    )


def _kept(messages: Iterable[int], language: str) -> dict[int, MessageText]:
    rows = MessageText.objects.filter(message_id__in=list(messages), language=language)
    return {text.message_id: text for text in rows}
