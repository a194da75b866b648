"""Loading policy packs and publishing versions."""

import hashlib
import tomllib
from typing import Any

import msgspec
from django.db import transaction
from django.utils import timezone

from shopops.policies.kinds import PolicyKind, kinds
from shopops.policies.models import PolicyVersion


class InvalidPolicy(Exception):
    """A policy document that does not fit its type; the message names the field and what it must be."""


def content_hash(body: dict[str, Any]) -> str:
    """Return the SHA-256 of the body in canonical form: sorted keys, no spaces."""
    return hashlib.sha256(msgspec.json.encode(body, order="deterministic")).hexdigest()


def validated(kind: PolicyKind, body: dict[str, Any]) -> dict[str, Any]:
    """Return the body as plain JSON, all defaults filled in; raises InvalidPolicy naming the field."""
    try:
        typed = msgspec.convert(body, kind.type)
    except msgspec.ValidationError as error:
        raise InvalidPolicy(f"{kind.code}: {error}") from error
    plain: dict[str, Any] = msgspec.to_builtins(typed)
    return plain


@transaction.atomic
def load_pack(kind: PolicyKind) -> PolicyVersion | None:
    """Make the pack that ships with the app the first active version; return it, or None when a version exists.

    A pack never replaces what operators published: a newer pack becomes a draft they can compare and approve.
    """
    body = validated(kind, tomllib.loads(kind.pack.read_text(encoding="utf-8")))
    digest = content_hash(body)
    versions = PolicyVersion.objects.select_for_update().filter(kind=kind.code, key=kind.key)
    latest = versions.order_by("-number").first()
    if versions.filter(content_hash=digest).exists():
        return None
    return PolicyVersion.objects.create(
        kind=kind.code,
        key=kind.key,
        number=latest.number + 1 if latest else 1,
        body=body,
        content_hash=digest,
        state=PolicyVersion.State.DRAFT if latest else PolicyVersion.State.ACTIVE,
        effective_from=None if latest else timezone.now(),
    )


def load_packs() -> list[PolicyVersion]:
    """Load every registered kind's pack; returns the versions that were made."""
    return [version for kind in kinds if (version := load_pack(kind))]
