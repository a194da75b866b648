"""A small marketplace with one of everything that the API shows, and keys to ask with."""

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import pytest
from django.core import signals
from django.db import close_old_connections
from django.test import Client
from django.utils import timezone

from complaints.services import file_complaint
from merchants.models import Application, Member, Merchant
from orders.models import Order, OrderLine
from shopops.accounts.models import User
from shopops.api import limits, services
from shopops.api.models import ApiKey
from shopops.api.scopes import scopes
from shopops.jobs.services import run_job
from shopops.policies.models import PolicyVersion
from shopops.policies.services import load_packs
from tests.api.papers import add_papers
from tests.orders.factories import make_merchant, make_order
from tests.warning_center.factories import document

DAY = dt.timedelta(days=1)
SHOP_SCOPES = tuple(sorted(
    ("merchants:read", "merchants:write", "scores:read", "orders:read", "warnings:read", "warnings:answer",
     "complaints:read", "complaints:answer", "changes:read", "exits:read", "exits:request", "timeline:read")
))  # fmt: skip


@pytest.fixture(autouse=True)
def _fresh_limits(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Counts of other tests must not matter, not even of those that run beside this one on the same Redis."""
    limits.breaker.reset()
    monkeypatch.setattr(limits, "_PREFIX", f"shopops.api.rate:{uuid4().hex}")
    yield
    limits.breaker.reset()


@pytest.fixture
def raw_wsgi() -> Iterator[None]:
    """Requests to the bare application keep the test's connection, as the test client's do."""
    hooks = (signals.request_started, signals.request_finished)
    for hook in hooks:
        hook.disconnect(close_old_connections)
    yield
    for hook in hooks:
        hook.connect(close_old_connections)


@dataclass
class Caller:
    """A test client that sends a key, or nothing."""

    token: str = ""
    key: ApiKey | None = None

    def headers(self, **more: str) -> dict[str, str]:
        return ({"Authorization": f"Bearer {self.token}"} if self.token else {}) | more

    def get(self, path: str, query: dict[str, Any] | None = None, **headers: str) -> Any:
        return Client().get(path, query, headers=self.headers(**headers))

    def post(self, path: str, body: Any = None, **headers: str) -> Any:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return Client().post(path, body, content_type="application/json", headers=self.headers(**named))

    def send(self, method: str, path: str, body: Any = None) -> Any:
        """With any method; a GET has no body."""
        return self.get(path) if method == "get" else self._send(method, path, body)

    def _send(self, method: str, path: str, body: Any) -> Any:
        return getattr(Client(), method)(path, body, content_type="application/json", headers=self.headers())


@pytest.fixture
def root(db: None, make_user: Any) -> User:
    return make_user("root", is_staff=True, is_superuser=True)


@pytest.fixture
def new_key(db: None) -> Callable[..., Caller]:
    """new_key(user, scopes, merchant_id): a caller with a key of its own."""

    def make(actor: User, *codes: str, merchant_id: int | None = None, **fields: Any) -> Caller:
        key, token = services.create_key(name="Test", scopes=codes, actor=actor, merchant_id=merchant_id, **fields)
        return Caller(token, key)

    return make


@dataclass
class Market:
    """Two shops with the same things each, and who may ask for them."""

    shop: Merchant
    other: Merchant
    owner: User
    stranger: User
    root: User
    platform: Caller
    shop_key: Caller
    other_key: Caller
    anonymous: Caller


@pytest.fixture
def market(db: None, make_user: Any, root: User, new_key: Callable[..., Caller]) -> Market:
    load_packs()
    owner, stranger = make_user("owner", language="en"), make_user("stranger", language="en")
    shop, other = make_merchant(shop_name="Willow"), make_merchant(shop_name="Heron")
    for merchant, user in ((shop, owner), (other, stranger)):
        Member.objects.create(merchant=merchant, user=user, role=Member.PortalRole.OWNER)
        stock(merchant, user)
    platform_scopes = [scope.code for scope in scopes if scope.platform]
    return Market(
        shop,
        other,
        owner,
        stranger,
        root,
        platform=new_key(root, *platform_scopes),
        shop_key=new_key(owner, *SHOP_SCOPES, merchant_id=shop.pk),
        other_key=new_key(stranger, *SHOP_SCOPES, merchant_id=other.pk),
        anonymous=Caller(),
    )


def stock(merchant: Merchant, user: User, count: int = 1) -> None:
    """Give a shop `count` more orders, complaints, applications, warnings and papers, and count its score."""
    now = timezone.now()
    have = Order.objects.filter(merchant=merchant).count()
    for number in range(have, have + count):
        order = make_order(merchant, now - (3 + number) * DAY)
        OrderLine.objects.create(
            merchant=merchant,
            order=order,
            number=1,
            product_ref="SKU",
            title="Cup",
            category="home",
            quantity=1,
            unit_price=100,
        )
        file_complaint(
            merchant=merchant, order_reference=order.external_id, kind="quality", text="Broken.",
            buyer_name="Secret Buyer", buyer_contact="13900000000",
        )  # fmt: skip
        application = Application.objects.create(
            number=f"A-{merchant.pk}-{number}", applicant=user, shop_name=merchant.shop_name, state="in_review",
            submitted_at=now, submissions=1, policy_version=PolicyVersion.objects.filter(kind="onboarding").first(),
        )  # fmt: skip
        document(merchant, user, days=5 + number, today=now)
        add_papers(merchant, application, number, now)
    for job in ("update_counters", "score_merchants", "check_risks"):
        run_job(job, as_of=now)
