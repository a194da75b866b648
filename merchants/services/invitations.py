"""Inviting people to work for a shop, and their answers."""

from allauth.account.models import EmailAddress
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from merchants.errors import MemberError
from merchants.models import Invitation, Member, Merchant
from merchants.portal_roles import GIVEN
from merchants.services.locking import lock_people, manager_of
from shopops.accounts.models import User
from shopops.notifications.models import Message
from shopops.notifications.services import withdraw
from shopops.signin.holds import refuse_while_held
from shopops.transitions.handler import announce, perform

#: So many may wait for an answer per shop: enough for any team, too few to mail strangers in numbers.
MAX_OPEN = 20


@transaction.atomic
def invite(*, merchant: Merchant, email: str, role: str, actor: User) -> Invitation:
    """Ask somebody by e-mail to join with a role.

    Raises MissingRight, Held after a suspicious sign-in of the inviter, and MemberError saying what to do: already a
    member, already invited, too many open, an account that may not sign in, a shop that is closed.
    """
    shop = lock_people(merchant.pk)
    manager_of(shop, actor)
    refuse_while_held(actor)
    if role not in GIVEN:
        raise MemberError(_("Choose a role from the list. Ownership is handed over, not given."))
    if shop.state == Merchant.State.CLOSED:
        raise MemberError(_("The shop is closed. Nobody can be invited any more."))
    invitee = account_for(email)
    if not invitee.is_active:
        raise MemberError(_("The account of this address is blocked. Ask support."))
    if Member.objects.filter(merchant=shop, user=invitee).exists():
        raise MemberError(_("%(email)s works for the shop already.") % {"email": email})
    _close_run_out(shop)
    waiting = Invitation.objects.filter(merchant=shop, state=Invitation.State.OPEN)
    if waiting.filter(invitee=invitee).exists():
        raise MemberError(_("%(email)s is invited already. Send that invitation again.") % {"email": email})
    if waiting.count() >= MAX_OPEN:
        raise MemberError(
            _("%(count)d invitations wait for an answer. Revoke one before you invite more people.")
            % {"count": MAX_OPEN}
        )
    invitation = Invitation.objects.create(
        merchant=shop, invitee=invitee, email=invitee.email, role=role, invited_by=actor
    )
    announce(invitation, Invitation.EFFECTS["send"], actor=actor)
    return invitation


def account_of(email: str) -> User | None:
    """The account that signs in with this address, or proved that it is its own."""
    user = User.objects.filter(email__iexact=email).first()
    if user is None:
        proved = EmailAddress.objects.filter(email__iexact=email, verified=True).select_related("user").first()
        user = proved.user if proved else None
    return user


def account_for(email: str) -> User:
    """The account of an address, one without a password when there is none yet."""
    return account_of(email) or _account_in_waiting(email)


def _account_in_waiting(email: str) -> User:
    """An account without a password: nobody signs in with it until the invited person chooses one."""
    try:
        with transaction.atomic():
            return User.objects.create_user(email, None, language=get_language() or "")
    except IntegrityError:  # another shop invited the same person at this moment
        return User.objects.get(email__iexact=email)


@transaction.atomic
def renew(*, invitation: Invitation, actor: User) -> Invitation:
    """Send it again with a new link and seven more days. Raises MissingRight, Held, TransitionRefused."""
    manager_of(lock_people(invitation.merchant_id), actor)
    refuse_while_held(actor)
    _take_back_mail(invitation)
    return perform(invitation, "renew", actor=actor)


@transaction.atomic
def revoke(*, invitation: Invitation, actor: User) -> Invitation:
    """Take it back; mail that has not left stays. Raises MissingRight, TransitionRefused."""
    manager_of(lock_people(invitation.merchant_id), actor)
    _take_back_mail(invitation)
    return perform(invitation, "revoke", actor=actor)


@transaction.atomic
def revoke_all(*, merchant: Merchant, actor: User | None) -> int:
    """Take every open invitation back: the shop closes. Returns how many; the caller has locked the shop."""
    waiting = list(Invitation.objects.filter(merchant=merchant, state=Invitation.State.OPEN).order_by("pk"))
    for invitation in waiting:
        _take_back_mail(invitation)
        perform(invitation, "revoke", actor=actor)
    return len(waiting)


def _take_back_mail(invitation: Invitation) -> None:
    messages = Message.objects.filter(kind="merchants.member_invited", context__invitation=invitation.pk)
    withdraw(message_ids=messages.values_list("pk", flat=True), why="The invitation was taken back or sent again.")


@transaction.atomic
def accept(*, invitation: Invitation, actor: User) -> Member:
    """Join the shop. Raises MemberError for somebody else's invitation, TransitionRefused when it is closed."""
    shop = lock_people(invitation.merchant_id)
    _only_for(invitation, actor)
    if shop.state == Merchant.State.CLOSED:
        raise MemberError(_("The shop is closed. Nobody can join it any more."))
    if Member.objects.filter(merchant=shop, user=actor).exists():
        raise MemberError(_("You work for this shop already."))
    done = perform(invitation, "accept", actor=actor)
    return Member.objects.create(merchant=shop, user=actor, role=done.role)


@transaction.atomic
def accept_with_password(*, invitation: Invitation, name: str, password: str) -> User:
    """Make the account in waiting the person's own and join; the link of the e-mail proved the address.

    Only while the account has no password: who has one signs in. Raises MemberError, TransitionRefused.
    """
    lock_people(invitation.merchant_id)  # the shop before its people, as everywhere: else two wait for each other
    user = User.objects.select_for_update(no_key=True).get(pk=invitation.invitee_id)
    if user.has_usable_password():
        raise MemberError(_("This account has a password already. Sign in with it."))
    user.name = name
    user.set_password(password)
    user.save()
    EmailAddress.objects.update_or_create(user=user, email=user.email, defaults={"verified": True, "primary": True})
    accept(invitation=invitation, actor=user)
    return user


@transaction.atomic
def decline(*, invitation: Invitation, actor: User) -> Invitation:
    """Say no. Raises MemberError for somebody else's invitation, TransitionRefused when it is closed."""
    lock_people(invitation.merchant_id)
    _only_for(invitation, actor)
    return perform(invitation, "decline", actor=actor)


def _only_for(invitation: Invitation, actor: User) -> None:
    if invitation.invitee_id != actor.pk:
        raise MemberError(_("This invitation is for somebody else. Sign in with the address it was sent to."))


def _close_run_out(merchant: Merchant) -> None:
    over = Invitation.objects.filter(merchant=merchant, state=Invitation.State.OPEN, expires_at__lte=timezone.now())
    for invitation in over:
        perform(invitation, "expire", actor=None)
