"""Lists open with the view that a person chose for them."""

from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from shopops.accounts.models import User
from shopops.saved_views.selectors import default_of


def open_with_default(request: HttpRequest, page: str) -> HttpResponse | None:
    """Lead a bare visit of a page to the person's default view; None to go on.

    Who comes from the page itself has just taken the filters away and is left alone.
    """
    user = request.user
    if request.method != "GET" or request.META.get("QUERY_STRING") or not isinstance(user, User):
        return None
    came_from = urlsplit(request.META.get("HTTP_REFERER", "")).path
    if came_from == request.path:
        return None
    default = default_of(user, page)
    return redirect(f"{request.path}?{default.view.query}") if default and default.view.query else None
