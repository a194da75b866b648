"""What complaints add to a merchant's file: the timeline, a figure, a part."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from complaints.models import OPEN, Complaint, State
from merchants.file.parts import Figure, Figures, Part
from merchants.file.slices import moments
from merchants.file.timeline import Entry, Source
from merchants.models import Merchant
from shopops.ui import formats
from shopops.ui.paging import address

VIEW = "complaints.view_complaint"
ROWS = 25


def entries(merchant: Merchant, before: dt.datetime | None, limit: int) -> list[Entry]:
    """Filed, answered, decided, with who decided; for operators."""
    return moments(_of(merchant), _ways(_bench, by=True), before, limit)


def told(merchant: Merchant, before: dt.datetime | None, limit: int) -> list[Entry]:
    """The same for the shop."""
    return moments(_of(merchant), _ways(lambda each: reverse("complaints:detail", args=[each.pk])), before, limit)


def _of(merchant: Merchant) -> Any:
    return Complaint.objects.filter(merchant=merchant).select_related("ruled_by")


def _bench(complaint: Complaint) -> str:
    return reverse("admin:complaints_complaint_change", args=[complaint.pk])


def _ways(url: Callable[[Complaint], str], *, by: bool = False) -> dict[str, Callable[[Complaint], Entry | None]]:
    def about(each: Complaint) -> str:
        return f"{each.number} · {each.get_kind_display()} · {each.order_reference}"

    def filed(each: Complaint) -> Entry:
        return Entry(each.filed_at, _("Complaint filed"), about(each), url(each), "caution")

    def answered(each: Complaint) -> Entry | None:
        return Entry(each.answered_at, _("Merchant answered"), about(each), url(each)) if each.answered_at else None

    def ruled(each: Complaint) -> Entry | None:
        if each.ruled_at is None:
            return None
        is_upheld = each.state == State.UPHELD
        title = _("Complaint upheld") if is_upheld else _("Complaint not upheld")
        who = str(each.ruled_by) if by else ""
        return Entry(each.ruled_at, title, about(each), url(each), "danger" if is_upheld else "ok", who)

    return {"filed_at": filed, "answered_at": answered, "ruled_at": ruled}


def figures(merchant: Merchant, now: dt.datetime) -> list[Figure]:
    """The complaints that are not decided."""
    count = Complaint.objects.filter(merchant=merchant, state__in=OPEN).count()
    url = f"{reverse('merchant_file:file', args=[merchant.pk])}?part=complaints"
    return [Figure(_("Undecided complaints"), formats.num(count), tone="caution" if count else "", url=url)]


def part(request: HttpRequest, merchant: Merchant) -> dict[str, Any]:
    """The complaints, the newest first."""
    found = Complaint.objects.filter(merchant=merchant).order_by("-pk")
    after = request.GET.get("before", "")
    if after.isdigit() and len(after) < 19:
        found = found.filter(pk__lt=int(after))
    rows = list(found[: ROWS + 1])
    return {
        "complaints": rows[:ROWS],
        "older": address(request, before=rows[ROWS - 1].pk) if len(rows) > ROWS else "",
    }


SOURCE = Source("complaints", gettext_lazy("Complaints"), "chat", entries, VIEW, told, needs="complaints.view")
FIGURES = Figures("complaints", figures, VIEW, order=35)
PART = Part("complaints", gettext_lazy("Complaints"), "complaints/file_part.html", part, VIEW, order=40)


def register() -> None:
    """Contribute to the file; for `AppConfig.ready`."""
    from merchants.file import parts
    from merchants.file.timeline import sources

    sources.register(SOURCE)
    parts.figures.register(FIGURES)
    parts.parts.register(PART)
