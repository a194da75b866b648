"""Kinds of message. An app registers its kinds in `AppConfig.ready` and ships two templates per kind, translated with
gettext: `templates/messages/<code>.subject.txt` and `<code>.body.txt`. `<code>.body.html`, `<code>.sms.txt` and
`<code>.chat.md` are optional; without them those channels are made from subject and body. See docs/notifications.md.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.core.exceptions import ImproperlyConfigured

from shopops.registry import Registry


@dataclass(frozen=True)
class MessageKind:
    """What holds for every message of a kind.

    `code` is dotted ("merchants.application_approved"); `tone` is the design language's status. The message centre
    always gets it, so `channels` begins with "in_app". `owed`: the recipient must be told, so nobody can turn its
    e-mail off or put it into a digest. `urgent`: it does not wait for the end of quiet hours. `digest`: who asked for a
    daily digest gets it there. `fallback_after`: when nothing was read for so long, or every channel failed, the next
    channel the person has an address for is tried (SMS, then chat). `category` groups kinds on the pages where people
    choose; without one it is the part of the code before the dot. `private_link` computes, from the message's
    context, a link that only the e-mail carries: `{{ private_link }}` stands for it in words that are kept and shown.
    """

    code: str
    label: object
    tone: str = "info"
    channels: tuple[str, ...] = ("in_app", "email")
    owed: bool = True
    urgent: bool = False
    digest: bool = False
    category: str = ""
    fallback_after: dt.timedelta | None = None
    private_link: Callable[[dict[str, Any]], str] | None = None

    def __post_init__(self) -> None:
        if self.channels[:1] != ("in_app",):
            raise ImproperlyConfigured(f"{self.code}: every message is in the message centre; begin with in_app.")
        if self.owed and self.digest:
            raise ImproperlyConfigured(f"{self.code}: a notice that is owed cannot wait for a digest.")
        if self.urgent and not self.owed:
            raise ImproperlyConfigured(f"{self.code}: only a notice that is owed may disturb quiet hours.")

    @property
    def group(self) -> str:
        """The code of its category."""
        return self.category or self.code.partition(".")[0]

    @property
    def leaves(self) -> bool:
        """Whether it goes anywhere but into the message centre."""
        return len(self.channels) > 1


@dataclass(frozen=True)
class Category:
    """A group of kinds that people choose by. Not registered: an app's own name serves for the kinds it registers."""

    code: str
    label: object


message_kinds: Registry[MessageKind] = Registry("message kind")
categories: Registry[Category] = Registry("message category")


def category_label(code: str) -> str:
    """Return the name of a category in the language in use."""
    if code in categories:
        return str(categories.get(code).label)
    app = next((each for each in apps.get_app_configs() if each.label == code), None)
    return str(app.verbose_name) if app else code


def kinds_by_category() -> dict[str, list[MessageKind]]:
    """Return the kinds that may leave the message centre, by category, in the order of registration."""
    found: dict[str, list[MessageKind]] = {}
    for kind in message_kinds:
        if kind.leaves:
            found.setdefault(kind.group, []).append(kind)
    return found
