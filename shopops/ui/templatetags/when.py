"""Filters and the tag that say dates, times, durations, amounts of money and numbers; see shopops.ui.formats."""

import datetime as dt
from collections.abc import Callable
from decimal import Decimal

from django import template
from django.utils import timezone
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe

from shopops.ui import formats
from shopops.ui.binding import bind_html

register = template.Library()


@register.filter
def due(value: dt.date | dt.datetime | None, mode: str = "auto") -> str:
    """A deadline; `due:"year"` always says the year."""
    return formats.due(value or None, year="always" if mode == "year" else "auto")


@register.filter
def at(value: dt.datetime | None, mode: str = "auto") -> str:
    """A moment without weekday, for tables; `at:"year"` always says the year."""
    return formats.at(value or None, year="always" if mode == "year" else "auto")


@register.filter
def day(value: dt.date | dt.datetime | None, mode: str = "auto") -> str:
    """A date; `day:"weekday"`, `day:"year"`, `day:"full"` (both)."""
    return formats.day(
        value or None, weekday=mode in {"weekday", "full"}, year="always" if mode in {"year", "full"} else "auto"
    )


@register.filter
def hour(value: dt.datetime | None) -> str:
    """The time of day."""
    return formats.hour(value or None)


@register.filter
def span(start: dt.date | dt.datetime | None, end: dt.date | dt.datetime | None) -> str:
    """A range of moments or dates."""
    return formats.span(start or None, end or None)


@register.filter
def left(value: dt.datetime | dt.timedelta | None) -> str:
    """What remains, or by how much it is overdue."""
    return formats.left(None if value == "" else value)


@register.filter
def duration(value: dt.timedelta | formats.Number | None) -> str:
    """A length of time."""
    return formats.duration(None if value == "" else value)


@register.filter
def money(value: int | Decimal | None, currency: str) -> str:
    """An amount in a currency: an int counts minor units."""
    return formats.money(None if value == "" else value, currency)


@register.filter
def percent(value: formats.Number | None, decimals: int | None = None) -> str:
    """A ratio as a percentage."""
    return formats.percent(None if value == "" else value, decimals=decimals)


@register.filter
def num(value: formats.Number | None, decimals: int | None = None) -> str:
    """A number with grouped thousands."""
    return formats.num(None if value == "" else value, decimals=decimals)


@register.filter
def signed(value: formats.Number | None, decimals: int | None = None) -> str:
    """A change with its sign."""
    return formats.signed(None if value == "" else value, decimals=decimals)


@register.filter(needs_autoescape=True)
def nobreak(value: str, autoescape: bool = True) -> SafeString:
    """Text in which digits stay with their units; dates and ranges do not break."""
    escaped = conditional_escape(value) if autoescape else str(value)
    return mark_safe(bind_html(escaped))  # noqa: S308 (escaped above; only spaces and joiners were added)


_STYLES: dict[str, Callable[[dt.datetime], str]] = {
    "due": formats.due,
    "at": formats.at,
    "day": formats.day,
    "hour": formats.hour,
    "full": lambda value: formats.due(value, year="always"),
}


@register.simple_tag
def when(value: dt.date | dt.datetime | None, style: str = "due") -> str:
    """A `<time>` element that a line does not break inside; styles due, at, day, hour, full (due with the year)."""
    if not value:
        return formats.NOTHING
    machine = timezone.localtime(value) if isinstance(value, dt.datetime) else value
    said = _STYLES[style](value)  # type: ignore[arg-type]
    return format_html('<time datetime="{}">{}</time>', machine.isoformat(), said)
