"""The people of a shop: who they are, what they may do, who is invited, and who owns it."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from merchants import portal_roles
from merchants.errors import OnboardingError
from merchants.member_forms import InviteForm, RoleForm
from merchants.models import HandOver, Invitation, Member
from merchants.portal import PortalRequest, portal_page
from merchants.portal_roles import Permission, PortalRole
from merchants.services import hand_over as handing
from merchants.services import invitations, members
from shopops.signin.holds import Held
from shopops.transitions.handler import TransitionRefused

MANAGE = Permission.MEMBERS_MANAGE.value


@require_safe
@portal_page
def people(request: PortalRequest) -> HttpResponse:
    """Everybody who works for the shop, and what each role may do; invitations for those who invite."""
    return _page(request)


def _page(request: PortalRequest, form: InviteForm | None = None) -> HttpResponse:
    manages = request.member.can(MANAGE)
    staff = list(request.merchant.members.select_related("user").order_by("since", "id"))
    owners = [each for each in staff if each.is_owner]
    offers = HandOver.objects.filter(merchant=request.merchant, state=HandOver.State.OFFERED)
    offer = offers.select_related("giver", "receiver").first()
    context = {
        "manages": manages,
        "staff": [(each, _role_form(each) if manages and not each.is_owner else None) for each in staff],
        "invitations": _waiting(request) if manages else [],
        "form": form or InviteForm(),
        "offer": offer if offer and offer.is_open else None,
        "is_offered_to_me": bool(offer and offer.is_open and offer.receiver_id == request.user.pk),
        "may_leave": not request.member.is_owner or len(owners) > 1,
        "matrix": portal_roles.matrix(),
        "roles": [(role.label, portal_roles.DESCRIPTIONS[role]) for role in PortalRole],
        "nav_current": "members",
    }
    return render(request, "merchants/members.html", context, status=422 if form and form.errors else 200)


def _role_form(member: Member) -> RoleForm:
    return RoleForm(initial={"role": member.role}, prefix=f"m{member.pk}", person=str(member.user))


def _waiting(request: PortalRequest) -> list[Invitation]:
    found = Invitation.objects.filter(merchant=request.merchant, state=Invitation.State.OPEN)
    return list(found.select_related("invited_by").order_by("-sent_at", "-id"))


@require_POST
@portal_page(needs=MANAGE)
def invite(request: PortalRequest) -> HttpResponse:
    """Ask somebody to join."""
    form = InviteForm(request.POST)
    if not form.is_valid():
        return _page(request, form)
    try:
        sent = invitations.invite(merchant=request.merchant, actor=request.user, **form.cleaned_data)
    except (OnboardingError, Held) as error:
        form.add_error(None, _said(error))
        return _page(request, form)
    messages.success(request, _("Invitation sent to %(email)s. It is valid for 7 days.") % {"email": sent.email})
    return redirect("members:list")


@require_POST
@portal_page(needs=MANAGE)
def change_role(request: PortalRequest, pk: int) -> HttpResponse:
    """Give a member another role."""
    member = get_object_or_404(request.merchant.members, pk=pk)
    role = request.POST.get(f"m{pk}-role", "")
    done = _("%(name)s: the role is changed.") % {"name": member.user}
    return _try(request, done, members.change_role, member=member, role=role, actor=request.user)


@require_POST
@portal_page(needs=MANAGE)
def remove(request: PortalRequest, pk: int) -> HttpResponse:
    """Take a member's access away."""
    member = get_object_or_404(request.merchant.members, pk=pk)
    done = _("%(name)s does not work for the shop any more.") % {"name": member.user}
    return _try(request, done, members.remove, member=member, actor=request.user)


@require_POST
@portal_page
def leave(request: PortalRequest) -> HttpResponse:
    """Go by oneself."""
    done = _("You left %(shop)s.") % {"shop": request.merchant}
    return _try(request, done, members.leave, to="portal:home", member=request.member)


@require_POST
@portal_page(needs=MANAGE)
def renew(request: PortalRequest, pk: int) -> HttpResponse:
    """Send an invitation again."""
    invitation = get_object_or_404(request.merchant.invitations, pk=pk)
    done = _("Sent again to %(email)s. The earlier link opens nothing any more.") % {"email": invitation.email}
    return _try(request, done, invitations.renew, invitation=invitation, actor=request.user)


@require_POST
@portal_page(needs=MANAGE)
def revoke(request: PortalRequest, pk: int) -> HttpResponse:
    """Take an invitation back."""
    invitation = get_object_or_404(request.merchant.invitations, pk=pk)
    done = _("The invitation of %(email)s is revoked.") % {"email": invitation.email}
    return _try(request, done, invitations.revoke, invitation=invitation, actor=request.user)


@require_POST
@portal_page(needs=MANAGE)
def offer(request: PortalRequest, pk: int) -> HttpResponse:
    """Offer the shop to a member."""
    member = get_object_or_404(request.merchant.members, pk=pk)
    done = _("Offered to %(name)s. You stay the owner until it is accepted.") % {"name": member.user}
    return _try(request, done, handing.offer, member=member, actor=request.user)


@require_POST
@portal_page
def answer_offer(request: PortalRequest, pk: int) -> HttpResponse:
    """Accept or decline the shop, or take the offer back."""
    found = get_object_or_404(request.merchant.hand_overs, pk=pk)
    steps: dict[str, tuple[Callable[..., Any], str]] = {
        "accept": (handing.accept, _("You are the owner of %(shop)s now.") % {"shop": request.merchant}),
        "decline": (handing.decline, _("Declined. The owner is told.")),
        "withdraw": (handing.withdraw, _("The offer is withdrawn.")),
    }
    service, done = steps.get(request.POST.get("answer", ""), steps["decline"])
    return _try(request, done, service, hand_over=found, actor=request.user)


def _try(
    request: PortalRequest, done: str, service: Callable[..., Any], to: str = "members:list", **arguments: Any
) -> HttpResponse:
    """Call a service and say on the next page what became of it."""
    try:
        service(**arguments)
    except TransitionRefused:
        messages.info(request, _("This was answered or taken back in the meantime. Nothing was changed."))
    except (OnboardingError, Held) as error:
        messages.error(request, _said(error))
    else:
        messages.success(request, done)
        return redirect(to)
    return redirect("members:list")


def _said(error: Exception) -> str:
    return " ".join(error.messages) if isinstance(error, ValidationError) else str(error)
