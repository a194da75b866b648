"""What allauth asks us while somebody signs in."""

from typing import Any

from allauth.core.exceptions import ImmediateHttpResponse
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from shopops import network
from shopops.accounts.adapter import AccountAdapter as PlainAccountAdapter
from shopops.signin import lockout
from shopops.signin.models import SignIn
from shopops.signin.services import record_failure


class AccountAdapter(PlainAccountAdapter):
    """Nobody who is locked out gets as far as a password check; errors and choices are in our words."""

    error_messages = PlainAccountAdapter.error_messages | {
        "email_password_mismatch": _("E-mail address and password do not match an account."),
        "too_many_login_attempts": _("Too many failed attempts. Wait five minutes, or reset the password."),
        "incorrect_password": _("The password is wrong."),
        "email_taken": _("There is an account with this e-mail address. Sign in, or reset the password."),
        "rate_limited": _("Too many attempts. Wait a minute."),
    }

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        if lockout.is_locked(request, credentials):
            record_failure(request, lockout.account(request, credentials), SignIn.Outcome.LOCKED_OUT)
            raise ImmediateHttpResponse(lockout.response(request, None, credentials))
        super().pre_authenticate(request, **credentials)

    def get_client_ip(self, request: HttpRequest) -> str:
        """The address for rate limits and sessions: the same that the lock and the log use."""
        return network.address_of(request) or super().get_client_ip(request)

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        """The ways to confirm that it is oneself, called as our pages call them."""
        return [way | {"description": _WAYS[way["id"]]} for way in super().get_reauthentication_methods(user)]


_WAYS = {
    "reauthenticate": _("Use the password"),
    "mfa_reauthenticate": _("Use the authenticator app"),
    "mfa_reauthenticate:webauthn": _("Use a security key"),
}
