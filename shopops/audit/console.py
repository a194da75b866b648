"""Pages and files of the audit log in the console."""

import json
from collections.abc import Iterator
from typing import Any, cast

from django.apps import apps
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from shopops.accounts.models import User
from shopops.adminbase import console_page
from shopops.audit import services
from shopops.audit.history import changes_of, event_model
from shopops.audit.models import Entry
from shopops.audit.receipts import NotSealed, receipt_of
from shopops.csvfiles import csv_file

_COLUMNS = (
    "id", "at", "action", "actor_name", "actor_roles", "kind", "object_id", "target_name", "merchant_id", "reason",
    "before", "after", "policy_version", "request_id",
)  # fmt: skip


@console_page("audit.view_entry")
@require_GET
def receipt_file(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The receipt of one entry as a file; docs/audit.md says how to verify it."""
    entry = get_object_or_404(Entry, pk=pk)
    try:
        return receipt_response(entry, names_person=True)
    except NotSealed:
        messages.info(request, _("This entry is not sealed yet. Its receipt is ready within a minute."))
        return redirect("admin:audit_entry_change", pk)


def receipt_response(entry: Entry, *, names_person: bool = False) -> HttpResponse:
    """Return a receipt as a download; raises NotSealed. Who may have it is for the caller to know."""
    response = HttpResponse(receipt_of(entry, names_person=names_person), content_type="application/json")
    response["Content-Disposition"] = f'attachment; filename="receipt-{entry.pk}.json"'
    response["Cache-Control"] = "private, no-store"
    return response


@console_page("audit.view_entry", "audit.export_entry")
@require_POST
def export(request: HttpRequest, model_admin: Any) -> HttpResponseBase:
    """What the list shows, filtered as it is, as CSV however long. The export is an entry itself."""
    found = model_admin.get_changelist_instance(request).get_queryset(request).order_by("id")
    services.record(
        action="audit.exported",
        target=cast(User, request.user),
        actor=cast(User, request.user),
        after={"filters": dict(sorted(request.GET.items()))},
    )
    return csv_file(f"audit-{timezone.localdate():%Y%m%d}", _rows(found))


def _rows(entries: "models.QuerySet[Entry]") -> Iterator[list[Any]]:
    yield list(_COLUMNS)
    for entry in entries.select_related("content_type", "policy_version").iterator(chunk_size=2000):
        yield [
            entry.pk,
            entry.at.isoformat(),
            entry.action,
            entry.actor_name,
            entry.actor_roles,
            f"{entry.content_type.app_label}.{entry.content_type.model}",
            entry.object_id,
            entry.target_name,
            entry.merchant_id,
            entry.reason,
            _json(entry.before),
            _json(entry.after),
            str(entry.policy_version or ""),
            entry.request_id,
        ]


def _json(facts: dict[str, Any]) -> str:
    return json.dumps(facts, ensure_ascii=False, sort_keys=True) if facts else ""


@console_page("audit.view_entry", "audit.view_changes")
@require_GET
def changes(request: HttpRequest, model: str, pk: int) -> HttpResponseBase:
    """One object's history: decisions about it, and who changed which field when. Also of a deleted object."""
    try:
        of = apps.get_model(model)
    except (LookupError, ValueError) as error:
        raise Http404 from error
    kind = f"{of._meta.app_label}.view_{of._meta.model_name}"
    if not cast(User, request.user).has_perm(kind):
        raise PermissionDenied
    entries = Entry.objects.filter(content_type__app_label=of._meta.app_label, content_type__model=of._meta.model_name)
    found = changes_of(of, pk)
    target = of._default_manager.filter(pk=pk).first()
    about = list(entries.filter(object_id=pk).order_by("-at", "-id")[:200])
    if target is None and not found and not about:
        raise Http404
    people = User.objects.in_bulk({each.user_id for each in found if each.user_id})
    context = {
        **admin.site.each_context(request),
        "title": _("History: %(object)s") % {"object": target or (about[0].target_name if about else pk)},
        "opts": of._meta,
        "changes": [(each, people.get(each.user_id)) for each in found],
        "is_tracked": event_model(of) is not None,
        "entries": about,
        "back": object_url(of._meta.app_label, str(of._meta.model_name), pk) if target else "",
    }
    return render(request, "admin/audit/changes.html", context)


def changes_url(model: type[models.Model] | None, pk: int) -> str:
    """Where the data changes of an object are shown, "" for a model that is not tracked."""
    if model is None or event_model(model) is None:
        return ""
    return reverse("admin:audit_changes", args=[model._meta.label_lower, pk])


def object_url(app: str, model: str, pk: int) -> str:
    """The object's page in the console, "" when it has none."""
    try:
        return reverse(f"admin:{app}_{model}_change", args=[pk])
    except NoReverseMatch:
        return ""
