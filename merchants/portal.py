"""The portal's gate: who is signed in, for which shop. Every portal page of every app goes through it."""

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse

from merchants.models import Member, Merchant
from shopops.accounts.models import User

SESSION_KEY = "portal_merchant"


class PortalRequest(HttpRequest):
    """A request that passed the gate."""

    user: User
    merchant: Merchant
    shops: list[Merchant]


PortalView = Callable[..., HttpResponseBase]


def portal_page(view: PortalView) -> PortalView:
    """Let members in, with `request.merchant` (the shop they chose, else their first) and `request.shops`.

    Strangers are asked to sign in; people without a shop are sent to their applications.
    """

    @wraps(view)
    def gated(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        shops = shops_of(cast(User, request.user))
        if not shops:
            return redirect("merchants:applications")
        chosen = request.session.get(SESSION_KEY)
        passed = cast(PortalRequest, request)
        passed.shops = shops
        passed.merchant = next((shop for shop in shops if shop.pk == chosen), shops[0])
        return view(passed, *args, **kwargs)

    return cast(PortalView, login_required(gated))


def shops_of(user: User) -> list[Merchant]:
    """The shops a person works for, by name."""
    return list(Merchant.objects.filter(members__user=user).order_by("shop_name", "id"))


def owners_and_staff(merchant_id: int) -> list[User]:
    """Everybody of a merchant who is told things."""
    return [
        member.user
        for member in Member.objects.filter(merchant_id=merchant_id, user__is_active=True)
        .select_related("user")
        .order_by("id")
    ]


def context(request: HttpRequest) -> dict[str, Any]:
    """Context processor: what the portal layout needs, on pages that passed the gate."""
    if not hasattr(request, "merchant"):
        return {}
    from shopops.ui import navigation

    return {
        "merchant": request.merchant,
        "shops": request.shops,  # type: ignore[attr-defined]
        "nav": navigation.items(request),
        "shop_switch_url": reverse("merchants:switch_shop"),
    }
