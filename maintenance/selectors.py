"""Reading windows: what is public, what is going on, who was told."""

import datetime as dt
from dataclasses import dataclass

from django.db import models

from maintenance.models import Incident, NoticePoint, Window
from merchants.models import Member, Merchant
from shopops.notifications.models import Delivery

TOLD = (Delivery.State.SENT, Delivery.State.READ)


def members_to_tell() -> models.QuerySet[Member]:
    """Owners and staff of every merchant that still trades or has orders to end: all but the closed ones."""
    return Member.objects.filter(user__is_active=True).exclude(merchant__state=Merchant.State.CLOSED).order_by("pk")


def public_windows() -> models.QuerySet[Window]:
    """Windows the public may know of: those that were announced, whatever became of them."""
    return Window.objects.filter(announced_at__isnull=False).prefetch_related("impacts")


def going_on(now: dt.datetime) -> models.QuerySet[Window]:
    """Windows whose promised time is now. By time, not by state: it must be true also when no job runs."""
    return public_windows().filter(state__in=["announced", "in_progress"], starts_at__lte=now, ends_at__gt=now)


def ahead(now: dt.datetime, within: dt.timedelta | None = None) -> models.QuerySet[Window]:
    """Announced windows that have not begun, soonest first; `within` bounds how far ahead."""
    found = public_windows().filter(state=Window.State.ANNOUNCED, starts_at__gt=now).order_by("starts_at", "id")
    return found.filter(starts_at__lte=now + within) if within is not None else found


def verifying(now: dt.datetime) -> models.QuerySet[Window]:
    """Windows whose promised end has passed but that nobody has completed yet."""
    return public_windows().filter(state__in=["announced", "in_progress", "verifying"], ends_at__lte=now)


def open_incidents(now: dt.datetime) -> models.QuerySet[Incident]:
    """Incidents that last."""
    return Incident.objects.filter(models.Q(ended_at__isnull=True) | models.Q(ended_at__gt=now), started_at__lte=now)


@dataclass(frozen=True)
class Coverage:
    """How many merchants were told of the present times of a window, of how many that have somebody to tell.

    Merchants without people count in neither: see `without_people`. Without merchants to tell there is no ratio.
    """

    told: int
    merchants: int

    @property
    def ratio(self) -> float | None:
        return self.told / self.merchants if self.merchants else None


def coverage(window: Window, *, channel: str = "") -> Coverage:
    """Count the merchants of whom at least one person was told, by one channel or by any."""
    told = with_people().filter(pk__in=_told(window, channel))
    return Coverage(told=told.count(), merchants=with_people().count())


def not_told(window: Window) -> models.QuerySet[Merchant]:
    """Merchants with people of whom nobody was told of the present times: not yet, or the notices failed."""
    return with_people().exclude(pk__in=_told(window)).order_by("shop_name", "id")


def with_people() -> models.QuerySet[Merchant]:
    """Merchants that have somebody to tell."""
    return Merchant.objects.filter(pk__in=members_to_tell().values("merchant_id"))


def without_people() -> models.QuerySet[Merchant]:
    """Merchants that no notice can reach: not closed, but without anybody who may sign in (imported ones, often)."""
    return (
        Merchant.objects.exclude(state=Merchant.State.CLOSED)
        .exclude(pk__in=members_to_tell().values("merchant_id"))
        .order_by("shop_name", "id")
    )


def _told(window: Window, channel: str = "") -> "models.QuerySet[Member, int]":
    """Ids of the merchants of whom somebody was told of the present times, by one channel or by any."""
    points = window.notice_points.filter(revision=window.times_revision, message__isnull=False)
    told = Delivery.objects.filter(message_id__in=points.values("message_id"), state__in=TOLD)
    if channel:
        told = told.filter(channel=channel)
    return Member.objects.filter(user_id__in=told.values("recipient_id")).values_list("merchant_id", flat=True)


def news_points() -> models.QuerySet[NoticePoint]:
    """Notices that went out and are news to the public: not the reminders."""
    return (
        NoticePoint.objects.filter(state=NoticePoint.State.SENT)
        .exclude(kind=NoticePoint.Kind.REMINDER)
        .select_related("window", "message")
        .order_by("-sent_at", "-id")
    )
