"""How the shop came in, its documents and agreements, its standing."""

import datetime as dt
import heapq

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from merchants import policy
from merchants.file import slices
from merchants.file.sources.people import LOOKED
from merchants.file.timeline import Entry, Source
from merchants.models import Application, Document, Merchant
from shopops.audit.models import Entry as AuditEntry

_TONES = {
    "approved": "ok", "rejected": "danger", "needs_info": "caution", "submitted": "info", "resubmitted": "info",
    "suspended": "danger", "restored": "ok", "exiting": "caution", "closed": "neutral", "staying": "ok",
}  # fmt: skip


def _application(merchant: Merchant) -> Q:
    """Who looked at personal data is another source."""
    own = Application.objects.filter(merchant=merchant).values_list("pk", flat=True)
    return slices.about(Application) & Q(object_id__in=own) & ~Q(action__in=LOOKED)


def application(merchant: Merchant, before: dt.datetime | None, limit: int) -> list[Entry]:
    """Every step of the application that opened the shop, and the opening itself."""
    steps = slices.told(slices.audited(_application(merchant), before, limit), tones=_TONES)
    return _with_opening(merchant, steps, before, limit)


def application_told(merchant: Merchant, before: dt.datetime | None, limit: int) -> list[Entry]:
    """The steps that applicants hear of."""
    steps = slices.audited(_application(merchant) & slices.public(), before, limit)
    return _with_opening(merchant, slices.told(steps, names=False, tones=_TONES), before, limit)


def _with_opening(merchant: Merchant, steps: list[Entry], before: dt.datetime | None, limit: int) -> list[Entry]:
    if before is not None and merchant.opened_at >= before:
        return steps
    opened = Entry(merchant.opened_at, _("Shop opened"), tone="ok")
    return list(heapq.merge(steps, [opened], key=lambda entry: entry.at, reverse=True))[:limit]


def standing(merchant: Merchant, before: dt.datetime | None, limit: int) -> list[Entry]:
    """Suspended, restored, leaving, closed."""
    return slices.told(_standing(merchant, before, limit), tones=_TONES)


def standing_told(merchant: Merchant, before: dt.datetime | None, limit: int) -> list[Entry]:
    """The same without who decided it."""
    return slices.told(_standing(merchant, before, limit), names=False, tones=_TONES)


def _standing(merchant: Merchant, before: dt.datetime | None, limit: int) -> list[AuditEntry]:
    steps = [effect.event for effect in getattr(Merchant, "EFFECTS", {}).values()]
    return slices.audited(
        slices.about(Merchant) & Q(object_id=merchant.pk, action__in=steps),
        before,
        limit,
    )


def documents(merchant: Merchant, before: dt.datetime | None, limit: int) -> list[Entry]:
    """Uploaded, replaced, run out."""
    return _documents(merchant, before, limit, internal=True)


def documents_told(merchant: Merchant, before: dt.datetime | None, limit: int) -> list[Entry]:
    """The same for the shop."""
    return _documents(merchant, before, limit, internal=False)


def _documents(merchant: Merchant, before: dt.datetime | None, limit: int, *, internal: bool) -> list[Entry]:
    body = policy.active()[1]
    page = reverse("merchant_file:file", args=[merchant.pk]) + "?part=documents" if internal else ""

    def entry(document: Document, at: dt.datetime | None, said: str, tone: str = "", by: str = "") -> Entry | None:
        title = said % {"document": body.document_name(document.type)}
        return Entry(at, title, text=document.number, url=page, tone=tone, by=by) if at else None

    def uploaded(document: Document) -> Entry | None:
        by = str(document.uploaded_by) if internal else ""
        return entry(document, document.uploaded_at, _("%(document)s uploaded"), by=by)

    def replaced(document: Document) -> Entry | None:
        return entry(document, document.replaced_at, _("%(document)s replaced by a newer one"))

    mine = Document.objects.filter(merchant=merchant)
    kept = slices.moments(
        mine.select_related("uploaded_by"), {"uploaded_at": uploaded, "replaced_at": replaced}, before, limit
    )
    ended = [
        told
        for document in _run_out(merchant, before, limit)
        if (told := entry(document, _end(document), _("%(document)s ran out"), "danger"))
    ]
    return list(heapq.merge(kept, ended, key=lambda each: each.at, reverse=True))[:limit]


def _run_out(merchant: Merchant, before: dt.datetime | None, limit: int) -> list[Document]:
    """Current documents whose last day is over, the latest first."""
    now = timezone.now()
    last = timezone.localtime(min(before, now) if before else now, timezone.get_default_timezone()).date()
    found = Document.objects.current().filter(merchant=merchant, expires_on__lt=last).order_by("-expires_on", "-pk")
    return [each for each in found[: limit + 1] if before is None or (_end(each) or before) < before][:limit]


def _end(document: Document) -> dt.datetime | None:
    """The midnight that ends the last valid day."""
    if document.expires_on is None:
        return None
    day = document.expires_on + dt.timedelta(days=1)
    return dt.datetime.combine(day, dt.time(), timezone.get_default_timezone())


SOURCES = (
    Source("onboarding", gettext_lazy("Application"), "file", application, "merchants.view_application",
           application_told),
    Source("standing", gettext_lazy("State of the shop"), "shop", standing, public=standing_told),
    Source("documents", gettext_lazy("Documents"), "file", documents, "merchants.view_document", documents_told,
           needs="documents.view"),
)  # fmt: skip
