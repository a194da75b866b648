"""Evaluating metrics: one SQL statement per counter table, for all merchants at once, for now or for any date."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import connection
from django.utils import timezone

from shopops.metrics.registry import CounterTable, Metric, counter_tables, metrics


@dataclass(frozen=True)
class Value:
    """A metric of one merchant: numerator and denominator counts, and their ratio (None without a denominator)."""

    numerator: int
    denominator: int

    @property
    def ratio(self) -> float | None:
        return self.numerator / self.denominator if self.denominator else None


NOTHING = Value(0, 0)

#: merchant id → metric code → value
Table = dict[int, dict[str, Value]]


def marketplace_day(moment: dt.datetime) -> dt.date:
    """Return the marketplace's day in which a moment lies."""
    return moment.astimezone(timezone.get_default_timezone()).date()


def evaluate(codes: Iterable[str], *, as_of: dt.datetime, merchant_ids: Iterable[int] | None = None) -> Table:
    """Return the named metrics for the given merchants (default: all that have counters).

    Windows are whole marketplace days that end before the day of `as_of`. The window counters answer when they stand at
    that day; any other date is summed from the day counters.
    """
    by_table: dict[str, list[Metric]] = defaultdict(list)
    for code in codes:
        by_table[metrics.get(code).table].append(metrics.get(code))
    ids = None if merchant_ids is None else list(merchant_ids)
    result: Table = defaultdict(dict)
    for table_code, wanted in by_table.items():
        table = counter_tables.get(table_code)
        day = marketplace_day(as_of)
        rows = _rows(table, wanted, day, ids)
        for merchant_id, *sums in rows:
            for index, metric in enumerate(wanted):
                result[merchant_id][metric.code] = Value(int(sums[2 * index] or 0), int(sums[2 * index + 1] or 0))
    return dict(result)


def evaluate_one(merchant_id: int, codes: Iterable[str], *, as_of: dt.datetime) -> dict[str, Value]:
    """Return the named metrics of one merchant; without counters every value is 0 of 0."""
    wanted = list(codes)
    found = evaluate(wanted, as_of=as_of, merchant_ids=[merchant_id]).get(merchant_id, {})
    return {code: found.get(code, NOTHING) for code in wanted}


def _rows(table: CounterTable, wanted: list[Metric], day: dt.date, ids: list[int] | None) -> list[tuple[int, ...]]:
    """Read the window row, or sum the days when the windows do not stand at `day`.

    A slide moves all window rows in one transaction, so one statement sees all of them at `day` or none; asking first
    where they stand would leave a gap in which they can move. Names come from the registry, never from input.
    """
    where, params = ("AND merchant_id = ANY(%s)", [ids]) if ids is not None else ("", [])
    with connection.cursor() as cursor:
        columns = ", ".join(f"{m.numerator}_{m.window}, {m.denominator}_{m.window}" for m in wanted)
        cursor.execute(
            f"SELECT merchant_id, {columns} FROM {table.window_table} WHERE as_of = %s {where}",  # noqa: S608
            [day, *params],
        )
        if rows := cursor.fetchall():
            return rows
        columns = ", ".join(
            f"sum({column}) FILTER (WHERE day >= %s)" for m in wanted for column in (m.numerator, m.denominator)
        )
        starts = [day - dt.timedelta(days=m.window) for m in wanted for _ in range(2)]
        cursor.execute(
            f"SELECT merchant_id, {columns} FROM {table.day_table} "  # noqa: S608
            f"WHERE day >= %s AND day < %s {where} GROUP BY merchant_id",
            [*starts, min(starts), day, *params],
        )
        return cursor.fetchall()
