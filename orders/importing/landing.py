# ruff: noqa: S608 - names are those of our own tables and of the fields in `schema.FIELDS`
"""Staged facts into our tables, chunk by chunk, each chunk in a transaction of its own."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from django.db import connection, transaction
from django.db.utils import OperationalError

from orders import counters
from orders.importing import upserts
from orders.importing.rejects import Reason
from orders.importing.schema import Mapping
from orders.importing.staging import Staged, execute, reject_facts

#: Orders per transaction: about half a second of work, so a kill loses little and nobody waits long for a lock.
CHUNK = 5_000
#: Two writers that met crosswise: PostgreSQL ended one of them, which tries again.
ATTEMPTS = 5
_CROSSWISE = ("40P01", "40001")
CHILDREN = ("line", "shipment", "review")
#: What makes a staged child unique.
_CHILD_KEYS = {
    "line": 'merchant, "order", number',
    "shipment": "merchant, external_id",
    "review": "merchant, external_id",
}

#: External ids of merchant and order.
Key = tuple[str, str]


@dataclass(frozen=True)
class Chunk:
    """Orders by key: all after `after` up to `last`."""

    after: Key
    last: Key
    size: int


def check(staged: dict[str, Staged]) -> None:
    """Reject orders of unknown merchants, facts of unknown orders, and facts that come twice; list what will land."""
    # Merchants may just have come, orders a minute ago: without fresh statistics the joins below are planned for a few.
    execute("ANALYZE merchants_merchant, orders_order")
    known = "EXISTS (SELECT FROM merchants_merchant AS m WHERE m.external_id = t.merchant)"
    reject_facts(staged["order"], "merchant", f"NOT {known}", Reason.UNKNOWN_MERCHANT, "t.merchant")
    execute("CREATE UNIQUE INDEX ON staged_order (merchant, external_id)")
    execute("ANALYZE staged_order")
    for name in CHILDREN:
        if name in staged:
            _check_children(staged[name])
    keys = ["SELECT merchant, external_id AS number FROM staged_order"]
    keys += [f'SELECT merchant, "order" FROM staged_{name}' for name in CHILDREN if name in staged]
    execute(
        "CREATE TEMP TABLE staged_unit AS SELECT k.merchant, k.number, m.id AS merchant_id, NULL::bigint AS order_id "
        f"FROM ({' UNION '.join(keys)}) AS k JOIN merchants_merchant AS m ON m.external_id = k.merchant"
    )
    execute("CREATE UNIQUE INDEX ON staged_unit (merchant, number)")
    execute("ANALYZE staged_unit")


def _check_children(staged: Staged) -> None:
    here = 'EXISTS (SELECT FROM staged_order AS o WHERE o.merchant = t.merchant AND o.external_id = t."order")'
    landed = (
        "EXISTS (SELECT FROM orders_order AS o JOIN merchants_merchant AS m ON m.id = o.merchant_id "
        'WHERE m.external_id = t.merchant AND o.external_id = t."order")'
    )
    reject_facts(staged, "order", f"NOT {here} AND NOT {landed}", Reason.UNKNOWN_ORDER, 't."order"')
    numbered = f'row_number() OVER (PARTITION BY {_CHILD_KEYS[staged.name]} ORDER BY "line#")'
    twice = f"SELECT ctid FROM (SELECT ctid, {numbered} AS n FROM staged_{staged.name}) AS numbered WHERE n > 1"
    reject_facts(staged, "external_id", f"t.ctid IN ({twice})", Reason.DUPLICATE, 't."order"')
    execute(f'CREATE INDEX ON staged_{staged.name} (merchant, "order")')
    execute(f"ANALYZE staged_{staged.name}")


def count_units(after: Key | None = None) -> int:
    """How many orders are to land, after a position."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM staged_unit WHERE (merchant, number) > (%s, %s)", after or ("", ""))
        return int(cursor.fetchone()[0])


def next_chunk(after: Key | None) -> Chunk | None:
    """The next orders to land; None when all have."""
    start = after or ("", "")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT merchant, number FROM staged_unit WHERE (merchant, number) > (%s, %s) "
            "ORDER BY merchant, number LIMIT %s",
            [*start, CHUNK],
        )
        keys = cursor.fetchall()
    return Chunk(start, keys[-1], len(keys)) if keys else None


def land(chunk: Chunk, mapping: Mapping, staged: dict[str, Staged]) -> Counter[str]:
    """Upsert the facts of a chunk in the current transaction; returns what became of them, such as "order new".

    Locks the merchants' counters first, so that importers and other disciplined writers queue instead of meeting
    crosswise.
    """
    bounds = {"after": chunk.after, "last": chunk.last}
    counters.lock(_merchant_ids(bounds))
    done: Counter[str] = Counter()
    done.update(_upsert("order", upserts.order(staged["order"].fields, mapping.currency), bounds))
    execute(upserts.FIND_ORDERS, bounds)
    for name in CHILDREN:
        if name in staged:
            done.update(_upsert(name, upserts.CHILDREN[name](staged[name].fields), bounds))
    if "line" in staged:
        done["line gone"] = execute(upserts.REMOVE_OLD_LINES, bounds)
    return done


def _upsert(name: str, statement: str, bounds: dict[str, Key]) -> dict[str, int]:
    with connection.cursor() as cursor:
        cursor.execute(statement, bounds)
        total, new, changed = cursor.fetchone()
    return {f"{name} new": new, f"{name} changed": changed, f"{name} unchanged": total - new - changed}


def refresh_statistics() -> None:
    """Let PostgreSQL look at the tables now, so that the pages are fast before it does so by itself."""
    execute("ANALYZE orders_order, orders_orderline, orders_shipment, orders_review, orders_daycounter")


def _merchant_ids(bounds: dict[str, Key]) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT merchant_id FROM staged_unit "
            "WHERE (merchant, number) > %(after)s AND (merchant, number) <= %(last)s",
            bounds,
        )
        return [row[0] for row in cursor.fetchall()]


def with_retries(work: Callable[[], Counter[str]]) -> Counter[str]:
    """Run `work` in a transaction; again when PostgreSQL ended it because two writers met crosswise."""
    for attempt in range(1, ATTEMPTS + 1):
        try:
            with transaction.atomic():
                return work()
        except OperationalError as error:
            if attempt == ATTEMPTS or getattr(error.__cause__, "pgcode", "") not in _CROSSWISE:
                raise
    raise AssertionError("the last attempt returns or raises")
