"""What the people of a shop were told, and how much of it they read."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Count, Min, Q

from merchants.models import Member
from shopops.notifications.kinds import message_kinds
from shopops.notifications.models import Delivery, Message


@dataclass(frozen=True)
class Told:
    """A message to a shop: to how many of its people, and how many of them read it."""

    message_id: int
    at: dt.datetime
    kind: str
    people: int
    read: int

    @property
    def label(self) -> str:
        """The kind of message in words; its code once the kind was retired."""
        return str(message_kinds.get(self.kind).label) if self.kind in message_kinds else self.kind


def told(merchant_id: int, before: dt.datetime | None, limit: int) -> list[Told]:
    """Return the newest messages about a shop to its present people, by the in-app ledger; the newest first.

    Deliveries are found by their recipient, which has an index; the ledger is too big for one by shop.
    """
    people = Member.objects.filter(merchant_id=merchant_id).values("user_id")
    rows = (
        Delivery.objects.filter(recipient_id__in=people, merchant_id=merchant_id, channel=Delivery.Channel.IN_APP)
        .order_by()
        .values("message_id")
        .annotate(at=Min("created_at"), people=Count("recipient"), read=Count("pk", filter=Q(read_at__isnull=False)))
    )
    if before is not None:
        rows = rows.filter(at__lt=before)
    found = list(rows.order_by("-at", "-message_id")[:limit])
    kinds = dict(Message.objects.filter(pk__in=[row["message_id"] for row in found]).values_list("pk", "kind"))
    return [Told(kind=kinds[row["message_id"]], **row) for row in found]
