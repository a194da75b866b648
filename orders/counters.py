# ruff: noqa: S608 - all names come from the constants of counter_sql
"""Keeping the counters: moving the windows day by day, counting anew from the facts.

The triggers (`triggers`, `counter_sql`) keep the counters in step with every change of the facts. What remains is time:
each day another day enters the windows and one leaves each. Both work here takes the window table for itself, so that a
change of a fact comes either wholly before or wholly after it; writers wait that long.

Writers of many facts in one transaction call `lock` first, or they may meet another such writer crosswise and one of
the two is told to try again (a deadlock, which PostgreSQL resolves).
"""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from django.db import connection, transaction

from orders import counter_sql as sql
from orders.models import CounterClock
from shopops.jobs.registry import Progress
from shopops.metrics.selectors import marketplace_day

#: Further than this, and backwards, the windows are summed anew from the day counters instead of moved.
FAR = 7
#: Memory for each sort or hash of a recount.
RECOUNT_MEMORY = "128MB"


@dataclass(frozen=True)
class Slide:
    """What a slide did: the days moved (negative = back), merchants that have counters."""

    days: int
    merchants: int


@dataclass(frozen=True)
class Difference:
    """How many stored rows a recount found wrong and put right: (merchant, day) cells and merchants' windows."""

    days: int
    windows: int

    def __bool__(self) -> bool:
        return bool(self.days or self.windows)


def lock(merchant_ids: Collection[int]) -> None:
    """Make writers of these merchants' facts wait until this transaction ends; for who writes many facts in one."""
    with connection.cursor() as cursor:
        _start_clock()
        cursor.execute(
            f"INSERT INTO {sql.WINDOW_TABLE} (merchant_id, as_of) "
            f"SELECT id, (SELECT as_of FROM {sql.CLOCK_TABLE}) FROM unnest(%s::bigint[]) AS id ORDER BY id "
            "ON CONFLICT (merchant_id) DO UPDATE SET as_of = excluded.as_of WHERE false",
            [sorted(set(merchant_ids))],
        )


def stand() -> dt.date | None:
    """The day at which the windows stand: the first that is not counted. None before the first fact and slide."""
    return CounterClock.objects.values_list("as_of", flat=True).first()


@transaction.atomic
def slide(to_day: dt.date) -> Slide:
    """Move every merchant's windows so that they end before `to_day`; forwards, backwards, any distance; repeatable."""
    with connection.cursor() as cursor:
        old = _take_windows()
        days = (to_day - old).days
        if 0 < days <= FAR:
            _move(old, to_day)
        elif days:
            _rebuild(to_day)
        CounterClock.objects.update(as_of=to_day)
        cursor.execute(f"SELECT count(*) FROM {sql.WINDOW_TABLE}")
        return Slide(days=days, merchants=cursor.fetchone()[0])


@transaction.atomic
def recount() -> Difference:
    """Count everything anew from the facts, repair what is stored, and say how many rows were wrong.

    Rows that hold only zeros and rows that are missing are the same.
    """
    day = _take_windows()
    with connection.cursor() as cursor:
        # It sorts and hashes all days of all merchants, once; the default is made for many small queries.
        cursor.execute(f"SET LOCAL work_mem = '{RECOUNT_MEMORY}'")
        # After a great import the planner may still believe that the tables are empty.
        cursor.execute(f"ANALYZE {sql.DAY_TABLE}, {sql.WINDOW_TABLE}")
        cursor.execute(f"CREATE TEMP TABLE orders_truth ON COMMIT DROP AS {sql.DAYS_FROM_FACTS}")
        cursor.execute("ANALYZE orders_truth")
        days = _repair_days()
        cursor.execute("DROP TABLE orders_truth")
        cursor.execute(f"CREATE TEMP TABLE orders_truth ON COMMIT DROP AS {sql.WINDOWS_FROM_DAYS}", {"new": day})
        windows = _repair_windows(day)
        cursor.execute("DROP TABLE orders_truth")
    return Difference(days=days, windows=windows)


def update_counters(as_of: dt.datetime, progress: Progress) -> dict[str, object]:
    """The job: bring the windows to the marketplace day of `as_of`."""
    day = marketplace_day(as_of)
    done = slide(day)
    progress(done.merchants, done.merchants)
    return {"day": day.isoformat(), "merchants": done.merchants, "days_moved": done.days}


def recount_counters(as_of: dt.datetime, progress: Progress) -> dict[str, object]:
    """The job: bring the windows to the day of `as_of`, compare everything with the facts, repair differences."""
    result = update_counters(as_of, progress)
    wrong = recount()
    return {**result, "wrong_days": wrong.days, "wrong_windows": wrong.windows}


def _start_clock() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {sql.CLOCK_TABLE} (id, as_of) VALUES (1, shopops_day(now())) ON CONFLICT (id) DO NOTHING"
        )


def _take_windows() -> dt.date:
    """Hold the window table until this transaction ends, and return where the windows stand."""
    with connection.cursor() as cursor:
        cursor.execute(f"LOCK TABLE {sql.WINDOW_TABLE} IN SHARE ROW EXCLUSIVE MODE")
    _start_clock()
    day = stand()
    assert day is not None
    return day


def _move(old: dt.date, new: dt.date) -> None:
    """Add the days that enter each window and subtract those that leave it, in one statement."""
    with connection.cursor() as cursor:
        cursor.execute(
            sql.SET_WINDOWS.format(select=sql.WINDOWS_MOVED, assignments=sql.WINDOWS_CHANGE_BY),
            {"old": old, "new": new},
        )


def _rebuild(day: dt.date) -> None:
    """Sum every window anew from the day counters."""
    with connection.cursor() as cursor:
        cursor.execute(sql.SET_WINDOWS.format(select=sql.WINDOWS_FROM_DAYS, assignments=sql.WINDOWS_ARE), {"new": day})


def _repair_days() -> int:
    """Make the day counters equal `orders_truth`; returns how many cells were wrong. Cells of nothing but zeros go."""
    names = ", ".join(sql.MEASURES)
    stored = sql.columns("coalesce(d.{m}, 0)", sql.MEASURES)
    true = sql.columns("coalesce(t.{m}, 0)", sql.MEASURES)
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMP TABLE orders_repair ON COMMIT DROP AS "
            f"SELECT merchant_id, day, {sql.columns('t.{m}', sql.MEASURES)}, t.orders IS NULL AS is_gone, "
            f"({stored}) IS DISTINCT FROM ({true}) AS is_wrong "
            f"FROM {sql.DAY_TABLE} AS d FULL JOIN orders_truth AS t USING (merchant_id, day) "
            f"WHERE ({stored}) IS DISTINCT FROM ({true}) OR t.orders IS NULL"
        )
        cursor.execute("ANALYZE orders_repair")
        cursor.execute(
            f"DELETE FROM {sql.DAY_TABLE} AS d USING orders_repair AS r "
            "WHERE r.is_gone AND d.merchant_id = r.merchant_id AND d.day = r.day"
        )
        cursor.execute(
            f"INSERT INTO {sql.DAY_TABLE} AS d (merchant_id, day, {names}) "
            f"SELECT merchant_id, day, {names} FROM orders_repair WHERE NOT is_gone ORDER BY merchant_id, day "
            f"ON CONFLICT (merchant_id, day) DO UPDATE SET {sql.columns('{m} = excluded.{m}', sql.MEASURES)}"
        )
        cursor.execute("SELECT count(*) FROM orders_repair WHERE is_wrong")
        wrong: int = cursor.fetchone()[0]
        cursor.execute("DROP TABLE orders_repair")
    return wrong


def _repair_windows(day: dt.date) -> int:
    """Make the windows equal `orders_truth`, a row for every merchant; returns how many merchants' were wrong."""
    stored = sql.window_columns("coalesce(w.{c}, 0)", sql.MEASURES)
    true = sql.window_columns("coalesce(t.{c}, 0)", sql.MEASURES)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT count(*) FROM {sql.WINDOW_TABLE} AS w FULL JOIN orders_truth AS t USING (merchant_id) "
            f"WHERE ({stored}) IS DISTINCT FROM ({true}) OR w.as_of <> %s",
            [day],
        )
        wrong: int = cursor.fetchone()[0]
        cursor.execute(
            f"INSERT INTO {sql.WINDOW_TABLE} (merchant_id, as_of) "
            f"SELECT DISTINCT merchant_id, %s::date FROM {sql.DAY_TABLE} ON CONFLICT (merchant_id) DO NOTHING",
            [day],
        )
        if wrong:
            _rebuild(day)
    return wrong
