"""Shops that do well or badly, to the order, before a fixed day."""

import datetime as dt
from typing import Any

from django.utils import timezone

from merchants.models import Document, Merchant
from orders.models import Order, Review
from shopops.accounts.models import User
from shopops.jobs.services import run_job
from shopops.policies.models import PolicyVersion
from tests.orders.factories import at, make_order, make_review, order
from warning_center.models import Warning

#: Every test's moment, unless it says otherwise: a Wednesday at noon in the marketplace's zone.
NOW = at("2026-03-18 12:00")
DAY = dt.timedelta(days=1)
HOUR = dt.timedelta(hours=1)


def ship(shop: Merchant, *, late: int, of: int, before: dt.datetime = NOW) -> list[Order]:
    """Give a shop `of` orders due ten days before a moment, `late` of them shipped a day too late."""
    placed = before - 12 * DAY
    rows = [
        order(
            shop,
            placed + n * dt.timedelta(seconds=30),
            shipped_at=placed + (3 if n < late else 1) * DAY + n * dt.timedelta(seconds=30),
            state=Order.State.SHIPPED,
        )
        for n in range(of)
    ]
    return Order.objects.bulk_create(rows)


def cancel(shop: Merchant, *, cancelled: int, of: int, before: dt.datetime = NOW) -> list[Order]:
    """Give a shop `of` orders, `cancelled` of them given up by the shop before they were due; the others on time."""
    placed = before - 12 * DAY
    rows = [
        order(shop, placed + n * HOUR / 60, cancelled_at=placed + DAY, cancelled_by="merchant")
        if n < cancelled
        else order(shop, placed + n * HOUR / 60, shipped_at=placed + DAY, state=Order.State.SHIPPED)
        for n in range(of)
    ]
    return Order.objects.bulk_create(rows)


def review(shop: Merchant, ratings: list[int], before: dt.datetime = NOW) -> list[Review]:
    """Give a shop reviews of its orders, written twenty days before a moment."""
    reviewed = [make_order(shop, before - 40 * DAY, shipped_at=before - 39 * DAY, state="shipped") for _ in ratings]
    return [
        make_review(shop, before - 20 * DAY, rating, order=each, text=f"{rating} stars for you")
        for each, rating in zip(reviewed, ratings, strict=True)
    ]


def document(shop: Merchant, owner: User, *, days: int, today: dt.datetime = NOW, **fields: Any) -> Document:
    """Give a shop a business licence that is valid for `days` more days."""
    return Document.objects.create(
        merchant=shop,
        type="business_licence",
        file="licence.png",
        original_name="licence.png",
        content_type="image/png",
        size=1,
        sha256="0" * 64,
        number="913301",
        expires_on=timezone.localtime(today).date() + days * DAY,
        uploaded_by=owner,
        **fields,
    )


def check(as_of: dt.datetime = NOW) -> dict[str, int]:
    """Run the job as beat does; returns its result."""
    return run_job("check_risks", as_of=as_of).result


def only_warning() -> Warning:
    return Warning.objects.get()


def publish(body: dict[str, Any]) -> PolicyVersion:
    """Put another version of the rules in force."""
    from shopops.policies.kinds import kinds
    from shopops.policies.services import content_hash, validated

    checked = validated(kinds.get("warning_rules"), body)
    versions = PolicyVersion.objects.filter(kind="warning_rules")
    number = versions.count() + 1
    versions.filter(state="active").update(state="retired")
    return PolicyVersion.objects.create(
        kind="warning_rules",
        number=number,
        body=checked,
        content_hash=content_hash(checked),
        state="active",
        effective_from=timezone.now(),
    )
