"""What warnings add to a merchant's file: the timeline, a figure, a part."""

import datetime as dt
from typing import Any

from django.db.models import Count, Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from merchants.file.parts import Figure, Figures, Part
from merchants.file.slices import newest
from merchants.file.timeline import Entry, Source
from merchants.models import Merchant
from shopops.ui import formats
from shopops.ui.paging import address
from warning_center.models import Finding, Warning

VIEW = "warnings.view_warning"
ROWS = 25
_TONES = {
    Finding.Outcome.OPENED: "danger", Finding.Outcome.ESCALATED: "danger", Finding.Outcome.RETURNED: "caution",
    Finding.Outcome.REVOKED: "ok", Finding.Outcome.EXPIRED: "danger",
}  # fmt: skip


def entries(merchant: Merchant, before: dt.datetime | None, limit: int) -> list[Entry]:
    """Issued, raised, not passed, revoked, expired; with the way to the console."""
    return [_entry(each, _in_console(each.warning)) for each in _findings(merchant, before, limit)]


def told(merchant: Merchant, before: dt.datetime | None, limit: int) -> list[Entry]:
    """The same with the way to the shop's own page."""
    return [_entry(each, each.warning.get_absolute_url()) for each in _findings(merchant, before, limit)]


def _findings(merchant: Merchant, before: dt.datetime | None, limit: int) -> list[Finding]:
    mine = Finding.objects.filter(warning__merchant=merchant).select_related("warning__policy_version")
    return newest(mine, "at", before, limit)


def _entry(finding: Finding, url: str) -> Entry:
    warning = finding.warning
    title = _("%(outcome)s: %(finding)s") % {"outcome": finding.get_outcome_display(), "finding": warning.title}
    return Entry(finding.at, title, warning.number, url, _TONES[Finding.Outcome(finding.outcome)])


def _in_console(warning: Warning) -> str:
    return reverse("admin:warnings_warning_change", args=[warning.pk])


def figures(merchant: Merchant, now: dt.datetime) -> list[Figure]:
    """The warnings that are not closed."""
    counts = Warning.objects.filter(merchant=merchant, state__in=Warning.LIVE).aggregate(
        live=Count("pk"), strong=Count("pk", filter=Q(intensity=3))
    )
    note = _("%(count)s of them strong") % {"count": counts["strong"]} if counts["strong"] else ""
    tone = "danger" if counts["strong"] else "caution" if counts["live"] else ""
    url = f"{reverse('merchant_file:file', args=[merchant.pk])}?part=warnings"
    return [Figure(_("Open warnings"), formats.num(counts["live"]), note, tone, url=url)]


def part(request: HttpRequest, merchant: Merchant) -> dict[str, Any]:
    """The warnings, the newest first, live ones in their own list."""
    mine = Warning.objects.filter(merchant=merchant).select_related("policy_version")
    live = list(mine.filter(state__in=Warning.LIVE).order_by("-intensity", "opened_at", "id")[:100])
    after = request.GET.get("before", "")
    closed = mine.exclude(state__in=Warning.LIVE).order_by("-pk")
    if after.isdigit() and len(after) < 19:
        closed = closed.filter(pk__lt=int(after))
    rows = list(closed[: ROWS + 1])
    return {
        "live_warnings": live,
        "closed_warnings": rows[:ROWS],
        "older": address(request, before=rows[ROWS - 1].pk) if len(rows) > ROWS else "",
    }


SOURCE = Source("warnings", gettext_lazy("Warnings"), "warning", entries, VIEW, told, needs="warnings.view")
FIGURES = Figures("warnings", figures, VIEW, order=30)
PART = Part("warnings", gettext_lazy("Warnings"), "warnings/console/file_part.html", part, VIEW, order=30)


def register() -> None:
    """Contribute to the file and to the list of merchants; for `AppConfig.ready`."""
    from merchants.file import parts
    from merchants.file.timeline import sources
    from merchants.listing import Narrow, narrows

    sources.register(SOURCE)
    parts.figures.register(FIGURES)
    parts.parts.register(PART)
    narrows.register(
        Narrow(
            "warning",
            gettext_lazy("open warning"),
            (
                ("any", gettext_lazy("Has one")),
                ("strong", gettext_lazy("Has a strong one")),
                ("none", gettext_lazy("Has none")),
            ),
            _with_warning,
            VIEW,
        )
    )


def _with_warning(merchants: Any, value: str) -> Any:
    live = Warning.objects.filter(state__in=Warning.LIVE)
    if value == "strong":
        live = live.filter(intensity=3)
    if value == "none":
        return merchants.exclude(pk__in=live.values("merchant_id"))
    return merchants.filter(pk__in=live.values("merchant_id"))
