"""Windows, merchants and operators for the maintenance tests. Time is fixed: Thu 19 Nov 2026, 10:00 in Shanghai."""

import datetime as dt
from collections.abc import Callable
from typing import Any, cast
from zoneinfo import ZoneInfo

import pytest
from django.core.cache import cache

from maintenance import sending, services
from maintenance.models import Impact, Window
from maintenance.policy import KIND
from merchants.models import Member, Merchant
from shopops.accounts.models import User
from shopops.jobs.registry import Progress
from shopops.notifications.models import Delivery
from shopops.policies.services import load_pack

ZONE = ZoneInfo("Asia/Shanghai")
NOW = dt.datetime(2026, 11, 19, 10, 0, tzinfo=ZONE)
START = dt.datetime(2026, 11, 26, 12, 0, tzinfo=ZONE)  # a little over 7 days later
HOUR = dt.timedelta(hours=1)
DAY = dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def policy(db: None) -> None:
    """The default notice policy, and no status kept from another test."""
    load_pack(KIND)
    cache.clear()


@pytest.fixture
def announcer(make_user: Any) -> User:
    return make_user("announcer", roles=["announcer"])


@pytest.fixture
def supervisor(make_user: Any) -> User:
    return make_user("supervisor", roles=["supervisor"])


@pytest.fixture
def shop(make_user: Any) -> Callable[..., Merchant]:
    """shop("wren", staff=1): a merchant with an owner wren@example.com and staff wren-1@… ."""

    def make(name: str = "wren", staff: int = 0, language: str = "", **fields: Any) -> Merchant:
        merchant = Merchant.objects.create(shop_name=name.title(), **fields)
        for number in range(staff + 1):
            user = make_user(f"{name}-{number}" if number else name, language=language)
            role = Member.PortalRole.MANAGER if number else Member.PortalRole.OWNER
            Member.objects.create(merchant=merchant, user=user, role=role)
        return merchant

    return make


@pytest.fixture
def draft(announcer: User) -> Callable[..., Window]:
    """draft(starts_at=…, hours=3): a window that stops shipping for merchants and freezes after-sales."""

    def make(starts_at: dt.datetime = START, hours: float = 3, **fields: Any) -> Window:
        fields.setdefault("title_en", "Database upgrade")
        fields.setdefault("title_zh", "数据库升级")
        window = Window.objects.create(
            starts_at=starts_at, ends_at=starts_at + hours * HOUR, created_by=announcer, **fields
        )
        for service, audience, mode in [
            ("shipping", "merchants", "down"),
            ("shipping", "buyers", "delayed"),
            ("after_sales", "merchants", "frozen"),
            ("messages", "merchants", "messages_lost"),
            ("checkout", "buyers", "down"),
        ]:
            Impact.objects.create(window=window, service=service, audience=audience, mode=mode)
        return window

    return make


@pytest.fixture
def announced(draft: Any, announcer: User) -> Callable[..., Window]:
    """A draft taken to announced at `at`."""

    def make(at: dt.datetime = NOW, **fields: Any) -> Window:
        window = services.schedule(window=draft(**fields), actor=announcer, now=at)
        return services.announce(window=window, actor=announcer, now=at)

    return make


def run(as_of: dt.datetime) -> dict[str, Any]:
    """Run the notice job as of a moment."""
    return sending.send_due(as_of, cast(Progress, lambda *_args, **_more: None))


def kinds_sent() -> list[str]:
    """The kinds of notice that went out, in order."""
    rows = Delivery.objects.filter(channel="in_app").order_by("message_id").values_list("message__kind", "message_id")
    return [kind.removeprefix("maintenance.") for kind, _pk in dict.fromkeys(rows)]
