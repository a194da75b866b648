"""A kind of policy of its own, published, with people around it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from shopops.accounts.models import User
from shopops.accounts.roles import Role
from shopops.policies import notice
from shopops.policies.kinds import NoticeAudience, PolicyKind, Text, kinds, notice_audiences
from shopops.policies.models import PolicyVersion
from shopops.policies.selectors import active_version
from shopops.policies.services import create_draft, load_pack

PACK = """
limit = 0.04
hours = 48
title = { en = "Late", zh = "迟发" }
"""


def _unseen(done: int, total: int | None = None) -> None:
    """Progress that nobody watches."""


unseen: Any = _unseen


class Rules(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    title: Text
    limit: float
    hours: int = 72


@pytest.fixture
def own_kinds(monkeypatch: pytest.MonkeyPatch) -> None:
    """Registrations of this test are forgotten after it."""
    monkeypatch.setattr(kinds, "_items", dict(kinds._items))
    monkeypatch.setattr(notice_audiences, "_items", dict(notice_audiences._items))


@pytest.fixture
def make_kind(own_kinds: None, tmp_path: Path, db: None) -> Callable[..., PolicyKind]:
    """Register a kind and publish its pack: make_kind(notice="shops")."""

    def make(
        code: str = "test_rules", body_type: type[msgspec.Struct] = Rules, pack: str = PACK, **fields: Any
    ) -> PolicyKind:
        path = tmp_path / f"{code}.toml"
        path.write_text(pack, encoding="utf-8")
        fields.setdefault("editors", (Role.RISK_ANALYST, Role.SUPERVISOR))
        kind = kinds.register(PolicyKind(code, "Test rules", body_type, path, **fields))
        load_pack(kind)
        return kind

    return make


@pytest.fixture
def kind(make_kind: Callable[..., PolicyKind]) -> PolicyKind:
    """A kind of which nobody is told."""
    return make_kind()


@pytest.fixture
def told_kind(make_kind: Callable[..., PolicyKind], shopkeeper: User) -> PolicyKind:
    """A kind of which the shopkeeper is told ahead."""
    load_pack(notice.kind())
    notice_audiences.register(
        NoticeAudience("shops", "Shops", lambda: User.objects.filter(pk=shopkeeper.pk).values_list("pk", "pk"))
    )
    return make_kind("told_rules", notice="shops")


@pytest.fixture
def shopkeeper(make_user: Any) -> User:
    user: User = make_user("wren")
    return user


@pytest.fixture
def author(make_user: Any) -> User:
    user: User = make_user("ines", roles=["risk_analyst"])
    return user


@pytest.fixture
def approver(make_user: Any) -> User:
    user: User = make_user("zhou", roles=["supervisor"])
    return user


@pytest.fixture
def draft_of(author: User) -> Callable[..., PolicyVersion]:
    """A draft that changes values of the version in force: draft_of(kind, hours=24)."""

    def make(kind: PolicyKind, by: User | None = None, **values: Any) -> PolicyVersion:
        current = active_version(kind.code)
        assert current is not None
        return create_draft(kind=kind, author=by or author, body={**current.body, **values})

    return make
