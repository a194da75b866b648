"""Per request: operators prove a second factor before anything opens, and risky pages wait while a hold stands."""

from collections.abc import Callable
from typing import Any

from allauth.usersessions.models import UserSession
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from shopops.accounts.models import User
from shopops.signin import device, factors, holds, sessions
from shopops.signin.models import Hold
from shopops.signin.services import session_hash

#: What an operator reaches before the second factor: setting it up, signing out, and what everybody may see.
_OPEN = ("/accounts/", "/static/", "/healthz", "/status/", "/language/", "/theme/", "/favicon", "/admin/jsi18n/")
#: Pages of allauth that change who can get into an account.
_RISKY = {
    "account_email",
    "account_set_password",
    "mfa_activate_totp",
    "mfa_deactivate_totp",
    "mfa_add_webauthn",
    "mfa_edit_webauthn",
    "mfa_remove_webauthn",
    "mfa_view_recovery_codes",
    "mfa_generate_recovery_codes",
    "mfa_download_recovery_codes",
}


class SignInMiddleware:
    """Stands below allauth's middleware; see the module."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Stop operators who have not proved a second factor; otherwise answer, and keep track of the session."""
        if request.user.is_authenticated:
            refusal = second_factor_first(request)
            if refusal is not None:
                return refusal
            sessions.note_seen(request)
        response = self.get_response(request)
        device.remember(request, response)
        return response

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        """Refuse what a hold covers, with a page that says until when and how to lift it."""
        name = request.resolver_match.url_name if request.resolver_match else None
        if not isinstance(request.user, User) or not _is_risky(request, name):
            return None
        hold = holds.standing(request.user)
        if hold is None or (name == "account_change_password" and _is_older(request, hold)):
            return None
        context = {"hold": hold, "can_prove": factors.had_one_before(request.user, hold.since)}
        return render(request, "signin/held.html", context, status=403)


def second_factor_first(request: HttpRequest) -> HttpResponse | None:
    """Lead an operator who has proved no second factor in this session to the page that does it."""
    user = request.user
    if not factors.required_of(user) or request.path_info.startswith(_OPEN) or factors.proved_in(request):
        return None
    if request.path_info.startswith("/api/"):
        detail = _("Operators need a second factor. Sign in to the console with it first.")
        problem = {"type": "about:blank", "title": _("Second factor needed"), "status": 403, "detail": detail}
        return JsonResponse(problem, status=403, content_type="application/problem+json")
    if not factors.has_one(user):  # type: ignore[arg-type]
        return redirect(reverse("mfa_index"))
    return redirect_to_login(request.get_full_path(), factors.proving_page(user))  # type: ignore[arg-type]


def _is_risky(request: HttpRequest, name: str | None) -> bool:
    if name == "account_email":  # the list itself may be read
        return request.method == "POST"
    return name in _RISKY or name == "account_change_password"


def _is_older(request: HttpRequest, hold: Hold) -> bool:
    """Whether this session began before the suspicious sign-in: its person may still change the password."""
    key = request.session.session_key or ""
    if hold.sign_in is None or session_hash(key) == hold.sign_in.session:
        return False
    return UserSession.objects.filter(session_key=key, created_at__lt=hold.since).exists()
