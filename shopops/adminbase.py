"""Bases for console lists."""

from typing import Any

from django.http import HttpRequest
from unfold.admin import ModelAdmin


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
