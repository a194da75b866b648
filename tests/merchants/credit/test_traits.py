"""Numbers about a merchant beside metrics."""

import datetime as dt

import pytest
from django.utils import timezone

from merchants.credit.traits import documents_valid, months_between, years_on_platform
from merchants.models import Document, Merchant
from shopops.metrics.selectors import Value, marketplace_day


@pytest.mark.parametrize(
    ("start", "end", "months"),
    [
        ("2026-01-31", "2026-02-28", 0),
        ("2026-01-31", "2026-03-01", 1),
        ("2025-11-21", "2026-11-20", 11),
        ("2025-11-21", "2026-11-21", 12),
        ("2024-02-29", "2025-02-28", 11),
        ("2026-05-05", "2026-04-01", 0),
    ],
)
def test_months_are_whole(start, end, months):
    assert months_between(dt.date.fromisoformat(start), dt.date.fromisoformat(end)) == months


@pytest.mark.django_db
def test_time_on_the_platform_is_told_in_twelfths_of_a_year():
    now = timezone.now()
    shop = Merchant.objects.create(shop_name="Willow", opened_at=now - dt.timedelta(days=400))
    assert years_on_platform(now) == {shop.pk: Value(13, 12)}


@pytest.mark.django_db
def test_documents_count_as_they_were_on_file_at_that_moment(make_user):
    now = timezone.now()
    today = marketplace_day(now)
    shop = Merchant.objects.create(shop_name="Willow")

    def document(expires: dt.date | None, **fields: dt.datetime) -> None:
        times = {"uploaded_at": now - dt.timedelta(days=50)} | fields
        Document.objects.create(
            merchant=shop,
            type="licence",
            file="x.pdf",
            size=1,
            sha256="0",
            expires_on=expires,
            uploaded_by=user,
            **times,
        )

    user = make_user("lin")
    document(None)
    document(today)
    document(today - dt.timedelta(days=1))
    document(today - dt.timedelta(days=1), replaced_at=now - dt.timedelta(days=5))
    document(None, uploaded_at=now + dt.timedelta(days=1))
    assert documents_valid(now) == {shop.pk: Value(2, 3)}
    assert documents_valid(now - dt.timedelta(days=10)) == {shop.pk: Value(4, 4)}
    assert documents_valid(now - dt.timedelta(days=60)) == {}
