"""Shops on their way out."""

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from merchants.exits.models import Exit, SettlementStep
from merchants.exits.services import asking, closing, deciding
from merchants.models import Member, Merchant
from orders.models import Order
from shopops.accounts.models import User
from shopops.policies.services import load_packs

DAY = dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Path) -> Path:
    """Record files go to a folder of their own."""
    settings.MEDIA_ROOT = tmp_path / "media"
    return tmp_path / "media"


@pytest.fixture
def shop(db: None) -> Merchant:
    load_packs()
    return Merchant.objects.create(
        shop_name="Wren", category="home", channel="fair", opened_at=timezone.now() - 400 * DAY
    )


@pytest.fixture
def owner(shop: Merchant, make_user: Any) -> User:
    user: User = make_user("owner", language="en")
    Member.objects.create(merchant=shop, user=user)
    return user


@pytest.fixture
def reviewer(make_user: Any) -> User:
    return make_user("lin", roles=["reviewer"])


@pytest.fixture
def analyst(make_user: Any) -> User:
    return make_user("ines", roles=["risk_analyst"])


@pytest.fixture
def supervisor(make_user: Any) -> User:
    return make_user("zhou", roles=["supervisor"])


def asked(shop: Merchant, owner: User, days_ago: float = 0, **more: Any) -> Exit:
    """A request so many days ago."""
    values = {"reasons": ["business_ends"], "contact": "help@wren.example", **more}
    return asking.request(merchant=shop, actor=owner, now=timezone.now() - days_ago * DAY, **values)


def in_notice(shop: Merchant, owner: User, operator: User, days_ago: float = 0) -> Exit:
    """A notice that began so many days ago."""
    leaving = asked(shop, owner, days_ago + 5)
    now = timezone.now() - days_ago * DAY
    deciding.start_check(leaving=leaving, actor=operator, now=now)
    return deciding.accept(leaving=leaving, actor=operator, now=now)


def settling(shop: Merchant, owner: User, operator: User) -> Exit:
    """A settlement in which nothing is recorded yet."""
    return closing.settle(leaving=in_notice(shop, owner, operator, days_ago=31))


def all_recorded(leaving: Exit, operator: User) -> None:
    for step in leaving.steps.all():
        closing.record_step(
            step=step, actor=operator, status=SettlementStep.Status.NOT_OWED, note="Nothing was outstanding."
        )


def order(shop: Merchant, number: str = "A-1", **more: Any) -> Order:
    values = {"placed_at": timezone.now(), "amount": 100, **more}
    return Order.objects.create(merchant=shop, external_id=number, **values)
