"""Writing to the audit log."""

from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import models

from shopops.accounts.models import User
from shopops.audit.models import Entry

SYSTEM = "system"


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

    The target's `merchant_id` is kept when it has one, so that a merchant's file can show its history.
    """
    return Entry.objects.create(
        action=action,
        actor=actor,
        actor_name=str(actor) if actor else SYSTEM,
        actor_roles=actor.role_labels if actor else "",
        content_type=ContentType.objects.get_for_model(target),
        object_id=target.pk,
        target_name=str(target)[:200],
        merchant_id=getattr(target, "merchant_id", None),
        reason=reason,
        before=before or {},
        after=after or {},
        policy_version_id=policy_version_id,
    )
