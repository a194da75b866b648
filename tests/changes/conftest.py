"""Fixtures of the tests of changes: policies, a shop with owner and licence, reviewers."""

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.utils import timezone

from merchants.changes.policy import CHANGES
from merchants.models import Document, Member, Merchant
from merchants.policy import ONBOARDING
from shopops.accounts.models import User
from shopops.policies.services import load_packs
from tests.merchants.factories import ALIBABA, GOOD_ID, png


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Path) -> Path:
    """Uploads go to a folder of their own."""
    settings.MEDIA_ROOT = tmp_path / "media"
    return tmp_path / "media"


@pytest.fixture
def policies(db: None) -> None:
    load_packs()
    assert CHANGES.code
    assert ONBOARDING.code


def make_shop(owner: User, number: int = 0, **fields: Any) -> Merchant:
    values: dict[str, Any] = {
        "shop_name": f"北岭户外{number or ''}",
        "shop_type": "multi_brand",
        "category": "sports",
        "legal_name": "杭州北岭户外用品有限公司",
        "uscc": ALIBABA if number == 0 else "",
        "address": "杭州市西湖区文三路 100 号",
        "scope": "体育用品及器材零售；户外用品销售",
        "legal_person": "林志远",
        "id_number": GOOD_ID if number == 0 else "",
        "contact_name": "陈怡雯",
        "contact_phone": "138 0013 8000",
        "bank_name": "中国工商银行",
        "bank_account": "6222021001116245702",
        **fields,
    }
    merchant = Merchant.objects.create(**values)
    Member.objects.create(merchant=merchant, user=owner, role="owner")
    return merchant


def add_document(merchant: Merchant, owner: User, days: int | None = 800, type: str = "business_licence") -> Document:
    content = png(merchant.pk)
    document = Document(
        merchant=merchant,
        type=type,
        original_name="licence.png",
        content_type="image/png",
        size=len(content),
        sha256=f"{merchant.pk:064x}",
        number=merchant.uscc,
        holder=merchant.legal_name,
        issued_on=timezone.localdate() - dt.timedelta(days=1000),
        expires_on=None if days is None else timezone.localdate() + dt.timedelta(days=days),
        uploaded_by=owner,
        uploaded_at=merchant.opened_at,
    )
    document.file.save("document.png", ContentFile(content), save=False)
    document.save()
    return document


@pytest.fixture
def owner(policies: None, make_user: Any) -> User:
    return make_user("chen")


@pytest.fixture
def shop(owner: User) -> Merchant:
    merchant = make_shop(owner)
    add_document(merchant, owner)
    return merchant


@pytest.fixture
def reviewer(policies: None, make_user: Any) -> User:
    return make_user("lin", roles=["reviewer"])


@pytest.fixture
def second(policies: None, make_user: Any) -> User:
    return make_user("zhou", roles=["reviewer"])


@pytest.fixture
def supervisor(policies: None, make_user: Any) -> User:
    return make_user("su", roles=["supervisor"])
