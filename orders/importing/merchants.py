"""Merchants that an import meets for the first time."""

import datetime as dt
from collections.abc import Iterator

from django.db import connection

from merchants.models import Category, Merchant
from orders.importing.staging import Staged, execute

_BATCH = 1_000


def land(staged: dict[str, Staged]) -> int:
    """Create the merchants that are not there yet; those that are keep what they say of themselves.

    A merchant's category is that of most of its lines; it opened when its first order was placed.
    """
    execute("ANALYZE merchants_merchant")
    new = 0
    batch: list[Merchant] = []
    for external_id, shop_name, region, category, opened_at in _missing(staged):
        merchant = Merchant(external_id=external_id, shop_name=shop_name, region=region or "")
        if category in Category.values:
            merchant.category = category
        if opened_at:
            merchant.opened_at = opened_at
        batch.append(merchant)
        new += 1
        if len(batch) == _BATCH:
            Merchant.objects.bulk_create(batch, ignore_conflicts=True)
            batch.clear()
    Merchant.objects.bulk_create(batch, ignore_conflicts=True)
    return new


def _missing(staged: dict[str, Staged]) -> Iterator[tuple[str, str, str | None, str | None, dt.datetime | None]]:
    """External id, name, region, category and opening of staged merchants that are not in the database."""
    region = "s.region" if "region" in staged["merchant"].fields else "NULL"
    category = "NULL"
    if "line" in staged and "category" in staged["line"].fields:
        category = (
            "(SELECT mode() WITHIN GROUP (ORDER BY l.category) FROM staged_line AS l "
            "WHERE l.merchant = s.external_id AND l.category <> '')"
        )
        execute("CREATE INDEX ON staged_line (merchant)")
    execute("CREATE INDEX ON staged_order (merchant)")
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT DISTINCT ON (s.external_id) s.external_id, s.shop_name, {region}, {category}, "  # noqa: S608
            "(SELECT min(o.placed_at) FROM staged_order AS o WHERE o.merchant = s.external_id) "
            "FROM staged_merchant AS s LEFT JOIN merchants_merchant AS m USING (external_id) "
            'WHERE m.id IS NULL ORDER BY s.external_id, s."line#"'
        )
        yield from cursor.fetchall()
