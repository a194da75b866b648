"""Addresses of the other pages and orders of a list; what else the address says (filters) stays."""

from typing import Any

from django.core.paginator import Page
from django.http import HttpRequest


def address(request: HttpRequest, **changes: str | int | None) -> str:
    """Return the present address with some GET values changed (None: taken out)."""
    values = request.GET.copy()
    for name, value in changes.items():
        values.pop(name, None)
        if value is not None:
            values[name] = str(value)
    query = values.urlencode()
    return f"?{query}" if query else request.path


def numbered(request: HttpRequest, page: Page, param: str = "page") -> dict[str, Any]:
    """Return what `ui/pages.html` shows for a page of Django's paginator."""
    return {
        "page": page,
        "previous": address(request, **{param: page.previous_page_number()}) if page.has_previous() else "",
        "next": address(request, **{param: page.next_page_number()}) if page.has_next() else "",
    }


def by_cursor(
    request: HttpRequest, next_cursor: str | None, previous: str | None, param: str, shown: str
) -> dict[str, Any]:
    """Return what `ui/cursor_pages.html` shows for a list that pages by key."""
    return {
        "previous": address(request, **{param: previous}) if previous else "",
        "next": address(request, **{param: next_cursor}) if next_cursor else "",
        "shown": shown,
    }


def sort_link(request: HttpRequest, key: str, param: str = "sort") -> dict[str, Any]:
    """Return the address that sorts by `key` (falling on the second click), and how the list is sorted now."""
    present = request.GET.get(param, "")
    order = {key: "ascending", f"-{key}": "descending"}.get(present, "")
    target = f"-{key}" if present == key else key
    return {"url": address(request, **{param: target, "page": None, "cursor": None}), "order": order}
