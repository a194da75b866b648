"""Fixtures of the merchants' tests."""

from pathlib import Path
from typing import Any

import pytest

from merchants.changes.policy import CHANGES
from merchants.policy import ONBOARDING
from shopops.accounts.models import User
from shopops.policies.services import load_pack


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Path) -> Path:
    """Uploads go to a folder of their own."""
    settings.MEDIA_ROOT = tmp_path / "media"
    return tmp_path / "media"


@pytest.fixture
def policies(db: None) -> None:
    load_pack(ONBOARDING)
    load_pack(CHANGES)


@pytest.fixture
def applicant(policies: None, make_user: Any) -> User:
    return make_user("chen")


@pytest.fixture
def reviewer(policies: None, make_user: Any) -> User:
    return make_user("lin", roles=["reviewer"])


@pytest.fixture
def second(policies: None, make_user: Any) -> User:
    return make_user("zhou", roles=["reviewer"])


@pytest.fixture
def supervisor(policies: None, make_user: Any) -> User:
    return make_user("su", roles=["supervisor"])
