"""The bar of saved views above a list, on pages of our own and on the console's."""

from typing import Any

from django import template
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from shopops.accounts.models import User
from shopops.saved_views.pages import LIST, may_open
from shopops.saved_views.queries import clean
from shopops.saved_views.selectors import chips, roles_to_share_with

register = template.Library()


@register.simple_tag
def saved_views(request: HttpRequest, page: str) -> SafeString:
    """The views of a page of our own that is registered in `shopops.saved_views.pages`."""
    return _bar("saved_views/bar.html", request, page)


@register.simple_tag
def saved_views_of_list(request: HttpRequest, model: Any) -> SafeString:
    """The views of a console list; `model` is its model's `_meta`."""
    return _bar("saved_views/console_bar.html", request, f"{LIST}{model.label_lower}")


def _bar(name: str, request: HttpRequest, page: str) -> SafeString:
    user = request.user
    if not isinstance(user, User) or not user.has_perm("saved_views.view_savedview") or not may_open(request, page):
        return mark_safe("")
    try:
        query, is_too_long = clean(request.META.get("QUERY_STRING", "")), False
    except ValueError:
        query, is_too_long = "", True
    shown = chips(user, page, query)
    context = {
        "page": page,
        "query": query,
        "chips": shown,
        "current": next((chip for chip in shown if chip.is_current), None),
        "may_save": bool(query) and not is_too_long,
        "roles": roles_to_share_with(user),
        "here": request.get_full_path(),
    }
    return mark_safe(render_to_string(name, context, request))  # noqa: S308  # a template's output
