"""What the feeds say, as plain values of the snapshot: the news for RSS and the entries of the calendar."""

import datetime as dt

from maintenance import selectors, words
from maintenance.models import Audience, Incident, NoticePoint, Window
from maintenance.status.snapshot import CalendarEntry, News
from shopops.policies.kinds import Text

#: Entries in the news; readers poll often enough for that.
LENGTH = 50
#: How far back the calendar goes: long enough that a subscriber sees a cancellation or a move.
BACK = dt.timedelta(days=60)


def news() -> tuple[News, ...]:
    """The latest notices to the public and incidents, newest first."""
    found = [_notice(point) for point in selectors.news_points()[:LENGTH]]
    for incident in Incident.objects.all()[:LENGTH]:
        found.extend(_incident(incident))
    return tuple(sorted(found, key=lambda each: (each.at, each.guid), reverse=True)[:LENGTH])


def calendar_entries(now: dt.datetime) -> tuple[CalendarEntry, ...]:
    """All announced windows from `BACK` ago on, cancelled ones too, so that calendars take them out."""
    windows = selectors.public_windows().filter(ends_at__gt=now - BACK).order_by("starts_at", "id")
    return tuple(calendar_entry(window) for window in windows)


def calendar_entry(window: Window) -> CalendarEntry:
    """One window as a calendar shows it."""
    is_cancelled = window.state == Window.State.CANCELLED
    return CalendarEntry(
        pk=window.pk,
        title=Text(en=window.title_en, zh=window.title_zh),
        description=Text(**words.both(lambda: _description(window))),
        kind=window.kind,
        starts_at=window.starts_at,
        ends_at=window.ends_at,
        updated_at=window.updated_at,
        # A cancellation is a change as well: calendars take an entry over only with a higher number.
        sequence=window.times_revision - 1 + is_cancelled,
        is_cancelled=is_cancelled,
    )


def _notice(point: NoticePoint) -> News:
    window = point.window
    assert point.sent_at is not None  # news_points are sent
    start, end = window.starts_at, window.ends_at
    if point.message is not None:
        # The times as they were told then; a later change is an item of its own.
        start, end = (dt.datetime.fromisoformat(point.message.context[name]) for name in ("starts_at", "ends_at"))
    return News(
        at=point.sent_at,
        guid=point.key,
        kind=point.kind,
        title=Text(en=window.title_en, zh=window.title_zh),
        text=Text(en=window.summary_en, zh=window.summary_zh),
        span=(start, end),
    )


def _incident(incident: Incident) -> list[News]:
    guid = f"maintenance.incident:{incident.pk}"
    title = Text(en=incident.title_en, zh=incident.title_zh)
    text = Text(en=incident.text_en, zh=incident.text_zh)
    found = [News(incident.started_at, guid, incident.severity, title, text, service=incident.service)]
    if incident.ended_at:
        found.append(News(incident.ended_at, f"{guid}:solved", "solved", title, text, service=incident.service))
    return found


def _description(window: Window) -> str:
    impacts = list(window.impacts.all())
    parts = [window.summary]
    for audience in Audience:
        if lines := words.impact_lines(impacts, audience):
            parts.append(f"{audience.label}\n{lines}")
    return "\n\n".join(part for part in parts if part)
