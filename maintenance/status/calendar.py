"""Windows as iCalendar (RFC 5545): a feed to subscribe to, and one window to add to a calendar."""

import datetime as dt
from collections.abc import Iterable
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from icalendar import Alarm, Calendar, Event

from maintenance import selectors, words
from maintenance.models import Audience, Impact, Window

#: How far back the feed goes: long enough that a subscriber sees a cancellation or a move.
BACK = dt.timedelta(days=60)


def feed(now: dt.datetime) -> bytes:
    """All announced windows from `BACK` ago on, cancelled ones too, so that calendars take them out."""
    return _calendar(selectors.public_windows().filter(ends_at__gt=now - BACK).order_by("starts_at", "id"))


def entry(window: Window) -> bytes:
    """One window, with a reminder an hour before."""
    return _calendar([window], alarm=dt.timedelta(hours=-1))


def _calendar(windows: Iterable[Window], alarm: dt.timedelta | None = None) -> bytes:
    calendar = Calendar()
    calendar.add("prodid", "-//ShopOps//Maintenance//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    name = _("%(marketplace)s: planned maintenance") % {"marketplace": settings.MARKETPLACE_NAME}
    calendar.add("name", name)
    calendar.add("x-wr-calname", name)
    calendar.add("refresh-interval", dt.timedelta(hours=1), parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT1H")
    for window in windows:
        calendar.add_component(_event(window, alarm))
    return bytes(calendar.to_ical())


def _event(window: Window, alarm: dt.timedelta | None) -> Event:
    """Times are UTC, so every calendar shows them right whatever its zone and season."""
    impacts = list(window.impacts.all())
    event = Event()
    event.add("uid", f"maintenance-{window.pk}@{urlsplit(settings.SITE_URL).hostname}")
    # A cancellation is a change as well: calendars take an entry over only with a higher number.
    is_cancelled = window.state == Window.State.CANCELLED
    event.add("sequence", window.times_revision - 1 + is_cancelled)
    event.add("status", "CANCELLED" if is_cancelled else "CONFIRMED")
    event.add("dtstamp", window.updated_at)
    event.add("last-modified", window.updated_at)
    event.add("dtstart", window.starts_at.astimezone(dt.UTC))
    event.add("dtend", window.ends_at.astimezone(dt.UTC))
    event.add("summary", window.title)
    event.add("description", _description(window, impacts))
    event.add("categories", [str(window.get_kind_display())])
    event.add("url", settings.SITE_URL + reverse("status:page"))
    event.add("transp", "TRANSPARENT")
    if alarm is not None and not is_cancelled:
        reminder = Alarm()
        reminder.add("action", "DISPLAY")
        reminder.add("description", window.title)
        reminder.add("trigger", alarm)
        event.add_component(reminder)
    return event


def _description(window: Window, impacts: list[Impact]) -> str:
    parts = [window.summary]
    for audience in Audience:
        if lines := words.impact_lines(impacts, audience):
            parts.append(f"{audience.label}\n{lines}")
    return "\n\n".join(part for part in parts if part)
