"""Idempotency-Key: a POST that is sent again has one effect and one answer.

The answer is stored in the transaction that has the effect, so there is never one without the other: a process that
dies in between leaves nothing, and the caller may ask again. An advisory lock of that transaction keeps a second
request with the same key out while the first one is worked on. Errors had no effect and are not stored.
"""

import hashlib
import io
from collections.abc import Callable
from typing import cast

from django.core.files.uploadedfile import UploadedFile
from django.db import connection, transaction
from django.http import HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import APIException
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from shopops.api.models import StoredAnswer
from shopops.api.problems import InvalidParameters

HEADER = "Idempotency-Key"
REPLAYED = "Idempotency-Replayed"
MAX_LENGTH = 255
_KEPT_HEADERS = ("Location", "Content-Language")


class InProgress(APIException):
    """The same request is being worked on; nothing was done for this one."""

    status_code = 409
    default_code = "in_progress"
    default_detail = _("A request with this Idempotency-Key is being worked on.")
    wait = 1


class KeyReused(APIException):
    """The key was used for another request; nothing was done."""

    status_code = 422
    default_code = "idempotency_key_reused"
    default_detail = _("This Idempotency-Key was used with another address or body.")


def key_of(request: Request) -> str | None:
    """Return the caller's key; None without one. Raises InvalidParameters for one that is too long or not ASCII."""
    key = request.headers.get(HEADER)
    if key is None:
        return None
    if not 1 <= len(key) <= MAX_LENGTH or not all(" " <= letter <= "~" for letter in key):
        raise InvalidParameters({HEADER: _("Give 1 to 255 visible ASCII characters, such as a UUID.")}, place="header")
    return key


def answer_once(
    *, request: Request, principal: str, key: str, handle: Callable[[], HttpResponseBase]
) -> HttpResponseBase:
    """Answer from the store, or call `handle` and store what it answers. Raises InProgress and KeyReused."""
    asked = {
        "method": request.method or "",
        "path": request.get_full_path(),
        "body_hash": _body_hash(request),
    }
    with transaction.atomic():
        if not _lock(f"{principal}\n{key}"):
            raise InProgress
        stored = StoredAnswer.objects.filter(principal=principal, key=key).first()
        if stored is not None:
            if not stored.belongs_to(**asked):
                raise KeyReused
            return _replay(stored)
        answer = handle()
        if answer.status_code >= 400 or not isinstance(answer, Response):
            transaction.set_rollback(answer.status_code >= 400)
            return answer
        stored = StoredAnswer.objects.create(
            principal=principal,
            key=key,
            status=answer.status_code,
            headers={name: answer[name] for name in _KEPT_HEADERS if answer.has_header(name)},
            body=JSONRenderer().render(answer.data).decode(),
            **asked,
        )
    return answer


def _body_hash(request: Request) -> str:
    """SHA-256 of what was sent: of a form its fields and files, since what stands between them is made up each time."""
    if request.content_type.startswith("multipart/form-data"):
        found, form = hashlib.sha256(), cast(QueryDict, request.data)
        for name, values in sorted(form.lists()):
            for value in values:
                label, content = _part(value)
                found.update(f"{len(name)} {name} {len(label)} {label} {len(content)}\n".encode() + content)
        return found.hexdigest()
    sent = request._request
    if not hasattr(sent, "_body") and not sent._read_started:  # type: ignore[attr-defined]
        # Django's `body` has one limit for all; the view's own was kept before anybody read.
        body = sent.read()
        sent._body, sent._stream = body, io.BytesIO(body)
    return hashlib.sha256(sent.body).hexdigest()


def _part(value: object) -> tuple[str, bytes]:
    """A file's name and content; of a field its text alone."""
    if not isinstance(value, UploadedFile):
        return "", str(value).encode()
    content: bytes = value.read()
    value.seek(0)
    return f"file {value.name}", content


def _replay(stored: StoredAnswer) -> HttpResponse:
    headers = {**stored.headers, REPLAYED: "true"}
    return HttpResponse(stored.body, status=stored.status, content_type="application/json", headers=headers)


def _lock(name: str) -> bool:
    """Take the transaction's lock of this name; False when another transaction has it."""
    number = int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big", signed=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [number])
        return bool(cursor.fetchone()[0])
