"""Errors of the API as problem documents (RFC 9457): what is wrong, where, what to do, in the caller's language."""

import logging
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.core.exceptions import PermissionDenied as DjangoPermissionDenied
from django.core.exceptions import ValidationError as DjangoValidationError
from django.db import InterfaceError, OperationalError
from django.http import Http404
from rest_framework import exceptions, status
from rest_framework.response import Response
from rest_framework.serializers import as_serializer_error
from rest_framework.views import set_rollback

from shopops.api.problem_types import TYPES, remedy_of
from shopops.transitions.handler import TransitionRefused

logger = logging.getLogger(__name__)

CONTENT_TYPE = "application/problem+json"
#: Seconds after which asking again makes sense when the database was away.
RETRY_AFTER = 5


class Refused(exceptions.APIException):
    """The request is understood and allowed, and cannot be done: 422 with the field that is in the way, if one is."""

    status_code = status.HTTP_422_UNPROCESSABLE_ENTITY
    default_code = "unprocessable"

    def __init__(self, detail: Any, *, field: str = "", code: str = "unprocessable") -> None:
        super().__init__(detail, code)
        self.field = field


class Conflict(exceptions.APIException):
    """The object is past the state that this needs: 409."""

    status_code = status.HTTP_409_CONFLICT
    default_code = "conflict"


class Gone(exceptions.APIException):
    """The object was there for this caller and is not any more: 410."""

    status_code = status.HTTP_410_GONE
    default_code = "gone"


class Unavailable(exceptions.APIException):
    """Something behind the API does not answer: 503; ask again in `wait` seconds."""

    status_code = status.HTTP_503_SERVICE_UNAVAILABLE
    default_code = "unavailable"

    def __init__(self, detail: Any = None, *, wait: int = RETRY_AFTER, **more: Any) -> None:
        super().__init__(detail or str(TYPES["unavailable"].title))
        self.wait, self.more = wait, more


class InvalidParameters(exceptions.ValidationError):
    """Something is wrong with the address's parameters (or headers): {name: errors}."""

    def __init__(self, errors: Mapping[str, Any], place: str = "parameter") -> None:
        super().__init__(dict(errors))
        self.place = place


def document(
    code: str, http_status: int, detail: str = "", errors: Sequence[Mapping[str, str]] = (), **more: Any
) -> dict[str, Any]:
    """Return a problem document. `code` is one of `problem_types.TYPES`; an unknown one is told by its status."""
    kind = TYPES.get(code) or next((each for each in TYPES.values() if each.status == http_status), TYPES["internal"])
    body: dict[str, Any] = {
        "type": kind.uri,
        "title": str(kind.title),
        "status": http_status,
        "code": kind.code,
        "detail": str(detail or kind.title),
        "remedy": str(kind.remedy),
    }
    if errors:
        body["errors"] = list(errors)
    return body | more


def handler(error: Exception, context: Mapping[str, Any]) -> Response | None:
    """Turn an exception of a view into a problem; None for a bug, which Django logs and answers with 500."""
    known = _as_api_exception(error)
    if known is None:
        return None
    set_rollback()
    errors = list(_errors(known))
    body = document(_code(known), known.status_code, _detail(known, errors), errors, **getattr(known, "more", {}))
    if isinstance(known, exceptions.PermissionDenied) and hasattr(known, "scope"):
        body["scope"] = known.scope
    return Response(body, status=known.status_code, headers=_headers(known), content_type=CONTENT_TYPE)


def _as_api_exception(error: Exception) -> exceptions.APIException | None:
    if isinstance(error, exceptions.APIException):
        return error
    if isinstance(error, Http404):
        return exceptions.NotFound()
    if isinstance(error, DjangoPermissionDenied):
        return exceptions.PermissionDenied()
    if isinstance(error, TransitionRefused):
        return Conflict(str(error))
    if isinstance(error, DjangoValidationError):
        refused = exceptions.ValidationError(as_serializer_error(error))
        refused.status_code = status.HTTP_422_UNPROCESSABLE_ENTITY
        return refused
    if isinstance(error, OperationalError | InterfaceError):
        logger.error("The database does not answer the API.", exc_info=error)
        return Unavailable()
    return None


def _code(error: exceptions.APIException) -> str:
    if isinstance(error, exceptions.ValidationError):
        return "invalid" if error.status_code == status.HTTP_400_BAD_REQUEST else "unprocessable"
    if isinstance(error, exceptions.PermissionDenied) and str(error.detail).startswith("CSRF"):
        return "csrf"
    code = error.get_codes()
    return code if isinstance(code, str) else "invalid"


def _detail(error: exceptions.APIException, errors: Sequence[Mapping[str, str]]) -> str:
    if errors:
        return str(errors[0]["detail"]) if len(errors) == 1 else ""
    # What these say would repeat the title, or be the framework's English.
    if isinstance(error, exceptions.NotFound | exceptions.NotAuthenticated | exceptions.Throttled) or (
        _code(error) == "csrf"
    ):
        return ""
    return str(error.detail)


def _errors(error: exceptions.APIException) -> Iterator[dict[str, str]]:
    if isinstance(error, exceptions.ValidationError):
        yield from _flat(error.detail, getattr(error, "place", "pointer"), ())
    elif isinstance(error, Refused) and error.field:
        yield _line("pointer", (error.field,), error.detail)


def _flat(detail: Any, place: str, path: tuple[str, ...]) -> Iterator[dict[str, str]]:
    if isinstance(detail, Mapping):
        for name, inner in detail.items():
            yield from _flat(inner, place, path if name == "non_field_errors" else (*path, str(name)))
    elif isinstance(detail, list | tuple):
        for index, inner in enumerate(detail):
            yield from _flat(inner, place, (*path, str(index)) if isinstance(inner, Mapping) else path)
    else:
        yield _line(place, path, detail)


def _line(place: str, path: tuple[str, ...], detail: Any) -> dict[str, str]:
    code = str(getattr(detail, "code", None) or "invalid")
    escaped = (part.replace("~", "~0").replace("/", "~1") for part in path)
    where = "#" + "".join(f"/{part}" for part in escaped) if place == "pointer" else "/".join(path)
    return {place: where, "code": code, "detail": str(detail), "remedy": str(remedy_of(code))}


def _headers(error: exceptions.APIException) -> dict[str, str]:
    headers = {}
    if header := getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = header
    if wait := getattr(error, "wait", None):
        headers["Retry-After"] = str(int(wait))
    return headers
