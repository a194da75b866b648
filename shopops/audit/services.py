"""Writing to the audit log."""

from contextvars import ContextVar
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import models

from shopops.accounts.models import User
from shopops.audit.models import Entry
from shopops.fields import EncryptedTextField
from shopops.logs import request_id

SYSTEM = "system"

#: By what means the actor acts when it is not a page: "API key so_live_ab12cd". Entries name it after the person.
means: ContextVar[str] = ContextVar("audit_means", default="")


def record(
    *,
    action: str,
    target: models.Model,
    actor: User | None,
    reason: str = "",
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    policy_version_id: int | None = None,
) -> Entry:
    """Append an entry about `target`. `actor` None means a scheduled job or the platform itself.

    `before` and `after` are for what changed in plain values: states, numbers, dates, codes. Personal data does not go
    in: an entry can never be changed or deleted, and receipts carry it out of the house; name the field instead.

    The target's `merchant_id` is kept when it has one, so that a merchant's file can show its history.
    """
    return Entry.objects.create(
        action=action,
        actor=actor,
        actor_name=_named(actor),
        actor_roles=actor.role_labels if actor else "",
        content_type=ContentType.objects.get_for_model(target),
        object_id=target.pk,
        target_name=str(target)[:200],
        merchant_id=getattr(target, "merchant_id", None),
        reason=reason,
        before=before or {},
        after=after or {},
        policy_version_id=policy_version_id,
        request_id=request_id(),
    )


def _named(actor: User | None) -> str:
    if actor is None:
        return SYSTEM
    return f"{actor} · {by}" if (by := means.get()) else str(actor)


def unmask(*, target: models.Model, field: str, actor: User, reason: str, action: str = "personal_data.shown") -> str:
    """Return one encrypted field in full and write down who looked and why; the value itself goes nowhere else.

    The one way by which a page shows what it otherwise masks: call it from a POST, with the reason a person gave or the
    work it is needed for. Raises ValueError for a field that is not encrypted and for an empty reason.
    """
    column = target._meta.get_field(field)
    if not isinstance(column, EncryptedTextField):
        raise ValueError(f"{field} is not personal data.")
    if not reason.strip():
        raise ValueError("Say what the value is needed for.")
    record(action=action, target=target, actor=actor, reason=reason.strip()[:500], after={"field": field})
    return getattr(target, field) or ""
