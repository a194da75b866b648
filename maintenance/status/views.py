"""The public addresses: no session, no token, nothing written; caches may keep them for a minute."""

from collections.abc import Callable
from functools import wraps

from django.db import Error as DatabaseError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone, translation
from django.utils.cache import patch_cache_control
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from maintenance import selectors
from maintenance.status import cache, calendar, data, feeds, rss
from maintenance.status import page as page_words
from maintenance.status.snapshot import CalendarEntry

CALENDAR = "text/calendar; charset=utf-8"
PLAIN = "text/plain; charset=utf-8"
View = Callable[..., HttpResponse]


def public(view: View) -> View:
    """Let caches keep the answer for a minute, and for a day when the application does not answer.

    Without a database and without a kept snapshot the answer is 503, and says when to ask again.
    """

    @wraps(view)
    def cached(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        try:
            response = view(request, *args, **kwargs)
        except DatabaseError:
            response = HttpResponse(_("The platform does not answer"), status=503, content_type=PLAIN)
        if response.status_code == 200:
            patch_cache_control(response, public=True, max_age=60, stale_if_error=86400)
        elif response.status_code == 503:
            response["Retry-After"] = str(cache.RETRY_AFTER)
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
        feed = rss.feed(cache.current().news, get_language() or "en")
        return HttpResponse(feed, content_type="application/rss+xml; charset=utf-8")


@public
def ical_feed(request: HttpRequest, language: str = "") -> HttpResponse:
    """All announced windows, to subscribe to; in the language of the address, else of the reader."""
    with translation.override(language or get_language()):
        return HttpResponse(calendar.feed(cache.current().calendar), content_type=CALENDAR)


@public
def window_ical(request: HttpRequest, pk: int) -> HttpResponse:
    """One window, to add to a calendar."""
    response = HttpResponse(calendar.single(_calendar_entry(pk)), content_type=CALENDAR)
    response["Content-Disposition"] = f'attachment; filename="maintenance-{pk}.ics"'
    return response


def _calendar_entry(pk: int) -> CalendarEntry:
    """The window as it is now: what is added once is not refreshed. Without a database as the snapshot has it."""
    try:
        return feeds.calendar_entry(get_object_or_404(selectors.public_windows(), pk=pk))
    except DatabaseError:
        for entry in cache.current().calendar:
            if entry.pk == pk:
                return entry
        raise
