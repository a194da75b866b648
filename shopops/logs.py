"""What is written to the log: one line of JSON per event, without personal data.

People appear by their number, addresses without their query. Whatever is logged all the same, in a message or in the
words of an error, passes `redacted` last: e-mail addresses, phone, identity and card numbers, tokens and the rows that
database errors quote are struck out.
"""

import contextvars
import json
import logging
import re
import secrets
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from celery.signals import after_setup_logger, after_setup_task_logger, before_task_publish, task_postrun, task_prerun
from django.http import HttpRequest, HttpResponse

access = logging.getLogger("shopops.access")

#: The request or task in whose name this process works right now.
_request_id: contextvars.ContextVar[str] = contextvars.ContextVar("request_id", default="")
_HEADER = "shopops_request_id"
_SANE = re.compile(r"[A-Za-z0-9._-]{8,64}")
_QUIET = ("/healthz", "/static/")

_REDACTIONS = [
    # What PostgreSQL quotes from the row that it refuses.
    (re.compile(r"(DETAIL|CONTEXT): .*", re.IGNORECASE), r"\1: [not logged]"),
    (re.compile(r"[\w.+-]+@[\w-]+(\.[\w-]+)+"), "[e-mail]"),
    (re.compile(r"(?i)\b(bearer|basic)\s+[\w.~+/=-]{8,}"), r"\1 [secret]"),
    (
        re.compile(
            r"(?i)((?:password|passwd|secret|token|authorization|api[_-]?key|sessionid|csrf\w*)[\"']?\s*[:=]\s*[\"']?)"
            r"[^\s\"'&,;}]+"
        ),
        r"\1[secret]",
    ),
    (re.compile(r"\b\d{17}[\dXx]\b"), "[ID number]"),
    (re.compile(r"(?<![\w.-])\d{4}([ -]?\d{4}){3}(\d{1,3})?(?![\w.])"), "[card number]"),
    (re.compile(r"(?<![\w.:/-])(\+\d{1,3}[ -]?)?1[3-9]\d([ -]?\d{4}){2}(?!\d)"), "[phone]"),
    (re.compile(r"(?<![\w.:])\+\d{1,3}[ -]?\d([ -]?\d){6,12}(?!\d)"), "[phone]"),
]
#: What every record has; the rest was given by `extra`.
_USUAL = set(vars(logging.LogRecord("", 0, "", 0, "", None, None))) | {"message", "asctime", "taskName", "request"}


def request_id() -> str:
    """Return the id of the request or task this runs in, "" outside of both."""
    return _request_id.get()


def redacted(text: str) -> str:
    """Return the text without what looks like personal data or a secret."""
    for pattern, instead in _REDACTIONS:
        text = pattern.sub(instead, text)
    return text


class LineFormatter(logging.Formatter):
    """Readable lines, for the demo and development."""

    def __init__(self) -> None:
        super().__init__("%(levelname)s %(name)s: %(message)s")

    def format(self, record: logging.LogRecord) -> str:
        return redacted(super().format(record))


class JsonFormatter(logging.Formatter):
    """One line of JSON per event: at, level, logger, message, request, and what was given as `extra`."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": redacted(record.getMessage()),
        }
        if request_id():
            line["request"] = request_id()
        for name, value in vars(record).items():
            if name not in _USUAL and not name.startswith("_"):
                line[name] = value if isinstance(value, int | float | bool | None) else redacted(str(value))
        if record.exc_info:
            line["error"] = redacted(self.formatException(record.exc_info))
        return json.dumps(line, ensure_ascii=False)


class RequestLogMiddleware:
    """Give every request an id, answer it as X-Request-ID, and log one line when it is done.

    An id that comes with the request is kept when it is sane (8 to 64 letters, digits, ".", "_" or "-"). It stands
    first, so that the line tells of everything below.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request below its id."""
        given = request.headers.get("X-Request-ID", "")
        token = _request_id.set(given if _SANE.fullmatch(given) else secrets.token_hex(8))
        began = time.monotonic()
        try:
            response = self.get_response(request)
            response.headers["X-Request-ID"] = request_id()
            if not request.path.startswith(_QUIET):
                _log_access(request, response, time.monotonic() - began)
            return response
        finally:
            _request_id.reset(token)


def _log_access(request: HttpRequest, response: HttpResponse, seconds: float) -> None:
    user = getattr(request, "_cached_user", None)  # never a query only to log
    milliseconds = round(seconds * 1000)
    access.info(
        "%s %s %s %s ms",
        request.method,
        request.path,
        response.status_code,
        milliseconds,
        extra={
            "method": request.method,
            "path": request.path,
            "status": response.status_code,
            "ms": milliseconds,
            "user": getattr(user, "pk", None),
            # The names tell what was asked, the values may be personal.
            "query": ",".join(sorted(request.GET)),
        },
    )


@before_task_publish.connect
def _send_request_id(headers: dict[str, Any] | None = None, **_: Any) -> None:
    if headers is not None and request_id():
        headers[_HEADER] = request_id()


@task_prerun.connect
def _take_request_id(task: Any = None, task_id: str = "", **_: Any) -> None:
    if getattr(task.request, "is_eager", False) and request_id():
        return
    _request_id.set(getattr(task.request, _HEADER, None) or (task.request.headers or {}).get(_HEADER) or task_id)


@task_postrun.connect
def _drop_request_id(task: Any = None, **_: Any) -> None:
    if not getattr(task.request, "is_eager", False):
        _request_id.set("")


@after_setup_logger.connect
@after_setup_task_logger.connect
def _format_workers_lines(logger: logging.Logger | None = None, **_: Any) -> None:
    """Workers write lines as the web server does."""
    from django.conf import settings

    for handler in logger.handlers if logger else []:
        handler.setFormatter(JsonFormatter() if settings.LOG_AS_JSON else LineFormatter())
