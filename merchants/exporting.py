"""Console lists as files: exactly what is filtered, personal data masked unless somebody may and says what for."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, ClassVar, cast

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from merchants.models import Application, Document, Merchant
from shopops.accounts.models import User
from shopops.adminbase import console_page
from shopops.audit import services as audit
from shopops.csvfiles import csv_file
from shopops.fields import mask

UNMASK = "merchants.unmask_personal_data"
PERSONAL = ("contact_name", "contact_phone", "legal_person", "id_number", "bank_account")
CHUNK = 2000

Show = Callable[[str], str]


class WithExport:
    """For a ModelAdmin: a button that downloads the list as it is filtered. `export_columns` names the columns,
    `export_row` fills one row of them; `export_permission` opens it besides the list's own."""

    change_list_template = "merchants/console/list.html"
    export_columns: ClassVar[tuple[str, ...]] = ()
    export_personal: ClassVar[bool] = True
    export_permission: ClassVar[str] = ""

    def export_row(self, row: Any, show: Show) -> Sequence[Any]:
        """The values of a row; personal ones go through `show`."""
        raise NotImplementedError

    def get_urls(self) -> list[URLPattern]:
        name = f"{self.opts.app_label}_{self.opts.model_name}_export"  # type: ignore[attr-defined]
        page = console_page(self.export_permission)(require_POST(self.export))
        return [path("export/", page, name=name), *super().get_urls()]  # type: ignore[misc]

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        """The list with its way to the file."""
        meta = self.opts  # type: ignore[attr-defined]
        more = {
            "export_url": reverse(f"admin:{meta.app_label}_{meta.model_name}_export"),
            "may_export_in_full": self.export_personal and request.user.has_perm(UNMASK),
        }
        return super().changelist_view(request, {**more, **(extra_context or {})})  # type: ignore[misc]

    def export(self, request: HttpRequest) -> HttpResponseBase:
        """The file. Who took which rows, and personal data for what reason, goes into the audit log."""
        user, meta = cast(User, request.user), self.opts  # type: ignore[attr-defined]
        in_full = "in_full" in request.POST and self.export_personal and user.has_perm(UNMASK)
        reason = request.POST.get("reason", "").strip()[:500]
        if in_full and not reason:
            messages.error(request, _("Say what the personal data are needed for."))
            return self._back(request)
        found = self.get_changelist_instance(request).get_queryset(request)  # type: ignore[attr-defined]
        audit.record(
            action="merchants.list.exported",
            target=user,
            actor=user,
            reason=reason if in_full else "",
            after={"list": meta.label_lower, "filters": _filters(request), "personal_data": in_full},
        )
        name = f"{meta.model_name}-{timezone.localdate():%Y%m%d}"
        return csv_file(name, self._rows(found, str if in_full else mask))

    def _back(self, request: HttpRequest) -> HttpResponse:
        meta = self.opts  # type: ignore[attr-defined]
        query = request.GET.urlencode()
        listing = reverse(f"admin:{meta.app_label}_{meta.model_name}_changelist")
        return redirect(f"{listing}?{query}" if query else listing)

    def _rows(self, found: "QuerySet[Any]", show: Show) -> Iterator[Sequence[Any]]:
        yield self.export_columns
        for row in found.order_by("pk").iterator(chunk_size=CHUNK):
            yield self.export_row(row, show)


def _filters(request: HttpRequest) -> dict[str, str]:
    """What the list was narrowed to; what was searched for may be a phone, so only its ends."""
    return {name: mask(str(value)) if name == "q" else str(value) for name, value in sorted(request.GET.items())}


def _at(moment: Any) -> str:
    return moment.isoformat() if moment else ""


MERCHANT_FACTS = (
    "id", "external_id", "shop_name", "legal_name", "uscc", "shop_type", "category", "region", "state", "brand",
    "legal_form", "channel", "segment",
)  # fmt: skip
MERCHANT_COLUMNS = (*MERCHANT_FACTS, "opened_at", "verified_at", *PERSONAL)


def merchant_row(merchant: Merchant, show: Show) -> list[Any]:
    """A merchant in the order of MERCHANT_COLUMNS."""
    facts = [getattr(merchant, name) or "" for name in MERCHANT_FACTS]
    times = [_at(merchant.opened_at), _at(merchant.verified_at)]
    return [*facts, *times, *(show(getattr(merchant, name) or "") for name in PERSONAL)]


APPLICATION_FACTS = (
    "number", "state", "shop_name", "legal_name", "uscc", "shop_type", "category", "region", "brand", "channel",
    "segment", "submissions",
)  # fmt: skip
APPLICATION_COLUMNS = (*APPLICATION_FACTS, "submitted_at", "decided_at", "merchant", *PERSONAL)


def application_row(application: Application, show: Show) -> list[Any]:
    """An application in the order of APPLICATION_COLUMNS."""
    facts = [getattr(application, name) or "" for name in APPLICATION_FACTS]
    times = [_at(application.submitted_at), _at(application.decided_at), application.merchant_id or ""]
    return [*facts, *times, *(show(getattr(application, name) or "") for name in PERSONAL)]


DOCUMENT_COLUMNS = (
    "id", "type", "number", "holder", "merchant", "shop_name", "application", "issued_on", "expires_on", "uploaded_at",
    "replaced_at", "file_name",
)  # fmt: skip


def document_row(document: Document, _show: Show) -> list[Any]:
    """A document in the order of DOCUMENT_COLUMNS."""
    return [
        document.pk,
        document.type,
        document.number,
        document.holder,
        document.merchant_id or "",
        document.merchant.shop_name if document.merchant else "",
        document.application.number if document.application else "",
        _at(document.issued_on),
        _at(document.expires_on),
        _at(document.uploaded_at),
        _at(document.replaced_at),
        document.original_name,
    ]
