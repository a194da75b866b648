"""Bases for console lists, and the gate of the console's own pages."""

from collections.abc import Callable
from functools import cached_property, wraps
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
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


#: Rows that a list counts and pages through; whoever looks for an older one searches or filters.
COUNT_LIMIT = 10_000

#: Asked before a bare console list is shown, with the request and the list's code ("list:merchants.merchant"): an
#: answer goes out instead of the list. Filled in `AppConfig.ready`.
list_openers: list[Callable[[HttpRequest, str], HttpResponse | None]] = []


class CappedPaginator(Paginator):
    """Counts no further than COUNT_LIMIT: the count of millions would take longer than the list."""

    @cached_property
    def count(self) -> int:
        rows: Any = self.object_list
        return int(rows.order_by()[:COUNT_LIMIT].count())


class ConsoleAdmin(ModelAdmin):
    """The project's defaults for a console list, with the saved views above it."""

    list_before_template = "saved_views/console_list.html"

    compressed_fields = True
    list_filter_submit = True
    list_per_page = 50
    show_full_result_count = False
    warn_unsaved_form = True

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        """Django's, after the openers were asked."""
        for ask in list_openers:
            if answer := ask(request, f"list:{self.opts.label_lower}"):
                return answer
        return super().changelist_view(request, extra_context)


class ReadOnlyAdmin(ConsoleAdmin):
    """A list of records that nobody edits by hand: ledgers, runs, facts."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
