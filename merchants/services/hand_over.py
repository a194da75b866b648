"""Handing a shop over to another member, who has to accept."""

import datetime as dt

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from merchants.errors import MemberError
from merchants.models import HandOver, Member
from merchants.portal import MissingRight
from merchants.portal_roles import Permission, PortalRole
from merchants.services.locking import lock_people, manager_of
from shopops.accounts.models import User
from shopops.signin.holds import refuse_while_held
from shopops.transitions.handler import announce, perform


@transaction.atomic
def offer(*, member: Member, actor: User) -> HandOver:
    """The owner offers the shop to a member. Raises MissingRight, Held after a suspicious sign-in, MemberError."""
    merchant = lock_people(member.merchant_id)
    if not manager_of(merchant, actor).is_owner:
        raise MissingRight(Permission.MEMBERS_MANAGE)
    refuse_while_held(actor)
    receiver = Member.objects.select_related("user").filter(pk=member.pk).first()
    if receiver is None or receiver.is_owner:
        raise MemberError(_("Choose a member who is not the owner."))
    if not receiver.user.has_usable_password() or not receiver.user.is_active:
        raise MemberError(_("The account of this person cannot sign in. Ask support."))
    for over in run_out(timezone.now()).filter(merchant=merchant):
        perform(over, "expire", actor=None)
    if HandOver.objects.filter(merchant=merchant, state=HandOver.State.OFFERED).exists():
        raise MemberError(_("The shop is offered to somebody already. Withdraw that offer first."))
    found = HandOver.objects.create(merchant=merchant, giver=actor, receiver=receiver.user)
    announce(found, HandOver.EFFECTS["offer"], actor=actor)
    return found


@transaction.atomic
def accept(*, hand_over: HandOver, actor: User) -> Member:
    """Become the owner; who was it becomes manager. Raises MemberError, Held, TransitionRefused."""
    merchant = lock_people(hand_over.merchant_id)
    _only_for(hand_over, actor)
    refuse_while_held(actor)
    people = {each.user_id: each for each in Member.objects.filter(merchant=merchant)}
    giver, receiver = people.get(hand_over.giver_id), people.get(actor.pk)
    if receiver is None or giver is None or not giver.is_owner:
        raise MemberError(_("The one who offered is not the owner any more, or you left the shop. Nothing changed."))
    giver.role, receiver.role = PortalRole.MANAGER, PortalRole.OWNER
    Member.objects.bulk_update([giver, receiver], ["role"])
    perform(hand_over, "accept", actor=actor)
    return receiver


@transaction.atomic
def decline(*, hand_over: HandOver, actor: User) -> HandOver:
    """Leave the shop to its owner. Raises MemberError, TransitionRefused."""
    lock_people(hand_over.merchant_id)
    _only_for(hand_over, actor)
    return perform(hand_over, "decline", actor=actor)


@transaction.atomic
def withdraw(*, hand_over: HandOver, actor: User) -> HandOver:
    """Take the offer back. Raises MissingRight, TransitionRefused."""
    manager_of(lock_people(hand_over.merchant_id), actor)
    return perform(hand_over, "withdraw", actor=actor)


def run_out(as_of: dt.datetime) -> QuerySet[HandOver]:
    """Offers that nobody answered in time."""
    return HandOver.objects.filter(state=HandOver.State.OFFERED, expires_at__lte=min(as_of, timezone.now()))


def _only_for(hand_over: HandOver, actor: User) -> None:
    if hand_over.receiver_id != actor.pk:
        raise MemberError(_("This offer is for somebody else."))
