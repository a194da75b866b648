"""Counters of the tests' own: credit reads metrics only, so any counter table will do."""

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from merchants.credit.policy import KIND, CurrentCreditPolicy
from merchants.models import Member, Merchant
from shopops.accounts.models import User
from shopops.jobs.models import JobRun
from shopops.jobs.services import run_job
from shopops.metrics.registry import WINDOWS, Better, CounterTable, Metric, counter_tables, metrics
from shopops.metrics.selectors import marketplace_day
from shopops.policies.kinds import kinds
from shopops.policies.models import PolicyVersion
from shopops.policies.services import content_hash, validated

MEASURES = ("late", "orders", "stars", "reviews")
TABLE = CounterTable("credit_test", "credit_test_day", "credit_test_window", MEASURES)
METRICS = (
    Metric("test_late_30d", "Late", TABLE.code, "late", "orders", 30, 2, Better.LOWER, "percent"),
    Metric("test_stars_90d", "Stars", TABLE.code, "stars", "reviews", 90, 0, Better.HIGHER, "stars"),
)


def item(**changes: Any) -> dict[str, Any]:
    """An item of a policy."""
    name = {"en": "Late shipments", "zh": "延迟发货"}
    return (
        {"name": name, "description": name, "metric": "test_late_30d", "weight": 400, "prior": 0.04}
        | {
            "curve": [[0.0, 1.0], [0.2, 0.0]],
            "minimum_volume": 5,
            "prior_strength": 20,
            "prior_minimum": 100,
        }
        | changes
    )


def policy_body(**changes: Any) -> dict[str, Any]:
    """A small policy: one item per component."""
    years = item(
        metric="",
        trait="years_on_platform",
        name={"en": "Time on the marketplace", "zh": "入驻时长"},
        weight=200,
        prior=0.0,
        curve=[[0.0, 0.0], [2.0, 1.0]],
        prior_strength=0,
        prior_minimum=0,
        minimum_volume=1,
    )
    stars = item(
        metric="test_stars_90d",
        name={"en": "Average rating", "zh": "平均评分"},
        prior=4.0,
        curve=[[3.0, 0.0], [5.0, 1.0]],
    )
    parts = (
        ("reputation", {"en": "Reputation", "zh": "信誉"}, 200, years),
        ("service", {"en": "Service", "zh": "服务"}, 400, item()),
        ("product_quality", {"en": "Product quality", "zh": "商品质量"}, 400, stars),
    )
    return {
        "grace": {"days": 30, "volume_metric": "test_late_30d", "minimum_volume": 10},
        "grades": [
            {"code": code, "floor": floor} for code, floor in (("A", 750), ("B", 600), ("C", 450), ("D", 300), ("E", 0))
        ],
        "components": [
            {"code": code, "name": name, "maximum": maximum, "items": [line]} for code, name, maximum, line in parts
        ],
    } | changes


@pytest.fixture
def test_metrics() -> Iterator[None]:
    """The tests' metrics, registered for the time of a test."""
    counter_tables.register(TABLE)
    for metric in METRICS:
        metrics.register(metric)
    yield
    counter_tables._items.pop(TABLE.code)
    for metric in METRICS:
        metrics._items.pop(metric.code)


@pytest.fixture
def counters(test_metrics: None, db: None) -> None:
    """The tests' counter tables; they go with the test's transaction."""
    day_columns = ", ".join(f"{measure} integer NOT NULL DEFAULT 0" for measure in MEASURES)
    windows = ", ".join(f"{measure}_{window} integer NOT NULL DEFAULT 0" for measure in MEASURES for window in WINDOWS)
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE {TABLE.day_table} (merchant_id bigint, day date, {day_columns})")
        cursor.execute(f"CREATE TABLE {TABLE.window_table} (merchant_id bigint, as_of date, {windows})")


@pytest.fixture
def publish(test_metrics: None, db: None) -> Callable[..., PolicyVersion]:
    """Make a policy the active one."""

    def make(body: dict[str, Any] | None = None) -> PolicyVersion:
        earlier = PolicyVersion.objects.filter(kind=KIND)
        earlier.filter(state="active").update(state="retired")
        plain = validated(kinds.get(KIND), body or policy_body())
        return PolicyVersion.objects.create(
            kind=KIND,
            number=earlier.count() + 1,
            body=plain,
            content_hash=content_hash(plain),
            state="active",
            effective_from=timezone.now(),
        )

    return make


@pytest.fixture
def policy(publish: Callable[..., PolicyVersion]) -> PolicyVersion:
    """The small policy, active."""
    return publish()


Shop = Callable[..., Merchant]


@pytest.fixture
def make_shop(counters: None) -> Shop:
    """Make a merchant; `owner` becomes its member, other names go to the model."""

    def make(name: str = "Willow", *, owner: User | None = None, months: int = 12, **fields: Any) -> Merchant:
        # Half a month more, so that no month is completed on the days that tests count.
        opened = timezone.now() - dt.timedelta(days=round(30.44 * months) + 15)
        shop = Merchant.objects.create(shop_name=name, **({"opened_at": opened} | fields))
        if owner:
            Member.objects.create(merchant=shop, user=owner)
        return shop

    return make


Count = Callable[..., None]


@pytest.fixture
def count(counters: None) -> Count:
    """Count facts of a merchant on a day, `back` days before today."""

    def add(shop: Merchant, back: int = 3, **measures: int) -> None:
        day = marketplace_day(timezone.now()) - dt.timedelta(days=back)
        names, values = ", ".join(measures), ", ".join(["%s"] * len(measures))
        with connection.cursor() as cursor:
            cursor.execute(
                f"INSERT INTO {TABLE.day_table} (merchant_id, day, {names}) VALUES (%s, %s, {values})",
                [shop.pk, day, *measures.values()],
            )

    return add


def run(back: int = 0) -> JobRun:
    """Count the scores as of now, or of as many days ago."""
    return run_job("score_merchants", as_of=timezone.now() - dt.timedelta(days=back), trigger="test")


def parsed(body: dict[str, Any]) -> CurrentCreditPolicy:
    """A policy body as its type."""
    import msgspec

    return msgspec.convert(body, CurrentCreditPolicy)
