"""Changing what people of a shop may do; people who go."""

from django.db import transaction
from django.utils.translation import gettext as _

from merchants.errors import MemberError
from merchants.models import Member
from merchants.portal_roles import GIVEN, PortalRole
from merchants.services.locking import lock_people, manager_of
from shopops.accounts.models import User
from shopops.signin.holds import refuse_while_held
from shopops.transitions.handler import announce


@transaction.atomic
def change_role(*, member: Member, role: str, actor: User) -> Member:
    """Give a member another role; asking for the one they have changes nothing.

    Raises MissingRight, Held after a suspicious sign-in, and MemberError for owners, who hand over instead.
    """
    merchant = lock_people(member.merchant_id)
    manager_of(merchant, actor)
    refuse_while_held(actor)
    if role not in GIVEN:
        raise MemberError(_("Choose a role from the list. Ownership is handed over, not given."))
    standing = _standing(member)
    if standing.is_owner:
        raise MemberError(_("An owner stays owner until the shop is handed over."))
    before = standing.role
    if before == role:
        return standing
    standing.role = role
    standing.save(update_fields=["role"])
    announce(standing, Member.EFFECTS["change_role"], actor=actor, before=before)
    return standing


@transaction.atomic
def remove(*, member: Member, actor: User) -> None:
    """Take a person's access away, at once. Raises MissingRight, and MemberError for owners."""
    merchant = lock_people(member.merchant_id)
    manager_of(merchant, actor)
    standing = _standing(member)
    if standing.is_owner:
        raise MemberError(_("An owner cannot be removed. Hand the shop over first."))
    _go(standing, "remove", actor)


@transaction.atomic
def leave(*, member: Member) -> None:
    """Go by oneself. Raises MemberError for the only owner: a shop always has one."""
    lock_people(member.merchant_id)
    standing = _standing(member)
    others = Member.objects.filter(merchant=standing.merchant_id, role=PortalRole.OWNER).exclude(pk=standing.pk)
    if standing.is_owner and not others.exists():
        raise MemberError(_("You are the only owner. Hand the shop over before you leave."))
    _go(standing, "leave", standing.user)


def _standing(member: Member) -> Member:
    """The member as the database has it now; raises MemberError when somebody was faster."""
    standing = Member.objects.select_related("user", "merchant").filter(pk=member.pk).first()
    if standing is None:
        raise MemberError(_("This person does not work for the shop any more. Nothing was changed."))
    return standing


def _go(member: Member, step: str, actor: User) -> None:
    """Announced first: the message and the audit entry name what is then gone."""
    announce(member, Member.EFFECTS[step], actor=actor, before=member.role)
    member.delete()
