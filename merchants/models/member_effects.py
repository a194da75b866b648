"""What the world hears of people who join, change and leave."""

from collections.abc import Callable, Iterable
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from shopops.accounts.models import User
from shopops.transitions.handler import Effect, Notice


def _invitee(invitation: Any) -> list[User]:
    return [invitation.invitee]


def _inviter(invitation: Any) -> list[User]:
    return [invitation.invited_by]


def _receiver(hand_over: Any) -> list[User]:
    return [hand_over.receiver]


def _giver(hand_over: Any) -> list[User]:
    return [hand_over.giver]


def _oneself(member: Any) -> list[User]:
    return [member.user]


def _managers(member: Any) -> list[User]:
    """Those who decide who works here, without the one it is about."""
    from merchants.portal import owners_and_staff

    return [user for user in owners_and_staff(member.merchant_id, "members.manage") if user.pk != member.user_id]


def _everybody(hand_over: Any) -> list[User]:
    from merchants.portal import owners_and_staff

    return owners_and_staff(hand_over.merchant_id)


def _invited(invitation: Any) -> dict[str, Any]:
    """The link itself is made when the e-mail is rendered: nobody who reads the database can open it."""
    return {
        "shop": invitation.merchant.shop_name,
        "role": invitation.role,
        "email": invitation.email,
        "inviter": str(invitation.invited_by),
        "invited": str(invitation.invitee),
        "expires": invitation.expires_at,
        "invitation": invitation.pk,
        "nonce": invitation.nonce,
        "has_account": invitation.invitee.has_usable_password(),
    }


def _handed(hand_over: Any) -> dict[str, Any]:
    return {
        "shop": hand_over.merchant.shop_name,
        "giver": str(hand_over.giver),
        "receiver": str(hand_over.receiver),
        "expires": hand_over.expires_at,
    }


def _member(member: Any) -> dict[str, Any]:
    return {"shop": member.merchant.shop_name, "role": member.role, "name": str(member.user)}


def _answer(invitation: Any) -> str:
    return reverse("join:invitation", args=[invitation.pk])


def _people(_about: Any) -> str:
    return reverse("members:list")


def _home(_about: Any) -> str:
    return reverse("portal:home")


def _notice(
    kind: str,
    recipients: Callable[[Any], Iterable[User]],
    context: Callable[[Any], dict[str, Any]],
    url: Callable[[Any], str] = _people,
) -> Notice:
    return Notice(kind=f"merchants.{kind}", recipients=recipients, context=context, url=url)


#: "send" and "offer" are births, the others transitions.
INVITATION: dict[str, Effect] = {
    "send": Effect(
        "merchants.invitation.sent", _("Invitation sent"), _notice("member_invited", _invitee, _invited, _answer)
    ),
    "accept": Effect(
        "merchants.invitation.accepted", _("Invitation accepted"), _notice("member_joined", _inviter, _invited)
    ),
    "decline": Effect(
        "merchants.invitation.declined", _("Invitation declined"), _notice("member_declined", _inviter, _invited)
    ),
    "revoke": Effect(
        "merchants.invitation.revoked",
        _("Invitation revoked"),
        silent_because="Whoever was invited need do nothing; the link says that it was taken back.",
    ),
    "renew": Effect(
        "merchants.invitation.renewed",
        _("Invitation sent again"),
        _notice("member_invited", _invitee, _invited, _answer),
    ),
    "expire": Effect(
        "merchants.invitation.expired",
        _("Invitation ran out"),
        silent_because="The e-mail said until when; the page of the shop's people shows it.",
    ),
}

HAND_OVER: dict[str, Effect] = {
    "offer": Effect(
        "merchants.ownership.offered", _("Ownership offered"), _notice("ownership_offered", _receiver, _handed)
    ),
    "accept": Effect(
        "merchants.ownership.accepted", _("Ownership handed over"), _notice("ownership_accepted", _everybody, _handed)
    ),
    "decline": Effect(
        "merchants.ownership.declined", _("Ownership declined"), _notice("ownership_declined", _giver, _handed)
    ),
    "withdraw": Effect(
        "merchants.ownership.withdrawn",
        _("Offer of ownership withdrawn"),
        silent_because="Nothing changed for the one who was asked; the page says that it was taken back.",
    ),
    "expire": Effect(
        "merchants.ownership.expired",
        _("Offer of ownership ran out"),
        silent_because="The message said until when; nothing changed.",
    ),
}

MEMBER: dict[str, Effect] = {
    "change_role": Effect(
        "merchants.member.role_changed", _("Role changed"), _notice("member_role_changed", _oneself, _member, _home)
    ),
    "remove": Effect(
        "merchants.member.removed", _("Member removed"), _notice("member_removed", _oneself, _member, _home)
    ),
    "leave": Effect("merchants.member.left", _("Member left"), _notice("member_left", _managers, _member)),
}
