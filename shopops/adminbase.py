"""Bases for console lists, and the gate of the console's own pages."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from unfold.admin import ModelAdmin

ConsoleView = Callable[..., HttpResponseBase]


def console_page(*permissions: str) -> Callable[[ConsoleView], ConsoleView]:
    """A page of our own in the console, for operators who have all these permissions ("app_label.codename").

    Who is no operator is asked to sign in; an operator without the permissions gets 403. The permissions stay readable
    on the view as `console_permissions`: tests/doors holds every page below /admin/ to what it declares.
    Raises ValueError without a permission: a page for every operator says so by the permission that all have.
    """
    if not permissions:
        raise ValueError("A console page names the permission that opens it.")

    def decorate(view: ConsoleView) -> ConsoleView:
        @wraps(view)
        def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not request.user.has_perms(permissions):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        gated: Any = admin.site.admin_view(checked)
        gated.console_permissions = permissions
        return gated

    return decorate


class ConsoleAdmin(ModelAdmin):
    """The project's defaults for a console list."""

    compressed_fields = True
    list_filter_submit = True
    list_per_page = 50
    show_full_result_count = False
    warn_unsaved_form = True


class ReadOnlyAdmin(ConsoleAdmin):
    """A list of records that nobody edits by hand: ledgers, runs, facts."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
