"""Answering an invitation: by the link of the e-mail, or signed in from the message."""

from typing import Any

from allauth.account.utils import perform_login
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from merchants import invitation_links
from merchants.errors import OnboardingError
from merchants.member_forms import JoinForm
from merchants.models import Invitation
from merchants.portal import SESSION_KEY
from merchants.portal_roles import DESCRIPTIONS
from merchants.services import invitations
from merchants.views.common import person, tell
from shopops.transitions.handler import TransitionRefused


@never_cache
@login_required
def invitation(request: HttpRequest, pk: int) -> HttpResponse:
    """One's own invitation; 404 for everybody else's."""
    found = get_object_or_404(_invitations(), pk=pk, invitee=person(request))
    return _answer(request, found) if request.method == "POST" else _page(request, found)


@never_cache
def link(request: HttpRequest, pk: int, token: str) -> HttpResponseBase:
    """The link of the e-mail. It shows who invited whom to what; what it takes to accept depends on the account:

    who has none chooses a name and a password here (the link proved the address), who has one signs in with it.
    """
    found = get_object_or_404(_invitations(), pk=pk)
    if not invitation_links.opens(found.pk, found.nonce, token):
        raise Http404
    if found.invitee_id == request.user.pk:
        return redirect("join:invitation", pk)
    if found.invitee.has_usable_password() or request.user.is_authenticated:
        # Somebody else is signed in, or nobody: the invitation's own page asks for the right account.
        return _page(request, found, login_next=reverse("join:invitation", args=[pk]))
    if request.method != "POST":
        return _page(request, found, form=JoinForm(user=found.invitee))
    if request.POST.get("answer") == "decline":
        return _answer(request, found)
    form = JoinForm(request.POST, user=found.invitee)
    if not form.is_valid():
        return _page(request, found, form=form, status=422)
    return _join(request, found, form)


def _join(request: HttpRequest, found: Invitation, form: JoinForm) -> HttpResponseBase:
    try:
        user = invitations.accept_with_password(invitation=found, **form.cleaned_data)
    except (OnboardingError, TransitionRefused):
        return redirect(request.path)  # the page says what it has become
    done = perform_login(request, user, email_verification="none", redirect_url=reverse("portal:home"))
    request.session[SESSION_KEY] = found.merchant_id
    return done


def _answer(request: HttpRequest, found: Invitation) -> HttpResponse:
    """Accept or decline; with an answer that is neither nothing happens."""
    try:
        match request.POST.get("answer"):
            case "accept":
                invitations.accept(invitation=found, actor=found.invitee)
                request.session[SESSION_KEY] = found.merchant_id
                messages.success(request, _("Welcome to %(shop)s.") % {"shop": found.merchant})
                return redirect("portal:home")
            case "decline":
                invitations.decline(invitation=found, actor=found.invitee)
                messages.success(request, _("Declined. Whoever invited you is told."))
    except OnboardingError as error:
        tell(request, error)
    except TransitionRefused:
        pass  # the page says what it has become
    return redirect(request.path)


def _invitations() -> Any:
    return Invitation.objects.select_related("merchant", "invitee", "invited_by")


def _page(
    request: HttpRequest, found: Invitation, *, form: JoinForm | None = None, login_next: str = "", status: int = 200
) -> HttpResponse:
    context = {
        "invitation": found,
        "role_says": DESCRIPTIONS[found.role],
        "form": form if found.is_open else None,
        "login_next": login_next,
        "is_mine": found.invitee_id == request.user.pk,
    }
    return render(request, "merchants/invitation.html", context, status=status if found.is_open else 410)
