"""Traits: numbers about a merchant that scores read beside metrics, such as how long the shop has been open.

A trait is known exactly and has no window. Apps register theirs in `AppConfig.ready`; a policy names them by code.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import Count, Q

from merchants.models import Document, Merchant
from shopops.metrics.registry import Better
from shopops.metrics.selectors import Value, marketplace_day
from shopops.registry import Registry

#: A value per merchant id; a merchant left out has none.
TraitValues = dict[int, Value]


@dataclass(frozen=True)
class Trait:
    """`evaluate(as_of)` returns the trait of all merchants in a bounded number of queries; `unit` as of a metric."""

    code: str
    label: object
    better: Better
    unit: str
    evaluate: Callable[[dt.datetime], TraitValues]


traits: Registry[Trait] = Registry("trait")

MONTHS_PER_YEAR = 12


def months_between(start: dt.date, end: dt.date) -> int:
    """Return the whole months from one day to a later one, 0 when the end is not later."""
    months = (end.year - start.year) * MONTHS_PER_YEAR + end.month - start.month
    return max(0, months - (end.day < start.day))


def years_on_platform(as_of: dt.datetime) -> TraitValues:
    """Return whole months since opening over 12: the number moves once a month, so that ledgers do not change daily."""
    today = marketplace_day(as_of)
    opened = Merchant.objects.values_list("pk", "opened_at").order_by().iterator(chunk_size=10_000)
    return {pk: Value(months_between(marketplace_day(at), today), MONTHS_PER_YEAR) for pk, at in opened}


def documents_valid(as_of: dt.datetime) -> TraitValues:
    """Return how many of a merchant's documents on file at that moment had not expired, of all on file."""
    on_file = Q(uploaded_at__lte=as_of) & (Q(replaced_at__isnull=True) | Q(replaced_at__gt=as_of))
    rows = (
        Document.objects.filter(on_file, merchant__isnull=False)
        .values_list("merchant_id")
        .annotate(
            valid=Count("pk", filter=Q(expires_on__isnull=True) | Q(expires_on__gte=marketplace_day(as_of))),
            held=Count("pk"),
        )
        .order_by()
    )
    return {merchant_id: Value(valid, held) for merchant_id, valid, held in rows if merchant_id is not None}
