"""Bodies of forms that are larger than any page takes: refused unread, with a page that says so.

Django would first write such an upload to disk, whole, and only then ask the view. The API has limits of its own
(shopops.api.middleware).
"""

import time
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.exceptions import BadRequest
from django.db import DataError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.defaults import bad_request

from shopops.api.middleware import PREFIX

#: A browser shows our answer only when it got rid of its body; so much of it is read and thrown away, for so long.
_DRAINED_BYTES = 300 * 1024 * 1024
_DRAINED_SECONDS = 20
_CHUNK = 256 * 1024


class BodyLimitMiddleware:
    """Stands above the check of the form's token, which reads the body; a view may set `max_body` for itself."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        """Answer 413 to a body of more than `settings.MAX_BODY` bytes before anybody reads it."""
        if request.path_info.startswith(PREFIX):
            return None
        limit = getattr(view, "max_body", None) or settings.MAX_BODY
        length = _length(request)
        if length <= limit:
            return None
        _drain(request, length)
        sizes = {"size": _megabytes(length), "limit": _megabytes(limit)}
        return render(request, "413.html", sizes, status=413)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answer 400 when a text with a NUL character reached the database, which can neither store nor compare it.

        Forms refuse it beside their field; this is for values that a view takes as they are.
        """
        if request.path_info.startswith(PREFIX) or not is_nul(exception):
            return None
        return bad_request(request, BadRequest(str(exception)))


def is_nul(error: BaseException) -> bool:
    """Whether the database, or its driver before it, refused a NUL character: in a text, or in JSON."""
    said = str(error)
    return isinstance(error, ValueError | DataError) and ("NUL (0x00)" in said or "\\u0000" in said)


def _length(request: HttpRequest) -> int:
    try:
        return int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        return 0


def _megabytes(size: int) -> int:
    return round(size / 1024 / 1024)


def _drain(request: HttpRequest, length: int) -> None:
    """Read the body and keep nothing of it, within the limits; what is too slow is cut off."""
    stream = request.META.get("wsgi.input")
    if stream is None:
        return
    until, left = time.monotonic() + _DRAINED_SECONDS, min(length, _DRAINED_BYTES)
    while left > 0 and time.monotonic() < until:
        chunk = stream.read(min(_CHUNK, left))
        if not chunk:
            return
        left -= len(chunk)
