"""Clocks in querysets: the SQL form of shopops.clocks.pure, for lists and for "what is overdue?".

    tickets.annotate(due_at=deadline(start=F("opened_at"), seconds=F("sla_seconds"), feature="messages"))
    tickets.filter(overdue(start=F("opened_at"), seconds=F("sla_seconds"), now=now))
    tickets.filter(opened_at__lte=cutoff(now=now, seconds=4 * 3600))   # one length for all: an index range

`start` is a moment, `seconds` a number or a duration, `calendar` a published calendar's code, `feature` whose pauses
count: one, several joined by commas, "" for none; each a value or an expression. The database raises an error when a
calendar does not exist or does not reach so far. `many=True` computes the calendar once for the whole statement: for
whole tables, from about a thousand rows on; calendar and feature are plain words then.
"""

import datetime as dt
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db.models import (
    BigIntegerField,
    BooleanField,
    DateTimeField,
    DecimalField,
    DurationField,
    Expression,
    Func,
    TextField,
)
from django.db.models import Value as V
from django.db.models.expressions import Combinable

Moment = dt.datetime | Combinable
Seconds = float | dt.timedelta | Combinable
Text = str | Combinable

#: As a query of its own a call with constants is computed once for a whole statement.
_ONCE = "(SELECT %(function)s(%(expressions)s))"
_MICROSECONDS: Any = ArrayField(BigIntegerField())


class _Seconds(Func):
    """Seconds as a number, from numbers and durations alike."""

    output_field = DecimalField()

    def as_sql(self, compiler: Any, connection: Any, **extra: Any) -> Any:  # type: ignore[override]
        is_duration = isinstance(self.source_expressions[0].output_field, DurationField)
        template = "extract(epoch FROM %(expressions)s)" if is_duration else "(%(expressions)s)::numeric"
        return super().as_sql(compiler, connection, template=template, **extra)


def deadline(
    *, start: Moment, seconds: Seconds, calendar: Text = "default", feature: Text = "", many: bool = False
) -> Expression:
    """When `seconds` of running time after `start` are used up."""
    return _over("clocks_deadline", DateTimeField(), (_at(start), _seconds(seconds)), calendar, feature, many)


def elapsed(
    *, start: Moment, now: Moment, calendar: Text = "default", feature: Text = "", many: bool = False
) -> Expression:
    """The running time between two moments, a duration."""
    return _over("clocks_elapsed", DurationField(), (_at(start), _at(now)), calendar, feature, many)


def remaining(
    *,
    start: Moment,
    seconds: Seconds,
    now: Moment,
    calendar: Text = "default",
    feature: Text = "",
    many: bool = False,
) -> Expression:
    """The running time left, a duration; negative once the deadline is missed."""
    return _over(
        "clocks_remaining", DurationField(), (_at(start), _seconds(seconds), _at(now)), calendar, feature, many
    )


def overdue(
    *,
    start: Moment,
    seconds: Seconds,
    now: Moment,
    calendar: Text = "default",
    feature: Text = "",
    many: bool = False,
) -> Expression:
    """Has the deadline come? For `filter()`; rows whose plain start + seconds is yet to come cost next to nothing."""
    return _over("clocks_overdue", BooleanField(), (_at(start), _seconds(seconds), _at(now)), calendar, feature, many)


def cutoff(*, now: Moment, seconds: Seconds, calendar: Text = "default", feature: Text = "") -> Expression:
    """The latest start that is overdue at `now`. When one length holds for a whole list, `start <= cutoff` says the
    same as overdue() with one computation and an index."""
    arguments = (_at(now), _seconds(seconds), _text(calendar), _text(feature))
    return _call("clocks_cutoff", DateTimeField(), *arguments, template=_ONCE)


def _over(
    function: str, output_field: Any, arguments: tuple[Any, ...], calendar: Text, feature: Text, many: bool
) -> Expression:
    if not many:
        return _call(function, output_field, *arguments, _text(calendar), _text(feature))
    if not (isinstance(calendar, str) and isinstance(feature, str)):
        raise ValueError("With many=True the calendar and the feature are plain words, the same for all rows.")
    timeline = [
        _call("clocks_timeline", _MICROSECONDS, V(calendar), V(feature), V(wants), template=_ONCE)
        for wants in (True, False)
    ]
    return _call(f"{function}_on", output_field, *arguments, *timeline)


def _call(function: str, output_field: Any, *arguments: Any, **extra: Any) -> Expression:
    return Func(*arguments, function=function, output_field=output_field, **extra)


def _at(moment: Any) -> Any:
    return V(moment, DateTimeField()) if isinstance(moment, dt.datetime) else moment


def _seconds(seconds: Any) -> Any:
    if isinstance(seconds, dt.timedelta):
        seconds = V(seconds, DurationField())
    return _Seconds(V(seconds) if isinstance(seconds, int | float) else seconds)


def _text(value: Any) -> Any:
    return V(value, TextField()) if isinstance(value, str) else value
