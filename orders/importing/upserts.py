# ruff: noqa: S608 - names are those of our own tables and of the fields in `schema.FIELDS`
"""The statements that land a chunk: INSERT … ON CONFLICT (external id) DO UPDATE … WHERE something differs.

Rows that are already as they should be are not touched, and fields that a mapping does not give keep what they have. A
version of an order that its source calls older never overwrites a newer one. Our own marks (left out of metrics) are
never overwritten. Each statement takes %(after)s and %(last)s, keys of merchant and order, and returns one row: how
many facts there were, how many were new, how many changed.

The staged tables are joined with each other only, which have fresh statistics; of our own tables, which may have been
empty when they were last looked at, rows are found one by one through their unique indexes.
"""

from collections.abc import Callable

_IN_CHUNK = "(u.merchant, u.number) > %(after)s AND (u.merchant, u.number) <= %(last)s"

#: After the orders of a chunk have landed: under which ids.
FIND_ORDERS = f"""
UPDATE staged_unit AS u SET order_id = (
    SELECT o.id FROM orders_order AS o WHERE o.merchant_id = u.merchant_id AND o.external_id = u.number
) WHERE {_IN_CHUNK}"""


def _upsert(
    table: str,
    select: str,
    values: dict[str, str],
    key: tuple[str, ...],
    updated: list[str],
    extra: str = "",
    guard: str = "",
) -> str:
    """Compose an upsert: `values` is column → SQL over `select`, `updated` the columns that follow the source."""
    columns = ", ".join(f'"{column}"' for column in values)
    expressions = ", ".join(f'{sql} AS "{column}"' for column, sql in values.items())
    changes = ", ".join(f'"{column}" = excluded."{column}"' for column in updated)
    stored, given = (", ".join(f'{alias}."{column}"' for column in updated) for alias in ("t", "excluded"))
    return (
        f"WITH source AS MATERIALIZED (SELECT {expressions} {select}), "
        f"landed AS (INSERT INTO {table} AS t ({columns}) SELECT {columns} FROM source ORDER BY {', '.join(key)} "
        f"ON CONFLICT ({', '.join(key)}) DO UPDATE SET {changes}{extra} "
        f"WHERE ({stored}) IS DISTINCT FROM ({given}){guard} RETURNING xmax = 0 AS is_new) "
        "SELECT (SELECT count(*) FROM source), count(*) FILTER (WHERE is_new), count(*) FILTER (WHERE NOT is_new) "
        "FROM landed"
    )


def _text(fields: list[str], *names: str) -> dict[str, str]:
    """Texts are empty rather than null."""
    return {name: f"coalesce(s.\"{name}\", '')" if name in fields else "''" for name in names}


def _plain(fields: list[str], *names: str) -> dict[str, str]:
    return {name: f's."{name}"' for name in names if name in fields}


def order(fields: list[str], currency: str) -> str:
    """Upsert orders.

    The source's state decides whether an order is cancelled: then a missing time is the time it was placed, and a
    missing "by whom" is unknown; otherwise both are empty. Without a state, the times say it.
    """
    has = set(fields)
    cases = [
        f"WHEN s.{time} IS NOT NULL THEN '{state}'"
        for time, state in (("cancelled_at", "cancelled"), ("delivered_at", "delivered"), ("shipped_at", "shipped"))
        if time in has
    ]
    by_times = f"CASE {' '.join(cases)} ELSE 'received' END" if cases else "'received'"
    state = f"coalesce(nullif(s.state, ''), {by_times})" if "state" in has else by_times
    cancelled_at = "coalesce(s.cancelled_at, s.placed_at)" if "cancelled_at" in has else "s.placed_at"
    cancelled_by = "coalesce(nullif(s.cancelled_by, ''), 'unknown')" if "cancelled_by" in has else "'unknown'"
    values = {
        "merchant_id": "s.merchant_id",
        "external_id": "s.external_id",
        "state": "s.true_state",
        "cancelled_at": f"CASE WHEN s.true_state = 'cancelled' THEN {cancelled_at} END",
        "cancelled_by": f"CASE WHEN s.true_state = 'cancelled' THEN {cancelled_by} ELSE '' END",
        "amount": "s.amount",
        "freight": "coalesce(s.freight, 0)" if "freight" in has else "0",
        "currency": f"coalesce(s.currency, '{currency}')" if "currency" in has else f"'{currency}'",
        **_plain(fields, "placed_at", "paid_at", "ship_by", "shipped_at", "promised_at", "delivered_at"),
        **_plain(fields, "source_updated_at"),
        **_text(fields, "buyer_ref", "region"),
        "is_excluded": "false",
        "excluded_reason": "''",
    }
    always = {"state", "cancelled_at", "cancelled_by"}
    newer = (
        " AND (t.source_updated_at IS NULL OR excluded.source_updated_at IS NULL"
        " OR excluded.source_updated_at >= t.source_updated_at)"
    )
    return _upsert(
        "orders_order",
        f"FROM (SELECT s.*, u.merchant_id, {state} AS true_state FROM staged_unit AS u "
        "JOIN staged_order AS s ON s.merchant = u.merchant AND s.external_id = u.number "
        f"WHERE {_IN_CHUNK}) AS s",
        values,
        ("merchant_id", "external_id"),
        [column for column in values if column in (has | always) - {"merchant", "external_id"}],
        extra=", updated_at = now()",
        guard=newer if "source_updated_at" in has else "",
    )


def _child(table: str, name: str, values: dict[str, str], key: tuple[str, ...], fields: list[str]) -> str:
    return _upsert(
        table,
        f'FROM staged_unit AS u JOIN staged_{name} AS s ON s.merchant = u.merchant AND s."order" = u.number '
        f"WHERE {_IN_CHUNK}",
        {"merchant_id": "u.merchant_id", "order_id": "u.order_id"} | values,
        key,
        [column for column in values if column in fields and column not in key],
    )


def line(fields: list[str]) -> str:
    """Upsert the lines of orders."""
    values = {
        "number": "s.number",
        "quantity": "coalesce(s.quantity, 1)" if "quantity" in fields else "1",
        "unit_price": "s.unit_price",
        **_text(fields, "product_ref", "title", "category"),
    }
    return _child("orders_orderline", "line", values, ("order_id", "number"), fields)


def shipment(fields: list[str]) -> str:
    """Upsert parcels."""
    values = {
        "external_id": "s.external_id",
        **_plain(fields, "shipped_at", "delivered_at"),
        **_text(fields, "carrier", "tracking_no"),
    }
    return _child("orders_shipment", "shipment", values, ("merchant_id", "external_id"), [*fields, "order_id"])


def review(fields: list[str]) -> str:
    """Upsert reviews; a trigger lets them follow their order's mark."""
    values = {
        "external_id": "s.external_id",
        "rating": "s.rating",
        "created_at": "s.created_at",
        **_text(fields, "title", "text"),
        "is_excluded": "false",
    }
    return _child("orders_review", "review", values, ("merchant_id", "external_id"), fields)


CHILDREN: dict[str, Callable[[list[str]], str]] = {"line": line, "shipment": shipment, "review": review}

#: Lines that an order no longer has: those of orders that come with lines now, but not with these.
REMOVE_OLD_LINES = f"""
DELETE FROM orders_orderline WHERE id = ANY (ARRAY(
    SELECT l.id FROM staged_unit AS u
    CROSS JOIN LATERAL (SELECT id, number FROM orders_orderline WHERE order_id = u.order_id OFFSET 0) AS l
    WHERE {_IN_CHUNK}
    AND EXISTS (SELECT FROM staged_line AS s WHERE s.merchant = u.merchant AND s."order" = u.number)
    AND NOT EXISTS (
        SELECT FROM staged_line AS s WHERE s.merchant = u.merchant AND s."order" = u.number AND s.number = l.number
    )
))"""
