# ruff: noqa: S608 - all names come from the constants below
"""What counts: the one definition of how a fact contributes to the counters, as SQL that everything else is built from.

A row contributes to days: each *stream* of an order has a day of its own, so that a window of whole days is exact for
any date without looking at the clock. The triggers add the contributions of new rows and subtract those of old ones;
the recount adds up the contributions of all rows.

stream    its day                      measures
placed    placed + SETTLING_DAYS       orders, cancelled (by the merchant or nobody knows), gmv (minor units)
due       ship_by                      due (not cancelled before it), late (not shipped by it)
promised  promised_at                  promised (not cancelled before it), delivered_late (not delivered by it)
review    written                      reviews, rating_sum, low_reviews (up to LOW_RATING stars)

An order that is never shipped is late on its own due day; when the day lies behind a window's end, its time has passed.
Excluded rows contribute nothing. Lateness that is excused gets a column of the order and a condition in `late`, here.
"""

from collections.abc import Iterable

from shopops.metrics.registry import WINDOWS

#: An order counts in the placed stream this many days after its day, when most early cancellations are known.
SETTLING_DAYS = 3
#: Who ended an order, when that counts against the merchant.
ACCOUNTABLE = ("merchant", "unknown")
#: Ratings up to this are low.
LOW_RATING = 2

ORDER_MEASURES = ("orders", "cancelled", "gmv", "due", "late", "promised", "delivered_late")
REVIEW_MEASURES = ("reviews", "rating_sum", "low_reviews")
MEASURES = ORDER_MEASURES + REVIEW_MEASURES
#: Measures that need 64 bits.
WIDE = frozenset({"gmv"})

DAY_TABLE = "orders_daycounter"
WINDOW_TABLE = "orders_windowcounter"
CLOCK_TABLE = "orders_counterclock"

#: `f` is the fact; a stream whose day is null contributes nothing.
ORDER_CONTRIBUTIONS = f"""
CROSS JOIN LATERAL (VALUES
    (shopops_day(f.placed_at) + {SETTLING_DAYS},
     1, (f.cancelled_by IN ({", ".join(f"'{who}'" for who in ACCOUNTABLE)}))::int, f.amount, 0, 0, 0, 0),
    (CASE WHEN f.cancelled_at IS NULL OR f.cancelled_at >= f.ship_by THEN shopops_day(f.ship_by) END,
     0, 0, 0, 1, (f.shipped_at IS NULL OR f.shipped_at > f.ship_by)::int, 0, 0),
    (CASE WHEN f.cancelled_at IS NULL OR f.cancelled_at >= f.promised_at THEN shopops_day(f.promised_at) END,
     0, 0, 0, 0, 0, 1, (f.delivered_at IS NULL OR f.delivered_at > f.promised_at)::int)
) AS c (day, {", ".join(ORDER_MEASURES)})
WHERE NOT f.is_excluded AND c.day IS NOT NULL"""

REVIEW_CONTRIBUTIONS = f"""
CROSS JOIN LATERAL (VALUES
    (shopops_day(f.created_at), 1, f.rating::int, (f.rating <= {LOW_RATING})::int)
) AS c (day, {", ".join(REVIEW_MEASURES)})
WHERE NOT f.is_excluded"""


def columns(template: str, measures: Iterable[str], separator: str = ", ") -> str:
    """Write `template` once per measure, with {m} for its name and {type} for its SQL type."""
    return separator.join(template.format(m=m, type="bigint" if m in WIDE else "int") for m in measures)


def window_columns(template: str, measures: Iterable[str], separator: str = ", ") -> str:
    """Write `template` once per measure and window: {m}, {w} (days), {c} (its column) and {type}."""
    return separator.join(
        template.format(m=m, w=w, c=f"{m}_{w}", type="bigint" if m in WIDE else "int")
        for m in measures
        for w in WINDOWS
    )


def contributions(relation: str, fact: str, measures: tuple[str, ...], sign: str = "") -> str:
    """A SELECT of (merchant_id, day, measures) per contribution of every row of `relation`, perhaps with a minus."""
    listed = columns(f"{sign}c.{{m}} AS {{m}}", measures)
    return f"SELECT f.merchant_id, c.day, {listed} FROM {relation} AS f {fact}"


# Trigger functions: `old_rows` and `new_rows` are the transition tables of the statement.

_LOCKS = f"""
-- A slide or a recount holds the table alone, moves `stand` and reads the days: wait for it before reading either.
LOCK TABLE {WINDOW_TABLE} IN ROW EXCLUSIVE MODE;
SELECT as_of INTO stand FROM {CLOCK_TABLE};
IF stand IS NULL THEN
    INSERT INTO {CLOCK_TABLE} (id, as_of) VALUES (1, shopops_day(now())) ON CONFLICT (id) DO NOTHING;
    SELECT as_of INTO stand FROM {CLOCK_TABLE};
END IF;
-- Make or lock the window row of every merchant touched, in one order, before any of their days: writers of the same
-- merchants queue here and cannot meet crosswise on two days.
INSERT INTO {WINDOW_TABLE} (merchant_id, as_of)
SELECT touched.merchant_id, stand FROM ({{touched}}) AS touched ORDER BY touched.merchant_id
ON CONFLICT (merchant_id) DO UPDATE SET as_of = excluded.as_of WHERE false;"""

# Upserts throughout, no joins: a plan made for one row is as good for a million, and functions keep their plans.
_APPLY = """
WITH delta AS MATERIALIZED (
    SELECT merchant_id, day, {sums} FROM ({rows}) AS rows GROUP BY merchant_id, day HAVING {changed}
), days AS (
    INSERT INTO {day_table} AS d (merchant_id, day, {names})
    SELECT merchant_id, day, {names} FROM delta ORDER BY merchant_id, day
    ON CONFLICT (merchant_id, day) DO UPDATE SET {add_days}
)
INSERT INTO {window_table} AS w (merchant_id, as_of, {window_names})
SELECT merchant_id, stand, {window_sums} FROM delta
WHERE day >= stand - {longest} AND day < stand GROUP BY merchant_id ORDER BY merchant_id
ON CONFLICT (merchant_id) DO UPDATE SET {add_windows};
RETURN NULL;"""


def trigger_function(fact: str, measures: tuple[str, ...], *, old: bool, new: bool) -> str:
    """The body that adds the contributions of `new_rows` and takes away those of `old_rows`."""
    tables = [name for name, is_there in (("new_rows", new), ("old_rows", old)) if is_there]
    signs = {"new_rows": "", "old_rows": "-"}
    nothing = f"IF NOT EXISTS (SELECT FROM {tables[0]}) THEN RETURN NULL; END IF;"
    touched = f"SELECT DISTINCT merchant_id FROM {tables[0]}"
    if old and new:
        touched = "SELECT merchant_id FROM new_rows UNION SELECT merchant_id FROM old_rows"
    apply = _APPLY.format(
        day_table=DAY_TABLE,
        window_table=WINDOW_TABLE,
        longest=max(WINDOWS),
        rows=" UNION ALL ".join(contributions(table, fact, measures, signs[table]) for table in tables),
        sums=columns("sum({m})::{type} AS {m}", measures),
        changed=columns("sum({m}) <> 0", measures, " OR "),
        names=", ".join(measures),
        add_days=columns("{m} = d.{m} + excluded.{m}", measures),
        window_names=window_columns("{c}", measures),
        add_windows=window_columns("{c} = w.{c} + excluded.{c}", measures),
        window_sums=window_columns("coalesce(sum({m}) FILTER (WHERE day >= stand - {w}), 0)::{type} AS {c}", measures),
    )
    return nothing + _LOCKS.format(touched=touched) + apply


# The recount and the slide.

#: Every day of every merchant, summed from all facts.
DAYS_FROM_FACTS = f"""
SELECT merchant_id, day, {columns("sum({m})::{type} AS {m}", MEASURES)} FROM (
    SELECT merchant_id, day, {columns("{m}", ORDER_MEASURES)}, {columns("0 AS {m}", REVIEW_MEASURES)}
    FROM ({contributions("orders_order", ORDER_CONTRIBUTIONS, ORDER_MEASURES)}) AS o
    UNION ALL
    SELECT merchant_id, day, {columns("0 AS {m}", ORDER_MEASURES)}, {columns("{m}", REVIEW_MEASURES)}
    FROM ({contributions("orders_review", REVIEW_CONTRIBUTIONS, REVIEW_MEASURES)}) AS r
) AS contributions GROUP BY merchant_id, day"""

_NO_DAYS = f"UNION ALL SELECT merchant_id, NULL, {columns('0', MEASURES)} FROM {WINDOW_TABLE}"
_DAYS = f"SELECT merchant_id, day, {', '.join(MEASURES)} FROM {DAY_TABLE}"

#: Every merchant's windows before the day %(new)s, summed from the day counters; 0 for those without any.
WINDOWS_FROM_DAYS = f"""
SELECT merchant_id, {
    window_columns("coalesce(sum({m}) FILTER (WHERE day >= %(new)s::date - {w}), 0)::{type} AS {c}", MEASURES)
}
FROM ({_DAYS} WHERE day >= %(new)s::date - {max(WINDOWS)} AND day < %(new)s {_NO_DAYS}) AS days GROUP BY merchant_id"""

#: What changes when the windows move on from %(old)s to %(new)s: days that enter count +, days that leave −.
WINDOWS_MOVED = f"""
SELECT merchant_id, {
    window_columns(
        "coalesce(sum({m}) FILTER (WHERE day >= %(new)s::date - {w} AND day < %(new)s), 0)::{type}"
        " - coalesce(sum({m}) FILTER (WHERE day >= %(old)s::date - {w} AND day < %(old)s), 0)::{type} AS {c}",
        MEASURES,
    )
}
FROM ({_DAYS} WHERE (day >= %(old)s AND day < %(new)s){
    "".join(f" OR (day >= %(old)s::date - {w} AND day < %(new)s::date - {w})" for w in WINDOWS)
} {_NO_DAYS}) AS days GROUP BY merchant_id"""

#: Windows set to what a SELECT says, or changed by it.
SET_WINDOWS = f"""
INSERT INTO {WINDOW_TABLE} AS w (merchant_id, {window_columns("{c}", MEASURES)}, as_of)
SELECT s.*, %(new)s::date FROM ({{select}}) AS s
ON CONFLICT (merchant_id) DO UPDATE SET as_of = excluded.as_of, {{assignments}}"""
WINDOWS_ARE = window_columns("{c} = excluded.{c}", MEASURES)
WINDOWS_CHANGE_BY = window_columns("{c} = w.{c} + excluded.{c}", MEASURES)
