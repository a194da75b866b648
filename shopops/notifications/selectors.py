"""Reading messages: a person's inbox, and who was told."""

from dataclasses import dataclass

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import models

from shopops.accounts.models import User
from shopops.notifications.kinds import message_kinds
from shopops.notifications.models import Delivery
from shopops.notifications.rendering import Words, render


@dataclass(frozen=True)
class InboxItem:
    """A message as its reader sees it."""

    delivery: Delivery
    words: Words
    tone: str

    @property
    def is_unread(self) -> bool:
        return self.delivery.state == Delivery.State.SENT

    @property
    def body_without_link(self) -> str:
        """The text without the link and the words that lead to it: on a page the link is a button."""
        if not self.delivery.message.url:
            return self.words.body.strip()
        link = f"{settings.SITE_URL}{self.delivery.message.url}"
        kept: list[str] = []
        for line in self.words.body.splitlines():
            if not line.rstrip().endswith(link):
                kept.append(line)
            elif line.strip() == link and kept and kept[-1].rstrip().endswith((":", "：")):
                kept.pop()
        return "\n".join(kept).strip()


def inbox(user: User) -> models.QuerySet[Delivery]:
    """The user's in-app messages, newest first."""
    return (
        Delivery.objects.filter(recipient=user, channel=Delivery.Channel.IN_APP)
        .select_related("message")
        .order_by("-id")
    )


def unread_count(user: User) -> int:
    return inbox(user).filter(state=Delivery.State.SENT).count()


def as_items(deliveries: models.QuerySet[Delivery] | list[Delivery], language: str) -> list[InboxItem]:
    """Render deliveries for their reader in the language in use."""
    return [
        InboxItem(delivery, render(delivery.message, language), message_kinds.get(delivery.message.kind).tone)
        for delivery in deliveries
    ]


def proof_of_notice(target: models.Model) -> models.QuerySet[Delivery]:
    """The ledger of the messages about one object: who was told by which channel, when, and with what outcome."""
    return (
        Delivery.objects.filter(
            message__content_type=ContentType.objects.get_for_model(target), message__object_id=target.pk
        )
        .select_related("recipient", "message")
        .order_by("id")
    )
