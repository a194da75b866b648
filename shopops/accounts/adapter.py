"""Where people go after they sign in, and how allauth's mail is sent."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest
from django.urls import reverse


class AccountAdapter(DefaultAccountAdapter):
    """Operators land in the console, everybody else in the portal."""

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        return reverse("admin:index") if getattr(request.user, "is_staff", False) else reverse("portal:home")

    def get_signup_redirect_url(self, request: HttpRequest) -> str:
        return reverse("portal:home")

    def save_user(self, request: HttpRequest, user: Any, form: Any, commit: bool = True) -> Any:
        user.name = form.cleaned_data.get("name", "")
        user.language = getattr(request, "LANGUAGE_CODE", "")
        return super().save_user(request, user, form, commit)
