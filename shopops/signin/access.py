"""Who may do what: granting is on record, and nobody grants to themselves."""

from collections.abc import Iterable
from typing import Any

from allauth.account.models import EmailAddress
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from shopops.accounts.models import User
from shopops.accounts.roles import Role
from shopops.audit import services as audit
from shopops.signin import sessions
from shopops.signin.telling import tell

#: What decides over a person's rights.
FIELDS = ("roles", "is_staff", "is_active", "is_superuser")


@transaction.atomic
def change_access(*, user: User, actor: User, reason: str = "", **changes: Any) -> bool:
    """Set any of FIELDS on `user`, on record with before and after; returns whether something changed.

    Raises PermissionDenied without `accounts.change_user`, or when somebody who is no superuser touches one;
    ValidationError for unknown roles, and for one's own access: who may do what is never decided by oneself.
    """
    stored = User.objects.select_for_update().get(pk=user.pk)
    before = {name: getattr(stored, name) for name in FIELDS}
    after = before | {name: value for name, value in changes.items() if name in FIELDS}
    after["roles"] = _known(after["roles"])
    before["roles"] = sorted(before["roles"])
    different = {name for name in FIELDS if before[name] != after[name]}
    if not different:
        return False
    _may_change(stored, actor, different)
    for name in different:
        setattr(stored, name, after[name])
        setattr(user, name, after[name])
    stored.save(update_fields=sorted(different))
    audit.record(
        action="accounts.access.changed",
        target=stored,
        actor=actor,
        reason=reason,
        before={name: before[name] for name in sorted(different)},
        after={name: after[name] for name in sorted(different)},
    )
    if not stored.is_active:
        sessions.end_all(stored)
    return True


def _may_change(user: User, actor: User, different: set[str]) -> None:
    if actor.pk == user.pk:
        raise ValidationError(_("Nobody changes their own access. Ask another operator who may."))
    if not actor.has_perm("accounts.change_user"):
        raise PermissionDenied
    if not actor.is_superuser and (user.is_superuser or "is_superuser" in different):
        raise PermissionDenied


def _known(roles: Iterable[str]) -> list[str]:
    chosen = sorted(set(roles))
    unknown = [role for role in chosen if role not in Role.values]
    if unknown:
        raise ValidationError(_("There is no role %(role)s.") % {"role": unknown[0]})
    return chosen


@transaction.atomic
def change_email(*, user: User, actor: User, email: str) -> None:
    """Give somebody another e-mail address to sign in with, on record; the old ones stop working, and the last is told.

    The new one counts as not confirmed: the person proves the mailbox by the link that the sign-in offers.
    """
    before = user.email
    user.email = email.lower()
    user.save(update_fields=["email"])
    EmailAddress.objects.filter(user=user).delete()
    EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=False)
    audit.record(action="accounts.email.changed", target=user, actor=actor, after={"field": "email"})
    tell(user, "email_changed", address=before)
