"""What the world hears when a shop is suspended, leaves, or is closed."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from shopops.accounts.models import User
from shopops.transitions.handler import Effect, Notice


def _everybody(merchant: Any) -> list[User]:
    from merchants.portal import owners_and_staff

    return owners_and_staff(merchant.pk)


def _told(merchant: Any) -> dict[str, Any]:
    return {"shop": merchant.shop_name}


def _home(_merchant: Any) -> str:
    return reverse("portal:home")


def _notice(kind: str) -> Notice:
    return Notice(kind=f"merchants.{kind}", recipients=_everybody, context=_told, url=_home)


MERCHANT: dict[str, Effect] = {
    "suspend": Effect("merchants.merchant.suspended", _("Shop suspended"), _notice("shop_suspended")),
    "restore": Effect("merchants.merchant.restored", _("Shop restored"), _notice("shop_restored")),
    "begin_exit": Effect(
        "merchants.merchant.exiting",
        _("Shop takes no new business"),
        silent_because="The exit that begins tells the shop what follows.",
    ),
    "cancel_exit": Effect(
        "merchants.merchant.staying",
        _("Shop stays"),
        silent_because="The exit that was called off tells the shop.",
    ),
    "stay_suspended": Effect(
        "merchants.merchant.suspended",
        _("Shop suspended"),
        silent_because="The exit that was called off tells the shop; the suspension is the one from before.",
    ),
    "close": Effect(
        "merchants.merchant.closed",
        _("Shop closed"),
        silent_because="The exit that ends tells the shop, with the settlement.",
    ),
}
