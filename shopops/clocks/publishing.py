"""Publishing calendars: the document, and its open stretches for SQL."""

import datetime as dt
from functools import lru_cache
from itertools import takewhile

from django.db import connection, transaction
from django.utils import timezone

from shopops.clocks.models import WorkingCalendar
from shopops.clocks.pure import FOREVER, UTC, Calendar
from shopops.clocks.stored import from_json, to_json

#: SQL knows calendars from the beginning of this year …
FIRST_YEAR = 2015
#: … to so many years from now.
YEARS_AHEAD = 5
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=UTC)


@transaction.atomic
def publish_calendar(code: str, calendar: Calendar, *, note: str = "") -> WorkingCalendar:
    """Make `calendar` the one that counts under `code`, in Python and in SQL. The same one again changes nothing.

    Raises ValueError for a calendar without working time.
    """
    document, digest = to_json(calendar)
    covers_from, covers_to = _span(calendar)
    values = {"document": document, "content_hash": digest, "note": note, "covers_from": covers_from}
    row, is_new = WorkingCalendar.objects.select_for_update().get_or_create(
        code=code, defaults={**values, "covers_to": covers_to, "published_at": timezone.now()}
    )
    if not is_new and row.content_hash == digest and row.covers_from == covers_from and row.covers_to >= covers_to:
        return row
    if row.content_hash != digest:
        row.published_at = timezone.now()
    for name, value in values.items():
        setattr(row, name, value)
    row.covers_to = max(covers_to, row.covers_to) if row.content_hash == digest else covers_to
    row.save()
    _write_stretches(row.pk, calendar, row.covers_from, row.covers_to)
    return row


def extend_calendars(now: dt.datetime | None = None) -> int:
    """Compute the open stretches of every calendar as far ahead as they should reach; returns how many were short."""
    extended = 0
    for row in WorkingCalendar.objects.all():
        calendar = from_json(row.document)
        if row.covers_to < _span(calendar, now)[1]:
            with transaction.atomic():
                locked = WorkingCalendar.objects.select_for_update().get(pk=row.pk)
                calendar = from_json(locked.document)
                locked.covers_to = _span(calendar, now)[1]
                locked.save(update_fields=["covers_to"])
                _write_stretches(locked.pk, calendar, locked.covers_from, locked.covers_to)
            extended += 1
    return extended


def _span(calendar: Calendar, now: dt.datetime | None = None) -> tuple[dt.datetime, dt.datetime]:
    if calendar.is_always_open:
        return _EPOCH, FOREVER
    year = (now or timezone.now()).year + YEARS_AHEAD
    return dt.datetime(FIRST_YEAR, 1, 1, tzinfo=UTC), dt.datetime(year + 1, 1, 1, tzinfo=UTC)


def _write_stretches(pk: int, calendar: Calendar, begin: dt.datetime, end: dt.datetime) -> None:
    starts, ends, befores = _stretches(calendar, begin, end)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM clocks_openstretch WHERE calendar_id = %s", [pk])
        cursor.execute(
            'INSERT INTO clocks_openstretch (calendar_id, start, "end", before) '
            "SELECT %s, * FROM unnest(%s::timestamptz[], %s::timestamptz[], %s::bigint[])",
            [pk, list(starts), list(ends), list(befores)],
        )


@lru_cache(maxsize=8)
def _stretches(
    calendar: Calendar, begin: dt.datetime, end: dt.datetime
) -> tuple[tuple[dt.datetime, ...], tuple[dt.datetime, ...], tuple[int, ...]]:
    """Return starts, ends and the open microseconds before each start."""
    open_stretches = list(takewhile(lambda each: each.start < end, calendar.open_intervals(begin)))
    befores, total = [], 0
    for each in open_stretches:
        befores.append(total)
        total += each.length // dt.timedelta(microseconds=1)
    return tuple(each.start for each in open_stretches), tuple(each.end for each in open_stretches), tuple(befores)
