"""Windows as iCalendar (RFC 5545): a feed to subscribe to, and one window to add to a calendar."""

import datetime as dt
from collections.abc import Iterable
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from icalendar import Alarm, Calendar, Event

from maintenance.models import Kind
from maintenance.status.snapshot import CalendarEntry


def feed(entries: Iterable[CalendarEntry]) -> bytes:
    """All entries, in the active language."""
    return _calendar(entries)


def single(entry: CalendarEntry) -> bytes:
    """One window, with a reminder an hour before."""
    return _calendar([entry], alarm=dt.timedelta(hours=-1))


def _calendar(entries: Iterable[CalendarEntry], alarm: dt.timedelta | None = None) -> bytes:
    calendar = Calendar()
    calendar.add("prodid", "-//ShopOps//Maintenance//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    name = _("%(marketplace)s: planned maintenance") % {"marketplace": settings.MARKETPLACE_NAME}
    calendar.add("name", name)
    calendar.add("x-wr-calname", name)
    calendar.add("refresh-interval", dt.timedelta(hours=1), parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT1H")
    for entry in entries:
        calendar.add_component(_event(entry, alarm))
    return bytes(calendar.to_ical())


def _event(entry: CalendarEntry, alarm: dt.timedelta | None) -> Event:
    """Times are UTC, so every calendar shows them right whatever its zone and season."""
    event = Event()
    event.add("uid", f"maintenance-{entry.pk}@{urlsplit(settings.SITE_URL).hostname}")
    event.add("sequence", entry.sequence)
    event.add("status", "CANCELLED" if entry.is_cancelled else "CONFIRMED")
    event.add("dtstamp", entry.updated_at)
    event.add("last-modified", entry.updated_at)
    event.add("dtstart", entry.starts_at.astimezone(dt.UTC))
    event.add("dtend", entry.ends_at.astimezone(dt.UTC))
    event.add("summary", str(entry.title))
    event.add("description", str(entry.description))
    event.add("categories", [str(Kind(entry.kind).label)])
    event.add("url", settings.SITE_URL + reverse("status:page"))
    event.add("transp", "TRANSPARENT")
    if alarm is not None and not entry.is_cancelled:
        reminder = Alarm()
        reminder.add("action", "DISPLAY")
        reminder.add("description", str(entry.title))
        reminder.add("trigger", alarm)
        event.add_component(reminder)
    return event
