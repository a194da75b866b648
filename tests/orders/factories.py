"""Merchants, orders and reviews with only what matters to a test."""

import datetime as dt
import itertools
from typing import Any

from django.utils import timezone

from merchants.models import Merchant
from orders.models import Order, Review

_numbers = itertools.count(1)
HOUR = dt.timedelta(hours=1)
DAY = dt.timedelta(days=1)


def at(text: str) -> dt.datetime:
    """A moment in the marketplace's zone: at("2026-03-01 14:00")."""
    return timezone.make_aware(dt.datetime.fromisoformat(text), timezone.get_default_timezone())


def make_merchant(**fields: Any) -> Merchant:
    number = next(_numbers)
    fields.setdefault("external_id", f"m{number}")
    fields.setdefault("shop_name", f"Shop {number}")
    return Merchant.objects.create(**fields)


def order(merchant: Merchant, placed_at: dt.datetime, **fields: Any) -> Order:
    """An unsaved order: to be shipped within two days, promised within ten."""
    fields.setdefault("external_id", f"o{next(_numbers)}")
    fields.setdefault("ship_by", placed_at + 2 * DAY)
    fields.setdefault("promised_at", placed_at + 10 * DAY)
    fields.setdefault("amount", 10_000)
    if fields.get("cancelled_at"):
        fields.setdefault("state", Order.State.CANCELLED)
        fields.setdefault("cancelled_by", "unknown")
    return Order(merchant=merchant, placed_at=placed_at, **fields)


def make_order(merchant: Merchant, placed_at: dt.datetime, **fields: Any) -> Order:
    made = order(merchant, placed_at, **fields)
    made.save()
    return made


def make_review(merchant: Merchant, created_at: dt.datetime, rating: int = 5, **fields: Any) -> Review:
    fields.setdefault("external_id", f"r{next(_numbers)}")
    return Review.objects.create(merchant=merchant, created_at=created_at, rating=rating, **fields)
