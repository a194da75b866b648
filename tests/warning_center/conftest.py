"""Fixtures of the warnings' tests."""

from collections.abc import Callable
from typing import Any

import pytest

from merchants.models import Member, Merchant
from shopops.accounts.models import User
from shopops.policies.services import load_packs
from tests.orders.factories import make_merchant


@pytest.fixture
def policies(db: None) -> None:
    """The default policies, as `manage.py load_policies` publishes them."""
    load_packs()


@pytest.fixture
def owner(policies: None, make_user: Any) -> User:
    return make_user("chen", language="en")


@pytest.fixture
def new_shop(policies: None, make_user: Any) -> Callable[..., Merchant]:
    """new_shop("wren"): a merchant whose owner is wren@example.com."""

    def make(name: str, **fields: Any) -> Merchant:
        merchant = make_merchant(shop_name=name.title(), **fields)
        Member.objects.create(merchant=merchant, user=make_user(name, language="en"))
        return merchant

    return make


@pytest.fixture
def shop(owner: User) -> Merchant:
    """A merchant with an owner, chen@example.com."""
    merchant = make_merchant(shop_name="Willow & Wren")
    Member.objects.create(merchant=merchant, user=owner)
    return merchant
