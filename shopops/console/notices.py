"""Proof of notice: per message who was told by which channel, when, and with what outcome; exports; another try."""

import json
from collections.abc import Iterator
from typing import Any, cast

from django.contrib import admin
from django.contrib import messages as flash
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from shopops.accounts.models import User
from shopops.audit import services as audit
from shopops.csvfiles import csv_file
from shopops.fields import mask
from shopops.notifications import selectors
from shopops.notifications.kinds import message_kinds
from shopops.notifications.models import Delivery, Message
from shopops.notifications.services import retry_failed
from shopops.notifications.texts import text_of, texts_of

PAGE = 50
VIEW = "notifications.view_message"
RETRY = "notifications.retry_delivery"


def proof(request: HttpRequest, pk: int) -> HttpResponse:
    """Who was told of a message, with coverage per channel."""
    message = _message(request, pk)
    chosen = {"channel": request.GET.get("channel", ""), "state": request.GET.get("state", "")}
    ledger = _ledger(message, **chosen)
    after = request.GET.get("after", "")
    rows = list(ledger.filter(pk__gt=int(after) if after.isdecimal() and len(after) < 19 else 0)[: PAGE + 1])
    covered = selectors.coverage(message)
    user = cast(User, request.user)
    context = {
        **admin.site.each_context(request),
        "title": _("Proof of notice: %(title)s") % {"title": text_of(message, get_language() or "").subject},
        "opts": Message._meta,
        "message": message,
        "kind": message_kinds.get(message.kind),
        "texts": _texts(message),
        "coverage": [(Delivery.Channel(each.channel).label, each) for each in covered],
        "rows": [(row, mask(row.address)) for row in rows[:PAGE]],
        "next": rows[PAGE - 1].pk if len(rows) > PAGE else None,
        "chosen": chosen,
        "channels": Delivery.Channel.choices,
        "states": Delivery.State.choices,
        "failed": sum(each.failed for each in covered),
        "may_retry": user.has_perm(RETRY) and not message.withdrawn_at,
    }
    return render(request, "console/notices/proof.html", context)


def proof_csv(request: HttpRequest, pk: int) -> StreamingHttpResponse:
    """The ledger as a file, however long it is; the filters of the page hold."""
    message = _message(request, pk)
    ledger = _ledger(message, channel=request.GET.get("channel", ""), state=request.GET.get("state", ""))
    return csv_file(f"message-{pk}-proof", _csv_rows(ledger))


def _csv_rows(ledger: "models.QuerySet[Delivery]") -> Iterator[list[Any]]:
    names: list[str] = []
    for row in ledger.iterator(chunk_size=2000):
        fields = _fields(row)
        if not names:
            names = list(fields)
            yield names
        yield list(fields.values())


def proof_json(request: HttpRequest, pk: int) -> StreamingHttpResponse:
    """The message with its words as they were sent, in every language they were, and the whole ledger."""
    message = _message(request, pk)
    response = StreamingHttpResponse(_json(message), content_type="application/json")
    response["Content-Disposition"] = f'attachment; filename="message-{pk}-proof.json"'
    return response


def _json(message: Message) -> Iterator[str]:
    """One JSON object, written row by row."""
    head = {
        "message": message.pk,
        "kind": message.kind,
        "key": message.key,
        "created_at": message.created_at.isoformat(),
        "withdrawn_at": message.withdrawn_at and message.withdrawn_at.isoformat(),
        "exported_at": timezone.now().isoformat(),
        "texts": [
            {
                "language": text.language,
                "subject": text.subject,
                "body": text.body,
                "html": text.html,
                "sms": text.sms,
                "chat": text.chat,
                "written_at": text.created_at.isoformat(),
                "sha256": text.sha256,
            }
            for text in _texts(message)
        ],
    }
    yield json.dumps(head, ensure_ascii=False)[:-1] + ', "deliveries": ['
    for number, row in enumerate(_ledger(message).iterator(chunk_size=2000)):
        yield (",\n" if number else "\n") + json.dumps(_fields(row), ensure_ascii=False)
    yield "\n]}\n"


@require_POST
@transaction.atomic
def retry(request: HttpRequest, pk: int) -> HttpResponse:
    """Queue what failed or was refused once more; recorded in the audit log."""
    message = _message(request, pk)
    user = cast(User, request.user)
    if not user.has_perm(RETRY):
        raise PermissionDenied
    count = retry_failed(message=message)
    if count:
        audit.record(action="notifications.message.retried", target=message, actor=user, after={"deliveries": count})
        text = ngettext("%(count)d delivery is tried again.", "%(count)d deliveries are tried again.", count)
        flash.success(request, text % {"count": count})
    else:
        flash.info(request, _("Nothing to try again: no delivery failed, or the message was withdrawn."))
    return redirect("notices:proof", pk=pk)


def _message(request: HttpRequest, pk: int) -> Message:
    if not cast(User, request.user).has_perm(VIEW):
        raise PermissionDenied
    return get_object_or_404(Message, pk=pk)


def _ledger(message: Message, channel: str = "", state: str = "") -> "models.QuerySet[Delivery]":
    found = Delivery.objects.filter(message=message).select_related("recipient").order_by("pk")
    if channel:
        found = found.filter(channel=channel)
    return found.filter(state=state) if state else found


def _texts(message: Message) -> list[Any]:
    """The words in every language somebody was told in; written now where nobody has seen them yet."""
    used = Delivery.objects.filter(message=message).order_by().values_list("language", flat=True).distinct()
    for language in used:
        texts_of([message], language)
    return list(message.texts.order_by("language"))


def _fields(row: Delivery) -> dict[str, Any]:
    """A row of the ledger for an export: addresses masked, times in UTC."""
    return {
        "delivery": row.pk,
        "recipient": row.recipient_id,
        "name": str(row.recipient),
        "merchant": row.merchant_id,
        "channel": row.channel,
        "address": mask(row.address),
        "language": row.language,
        "state": row.state,
        "reason": row.reason,
        "attempts": row.attempts,
        "queued_at": row.created_at.isoformat(),
        "sent_at": row.sent_at and row.sent_at.isoformat(),
        "read_at": row.read_at and row.read_at.isoformat(),
        "error": row.error,
        "digest": row.carried_by_id,
    }
