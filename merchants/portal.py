"""The portal's gate: who is signed in, for which shop, and with which rights. Every portal page of every app goes
through it, and the API asks the same questions with `may` and `shops_where`."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Final, TypeVar, cast, overload

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from merchants.models import Member, Merchant
from merchants.portal_roles import Permission, known_permission, roles_with, stays_in_closed_shops
from shopops.accounts.models import User

SESSION_KEY: Final = "portal_merchant"


class PortalRequest(HttpRequest):
    """A request that passed the gate: the shop that is shown, and who the person is there."""

    user: User
    merchant: Merchant
    member: Member
    shops: list[Merchant]
    memberships: list[Member]
    portal_permissions: frozenset[str]
    portal_needs: str


class MissingRight(PermissionDenied):
    """The person belongs to the shop, but the role there lacks the right."""

    def __init__(self, permission: str) -> None:
        super().__init__(permission)
        self.permission = permission


PortalView = Callable[..., HttpResponseBase]
M = TypeVar("M", bound=models.Model)


@overload
def portal_page(view: PortalView) -> PortalView: ...
@overload
def portal_page(*, needs: str = "", posts: str = "", any_shop: bool = False) -> Callable[[PortalView], PortalView]: ...
def portal_page(view: PortalView | None = None, *, needs: str = "", posts: str = "", any_shop: bool = False) -> Any:
    """Let members in, with `request.merchant` (the shop they chose, else their first), `request.member` and rights.

    `needs` names the right that the page takes (merchants/portal_roles.py), `posts` the one for sending its form where
    that is another; without them any member may. Whoever lacks the right gets a 403 that names who can help. With
    `any_shop` the gate leaves the right to `own_object`, by which the view finds its object in one of the person's
    shops. Strangers are asked to sign in; people without a shop are sent to their applications.
    """
    for right in filter(None, (needs, posts)):
        known_permission(right)

    def decorate(wrapped: PortalView) -> PortalView:
        @wraps(wrapped)
        def gated(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            passed = enter(request)
            if passed is None:
                return redirect("merchants:applications")
            passed.portal_needs = posts if posts and request.method == "POST" else needs
            try:
                if passed.portal_needs and not any_shop:
                    require(passed, passed.portal_needs)
                return wrapped(passed, *args, **kwargs)
            except MissingRight as missing:
                return refused(passed, missing.permission)

        guarded = cast(PortalView, login_required(gated))
        # The contract test reads what is declared here.
        guarded.portal_needs, guarded.portal_posts = needs, posts or needs  # type: ignore[attr-defined]
        return guarded

    return decorate(view) if view is not None else decorate


def enter(request: HttpRequest) -> PortalRequest | None:
    """Put shops, membership and rights on the request of a signed-in person; None for people without a shop."""
    memberships = memberships_of(cast(User, request.user))
    if not memberships:
        return None
    passed = cast(PortalRequest, request)
    passed.memberships = memberships
    passed.shops = [each.merchant for each in memberships]
    chosen = request.session.get(SESSION_KEY)
    _stand_in(passed, next((each for each in memberships if each.merchant_id == chosen), memberships[0]))
    return passed


def _stand_in(request: PortalRequest, member: Member) -> None:
    request.member, request.merchant = member, member.merchant
    request.portal_permissions = member.permissions


def require(request: PortalRequest, permission: str) -> None:
    """Go on with the right in the shop that is shown; raises MissingRight without."""
    if not request.member.can(permission):
        raise MissingRight(permission)


def own_object(request: PortalRequest, objects: models.QuerySet[M], **lookup: Any) -> M:
    """The object with this lookup, of one of the person's shops; the portal turns to that shop, as links expect.

    For pages with `any_shop`. Raises Http404 for everybody else's, and MissingRight where the person's role in the
    object's shop lacks what the page needs.
    """
    shops = [each.merchant_id for each in request.memberships]
    found: Any = get_object_or_404(objects, **lookup, merchant_id__in=shops)
    member = next(each for each in request.memberships if each.merchant_id == found.merchant_id)
    if request.portal_needs and not member.can(request.portal_needs):
        raise MissingRight(request.portal_needs)
    if found.merchant_id != request.merchant.pk:
        _stand_in(request, member)
        request.session[SESSION_KEY] = found.merchant_id
    return cast(M, found)


def refused(request: PortalRequest, permission: str) -> HttpResponseBase:
    """The page that says which right is missing and who can give it."""
    owners = Member.objects.filter(merchant=request.merchant, role=Member.PortalRole.OWNER).select_related("user")
    context = {
        "right": Permission(permission).label,
        "owners": owners.order_by("id"),
        "member": request.member,
        "closed": request.merchant.is_closed and request.member.role in roles_with(permission),
    }
    return render(request, "portal/forbidden.html", context, status=403)


def memberships_of(user: User) -> list[Member]:
    """What a person is in which shops, by the shops' names."""
    found = Member.objects.filter(user=user).select_related("merchant")
    return list(found.order_by("merchant__shop_name", "merchant_id"))


def shops_of(user: User) -> list[Merchant]:
    """The shops a person works for, by name."""
    return [each.merchant for each in memberships_of(user)]


def shops_where(user: User, permission: str) -> models.QuerySet[Merchant]:
    """The shops in which a person has a right; for lists of the API. Raises ValueError for an unknown right."""
    return Merchant.objects.filter(pk__in=_holding(permission).filter(user_id=user.pk).values("merchant_id"))


def may(user: User, merchant_id: int, permission: str) -> bool:
    """Whether a person has a right in a shop. Raises ValueError for an unknown right."""
    return shops_where(user, permission).filter(pk=merchant_id).exists()


def people_with(merchant_ids: "models.QuerySet[Any, Any] | list[int]", permission: str) -> models.QuerySet[Member]:
    """The active members of shops who have a right: those who are told of what they can act on or read."""
    return _holding(permission).filter(merchant_id__in=merchant_ids, user__is_active=True).order_by("pk")


def _holding(permission: str) -> models.QuerySet[Member]:
    """Memberships that carry a right: by role, and in closed shops only what stays there."""
    found = Member.objects.filter(role__in=roles_with(permission))
    return found if stays_in_closed_shops(permission) else found.exclude(merchant__state=Merchant.State.CLOSED)


def owners_and_staff(merchant_id: int, needs: str = "") -> list[User]:
    """The people of a shop who are told things; with `needs` only those who may see what it is about."""
    people = Member.objects.filter(merchant_id=merchant_id, user__is_active=True).order_by("pk")
    if needs:
        people = people_with([merchant_id], needs)
    return [member.user for member in people.select_related("user")]


def context(request: HttpRequest) -> dict[str, Any]:
    """Context processor: what the portal layout needs, on pages that passed the gate."""
    if not hasattr(request, "merchant"):
        return {}
    from shopops.ui import navigation

    passed = cast(PortalRequest, request)
    return {
        "merchant": passed.merchant,
        "shops": passed.shops,
        "rights": {permission.replace(".", "_"): True for permission in passed.portal_permissions},
        "nav": navigation.items(request),
        "shop_switch_url": reverse("merchants:switch_shop"),
    }
