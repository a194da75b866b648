"""The public addresses: no session, no token, nothing written; caches may keep them for a minute."""

from collections.abc import Callable
from functools import wraps

from django.db import Error as DatabaseError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone, translation
from django.utils.cache import patch_cache_control
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from maintenance import selectors
from maintenance.status import cache, calendar, data, rss
from maintenance.status import page as page_words

CALENDAR = "text/calendar; charset=utf-8"
View = Callable[..., HttpResponse]


def public(view: View) -> View:
    """Let caches keep the answer for a minute, and for a day when the application does not answer."""

    @wraps(view)
    def cached(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        response = view(request, *args, **kwargs)
        if response.status_code == 200:
            patch_cache_control(response, public=True, max_age=60, stale_if_error=86400)
        return response

    return require_safe(cached)


@public
def page(request: HttpRequest) -> HttpResponse:
    """Show the status; without a database and without a kept snapshot say so honestly (503)."""
    try:
        snapshot = cache.current()
    except DatabaseError:
        return render(request, "status/away.html", {"now": timezone.now()}, status=503)
    return render(request, "status/page.html", page_words.context(snapshot))


@public
def json(request: HttpRequest) -> JsonResponse:
    """The status as data, in both languages."""
    try:
        snapshot = cache.current()
    except DatabaseError:
        return JsonResponse({"state": "unknown"}, status=503)
    response = JsonResponse(data.as_data(snapshot), json_dumps_params={"ensure_ascii": False})
    response["Access-Control-Allow-Origin"] = "*"  # public data: other sites may show it
    return response


@public
def rss_feed(request: HttpRequest, language: str = "") -> HttpResponse:
    """Notices and incidents, newest first; in the language of the address, else of the reader."""
    with translation.override(language or get_language()):
        return HttpResponse(rss.feed(get_language() or "en"), content_type="application/rss+xml; charset=utf-8")


@public
def ical_feed(request: HttpRequest, language: str = "") -> HttpResponse:
    """All announced windows, to subscribe to; in the language of the address, else of the reader."""
    with translation.override(language or get_language()):
        return HttpResponse(calendar.feed(timezone.now()), content_type=CALENDAR)


@public
def window_ical(request: HttpRequest, pk: int) -> HttpResponse:
    """One window, to add to a calendar."""
    window = get_object_or_404(selectors.public_windows(), pk=pk)
    response = HttpResponse(calendar.entry(window), content_type=CALENDAR)
    response["Content-Disposition"] = f'attachment; filename="maintenance-{pk}.ics"'
    return response
