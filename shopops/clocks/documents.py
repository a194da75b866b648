"""Business calendars as documents: what a policy of the kind "calendar" holds, and the packs that ship."""

import datetime as dt
import tomllib
from itertools import pairwise
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec
from django.utils.translation import gettext_lazy as _
from msgspec import Meta

from shopops.clocks.pure import Calendar

PACKS = Path(__file__).resolve().parent / "packs"
#: A holiday of more days is a slip of the pen.
_LONGEST_HOLIDAY = dt.timedelta(days=60)

Weekday = Annotated[int, Meta(ge=0, le=6, description="0 = Monday … 6 = Sunday")]
_WEEKDAYS = {
    0: _("Monday"),
    1: _("Tuesday"),
    2: _("Wednesday"),
    3: _("Thursday"),
    4: _("Friday"),
    5: _("Saturday"),
    6: _("Sunday"),
}


def _about(label: object, help_text: object = "", **more: object) -> Meta:
    """What the console's form says of a field; see shopops.policies.kinds.about, which stands above this app."""
    return Meta(extra={"label": label, "help": help_text, **more})


class Hours(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Local opening and closing time. A closing time not after the opening time is on the next day; twice 00:00 is
    all day."""

    opens: Annotated[dt.time, _about(_("Opens"))]
    closes: Annotated[dt.time, _about(_("Closes"))]


class Holiday(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Days that do not count, from `first` to `last`, both included; its name in English and Chinese."""

    en: Annotated[str, _about(_("Name in English"))]
    zh: Annotated[str, _about(_("Name in Chinese"))]
    first: Annotated[dt.date, _about(_("First day"))]
    last: Annotated[dt.date, _about(_("Last day"))]

    def __post_init__(self) -> None:
        if not dt.timedelta() <= self.last - self.first <= _LONGEST_HOLIDAY:
            raise ValueError(f"{self.en}: the last day comes 0 to 60 days after the first.")

    @property
    def days(self) -> list[dt.date]:
        """Every day of it."""
        return [self.first + dt.timedelta(days=n) for n in range((self.last - self.first).days + 1)]


class CalendarDocument(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """When time counts: local `hours` on `weekdays` (0 = Monday), not on `holidays`, but on `make_up_days`.

    Raises ValueError when hours overlap, a zone is unknown, or a day is both holiday and make-up day.
    """

    zone: Annotated[str, _about(_("Time zone"), _("Such as Asia/Shanghai or Europe/Berlin."))]
    weekdays: Annotated[list[Weekday], _about(_("Working days"), choices=_WEEKDAYS)]
    hours: Annotated[
        list[Hours],
        _about(_("Hours"), _("A closing time not after the opening time is on the next day."), match=("opens",)),
    ]
    holidays: Annotated[list[Holiday], _about(_("Holidays"), _("Days that do not count."), match=("en", "first"))] = []
    make_up_days: Annotated[
        list[dt.date], _about(_("Make-up days"), _("Worked although the weekday is free; one date a line."))
    ] = []

    def __post_init__(self) -> None:
        _check_zone(self.zone)
        _check_hours(self.hours)
        if not self.weekdays and not self.make_up_days:
            raise ValueError("Give at least one weekday or make-up day: without any, no deadline ever comes.")
        if both := sorted(set(self.make_up_days) & {day for each in self.holidays for day in each.days}):
            raise ValueError(f"{both[0]} is a holiday and a make-up day: take it out of one.")

    def calendar(self) -> Calendar:
        """Return the calendar that the clocks compute with."""
        return Calendar(
            zone=self.zone,
            weekdays=frozenset(self.weekdays),
            hours=tuple((each.opens, each.closes) for each in self.hours),
            holidays=frozenset(day for each in self.holidays for day in each.days),
            make_up_days=frozenset(self.make_up_days),
        )


def load(path: Path) -> CalendarDocument:
    """Read a calendar from a TOML file; raises msgspec.ValidationError naming the field that does not fit."""
    return msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")), CalendarDocument)


def _check_zone(zone: str) -> None:
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(f"{zone!r} is no time zone: write one such as Asia/Shanghai or Europe/Berlin.") from None


def _check_hours(hours: list[Hours]) -> None:
    if not hours:
        raise ValueError("Give the hours of a day, 00:00 to 00:00 for all of it.")
    for one, other in pairwise(sorted(hours, key=lambda each: each.opens)):
        if one.closes <= one.opens or one.closes > other.opens:
            raise ValueError(f"The hours from {one.opens:%H:%M} and from {other.opens:%H:%M} overlap.")
