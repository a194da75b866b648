"""Below /api/: bodies that are too large are refused unread, and whatever goes wrong is answered as a problem."""

import io
import json
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from shopops.api.problems import CONTENT_TYPE, document

PREFIX = "/api/"
_MOVED = (301, 302)
_CODES = {400: "invalid", 401: "not_authenticated", 403: "permission_denied", 404: "not_found"}


class ApiMiddleware:
    """Stands below the language, so that problems are told in it, and above everything that may answer by itself."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer; errors become problems, and the caller's rate goes into the headers."""
        response = self.get_response(request)
        if not request.path_info.startswith(PREFIX):
            return response
        if response.status_code in _MOVED and request.method not in ("GET", "HEAD"):
            # Whoever follows it sends a GET without the body, and takes the list for the answer.
            detail = _("The address ends with a slash: %(path)s/") % {"path": request.path_info[:200]}
            response = _answer(document("not_found", 404, detail))
        if response.status_code >= 400 and not _is_ours(response):
            response = _as_problem(response)
        rate = getattr(request, "api_rate", None)
        if rate is not None:
            for name, value in rate.headers().items():
                response[name] = value
        is_somebodys = "Authorization" in request.headers or settings.SESSION_COOKIE_NAME in request.COOKIES
        if is_somebodys or response.status_code >= 400:
            response.headers.setdefault("Cache-Control", "no-store")
        return response

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        """Refuse a body that is larger than the view takes, before anybody reads it."""
        if not request.path_info.startswith(PREFIX) or request.method in ("GET", "HEAD"):
            return None
        limit = getattr(getattr(view, "cls", None), "max_body", None) or settings.API_MAX_BODY
        if _is_chunked(request):
            return None if _take_chunks(request, limit) else _too_large(limit)
        try:
            length = int(request.META.get("CONTENT_LENGTH") or 0)
        except ValueError:
            length = 0
        return _too_large(limit) if length > limit else None


def _is_chunked(request: HttpRequest) -> bool:
    return "chunked" in request.headers.get("Transfer-Encoding", "").lower()


def _take_chunks(request: HttpRequest, limit: int) -> bool:
    """Read a body that does not say its length, which Django would take for none; False when it is too large."""
    if not isinstance(request, WSGIRequest):
        return True
    body = request.environ["wsgi.input"].read(limit + 1)
    if len(body) > limit:
        return False
    request._stream = io.BytesIO(body)
    request.META["CONTENT_LENGTH"] = str(len(body))
    return True


def _too_large(limit: int) -> HttpResponse:
    detail = _("The body has more than %(limit)s bytes.") % {"limit": limit}
    return _answer(document("too_large", 413, detail))


def _is_ours(response: HttpResponse) -> bool:
    """A problem of this API, with its code; middleware below may answer with a plainer one."""
    return response.get("Content-Type", "").startswith(CONTENT_TYPE) and b'"code":' in response.content


def _as_problem(response: HttpResponse) -> HttpResponse:
    status = response.status_code
    # A problem without a code comes from the sign-in, which stands in front of the views.
    plain = response.get("Content-Type", "").startswith(CONTENT_TYPE)
    code = "second_factor" if plain and status == 403 else _CODES.get(status, "")
    problem = _answer(document(code, status))
    for name in ("Allow", "Retry-After", "WWW-Authenticate", "Vary", "Content-Language"):
        if response.has_header(name):
            problem[name] = response[name]
    problem.cookies = response.cookies
    return problem


def _answer(body: dict[str, Any]) -> HttpResponse:
    return HttpResponse(json.dumps(body, ensure_ascii=False), status=body["status"], content_type=CONTENT_TYPE)
