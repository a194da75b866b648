"""The console's own ways in lead through the one sign-in, so that none goes past the second factor."""

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect


def close_side_doors() -> None:
    """Send the console's sign-in and its change of one's own password to the pages everybody uses."""
    admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]
    admin.site.password_change = _change_password  # type: ignore[method-assign,assignment]


def _change_password(request: HttpRequest, extra_context: object = None) -> HttpResponse:
    return redirect("account_change_password")
