"""Exits in the console: the list; work is done on the workbench."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from merchants.exits.models import Exit
from shopops.adminbase import ReadOnlyAdmin

_COLOURS = {
    "requested": "info", "checking": "info", "notice": "warning", "settling": "warning", "closed": "danger",
    "cancelled": "success", "refused": "danger",
}  # fmt: skip


@admin.register(Exit)
class ExitAdmin(ReadOnlyAdmin):
    list_display = ("bench", "merchant", "kind", "state_label", "requested_at", "notice_until", "closed_at", "grade")
    list_filter = ("state", "kind", "category", "grade", "requested_at")
    search_fields = ("merchant__shop_name", "merchant__legal_name", "merchant__uscc")
    list_select_related = ("merchant",)
    list_display_links = None

    @admin.display(description=_("number"))
    def bench(self, leaving: Exit) -> SafeString:
        url = reverse("exit_desk:bench", args=[leaving.pk])
        return format_html('<a href="{}" class="text-primary-600 underline">{}</a>', url, leaving.number)

    @display(description=_("state"), label=_COLOURS, ordering="state")
    def state_label(self, leaving: Exit) -> tuple[str, str]:
        return leaving.state, leaving.get_state_display()

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm("exits.view_exit")
