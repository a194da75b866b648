"""Reading messages: a person's inbox, and who was told."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Exists, OuterRef, Q

from shopops.accounts.models import User
from shopops.notifications.kinds import message_kinds
from shopops.notifications.models import Delivery, Message, MessageText
from shopops.notifications.rendering import without_link
from shopops.notifications.texts import texts_of

#: Messages whose words a search may have to write first; older ones have been listed or sent long ago.
SEARCHED = 500


@dataclass(frozen=True)
class InboxItem:
    """A message as its reader sees it."""

    delivery: Delivery
    words: MessageText
    tone: str

    @property
    def is_unread(self) -> bool:
        return self.delivery.state == Delivery.State.SENT

    @property
    def body_without_link(self) -> str:
        """The text without the link and the words that lead to it: on a page the link is a button."""
        return without_link(self.words.body, self.delivery.message.url)


def inbox(user: User) -> models.QuerySet[Delivery]:
    """The user's in-app messages, newest first."""
    return (
        Delivery.objects.filter(recipient=user, channel=Delivery.Channel.IN_APP)
        .select_related("message")
        .order_by("-id")
    )


def filtered(
    found: models.QuerySet[Delivery], *, category: str = "", unread: bool = False, query: str = "", language: str = ""
) -> models.QuerySet[Delivery]:
    """Narrow an inbox: one category, unread only, words in subject or text (in any language they were written in)."""
    if category:
        kinds = [kind.code for kind in message_kinds if kind.group == category]
        found = found.filter(message__kind__in=kinds)
    if unread:
        found = found.filter(state=Delivery.State.SENT)
    if query:
        texts_of(_unwritten(found, language), language)
        has_words = Q(subject__icontains=query) | Q(body__icontains=query)
        found = found.filter(Exists(MessageText.objects.filter(has_words, message=OuterRef("message"))))
    return found


def _unwritten(found: models.QuerySet[Delivery], language: str) -> list[Message]:
    """Messages that nobody has looked at in this language yet; a search would not find them."""
    written = MessageText.objects.filter(message=OuterRef("message"), language=language)
    return [each.message for each in found.exclude(Exists(written))[:SEARCHED]]


def unread_count(user: User) -> int:
    return inbox(user).filter(state=Delivery.State.SENT).count()


def as_items(deliveries: Iterable[Delivery], language: str) -> list[InboxItem]:
    """Deliveries with their words in the language in use."""
    rows = list(deliveries)
    words = texts_of([row.message for row in rows], language)
    return [InboxItem(row, words[row.message_id], message_kinds.get(row.message.kind).tone) for row in rows]


def proof_of_notice(target: models.Model) -> models.QuerySet[Delivery]:
    """The ledger of the messages about one object: who was told by which channel, when, and with what outcome."""
    return (
        Delivery.objects.filter(
            message__content_type=ContentType.objects.get_for_model(target), message__object_id=target.pk
        )
        .select_related("recipient", "message")
        .order_by("id")
    )


@dataclass(frozen=True)
class ChannelCoverage:
    """How many deliveries of a message by one channel there are, and what became of them."""

    channel: str
    total: int
    delivered: int
    read: int
    waiting: int
    failed: int


#: States by what they mean for coverage.
DELIVERED = (Delivery.State.SENT, Delivery.State.READ)
FAILED = (Delivery.State.FAILED, Delivery.State.BOUNCED)


def coverage(message: Message) -> list[ChannelCoverage]:
    """Count a message's deliveries per channel. Digests count by themselves; what they carry waits or is delivered."""
    rows = (
        Delivery.objects.filter(message=message)
        .values("channel")
        .annotate(
            total=models.Count("pk"),
            delivered=models.Count("pk", filter=Q(state__in=[*DELIVERED, Delivery.State.DIGESTED])),
            read=models.Count("pk", filter=Q(state=Delivery.State.READ)),
            failed=models.Count("pk", filter=Q(state__in=FAILED)),
        )
    )
    by_channel = {row["channel"]: row for row in rows}
    return [
        ChannelCoverage(**row, waiting=row["total"] - row["delivered"] - row["failed"])
        for channel in Delivery.Channel.values
        if (row := by_channel.get(channel))
    ]
