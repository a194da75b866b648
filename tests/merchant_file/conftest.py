"""Fixtures of the tests of the merchant's file."""

from pathlib import Path
from typing import Any

import pytest

from merchants.models import Member, Merchant
from merchants.policy import ONBOARDING
from shopops.accounts.models import User
from shopops.policies.services import load_pack


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Path) -> Path:
    """Uploads go to a folder of their own."""
    settings.MEDIA_ROOT = tmp_path / "media"
    return tmp_path / "media"


@pytest.fixture
def merchant(db: None) -> Merchant:
    load_pack(ONBOARDING)
    return Merchant.objects.create(
        shop_name="云和茶坊", external_id="S-1", legal_name="杭州云和茶业有限公司", contact_name="陈怡雯",
        contact_phone="13800138000",
    )  # fmt: skip


@pytest.fixture
def rival(db: None) -> Merchant:
    return Merchant.objects.create(shop_name="Rival", external_id="S-2")


@pytest.fixture
def owner(merchant: Merchant, make_user: Any) -> User:
    user = make_user("owner")
    Member.objects.create(merchant=merchant, user=user)
    return user


@pytest.fixture
def supervisor(db: None, make_user: Any) -> User:
    return make_user("zhoumin", roles=["supervisor"])
