"""Where people go after they sign in, and how allauth's mail is sent."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from shopops.accounts.roles import OUTSIDE


class AccountAdapter(DefaultAccountAdapter):
    """Operators land in the console, outside reviewers on their one page, everybody else in the portal."""

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        if getattr(request.user, "is_staff", False):
            return reverse("admin:index")
        if OUTSIDE.intersection(getattr(request.user, "roles", ())):
            return reverse("outside:home")
        return reverse("portal:home")

    def get_signup_redirect_url(self, request: HttpRequest) -> str:
        return reverse("portal:home")

    def clean_email(self, email: str) -> str:
        """Refuse an address that no mail server can be asked for."""
        email = super().clean_email(email)
        try:
            email.rpartition("@")[2].encode("idna")
        except UnicodeError as error:
            raise ValidationError(
                _("The part after the @ is no valid domain. Compare it with your mailbox.")
            ) from error
        return email

    def save_user(self, request: HttpRequest, user: Any, form: Any, commit: bool = True) -> Any:
        user.name = form.cleaned_data.get("name", "")
        user.language = getattr(request, "LANGUAGE_CODE", "")
        return super().save_user(request, user, form, commit)
