"""The console's page of why shops leave."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from merchants.exits import analysis
from merchants.exits.models import Kind
from shopops.adminbase import console_page
from shopops.csvfiles import csv_file
from shopops.ui.charts import BarChart
from shopops.ui.csp import strict_csp
from shopops.ui.parts import Meter

#: Periods in days that the page offers.
PERIODS = (90, 365, 3 * 365)
PERMISSION = "exits.view_exit_analysis"


@console_page(PERMISSION)
@strict_csp
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """Exits by reason, time, category, grade, tenure and channel, and what the interviews say."""
    days, kind = _asked(request)
    now = timezone.now()
    found = analysis.analyse(now - dt.timedelta(days=days), now, kind)
    context = {
        "found": found,
        "days": days,
        "kind": kind,
        "periods": [(each, _period(each)) for each in PERIODS],
        "kinds": [("", _("All")), *Kind.choices],
        "chart": _chart(found),
        "cuts": [
            (_("Reasons"), _meters(found.reasons), _("An exit with two reasons counts for both.")),
            (_("Categories"), _meters(found.categories), ""),
            (_("Grade"), _meters(found.grades), _("When the exit began, or on the day it closed.")),
            (_("Time on the platform"), _meters(found.tenures), ""),
            (_("How they came to us"), _meters(found.channels), ""),
        ],
    }
    return render(request, "exits/analysis.html", context)


def _asked(request: HttpRequest) -> tuple[int, str]:
    """The period and the kind that were asked for; others count as the usual ones."""
    days, kind = request.GET.get("days", ""), request.GET.get("kind", "")
    known = {str(each): each for each in PERIODS}
    return known.get(days, 365), kind if kind in Kind.values else ""


def _period(days: int) -> str:
    years = days // 365
    if not years:
        return _("%(days)d days") % {"days": days}
    return ngettext("%(years)d year", "%(years)d years", years) % {"years": years}


def _meters(shares: list[analysis.Share]) -> list[Meter]:
    most = max((each.count for each in shares), default=0)
    return [Meter(each.label, each.count, most or 1, f"{each.count} · {each.share:.0%}") for each in shares]


def _chart(found: analysis.Analysis) -> BarChart:
    total = sum(count for _month, count in found.months)
    title = ngettext(
        "%(count)d shop asked to leave in twelve months", "%(count)d shops asked to leave in twelve months", total
    )
    return BarChart(
        title=title % {"count": total},
        label=_("Exits by the month in which they began"),
        x=[f"{month:%Y-%m}" for month, _count in found.months],
        values=[count for _month, count in found.months],
        x_name=_("Month"),
        value_name=_("Exits"),
    )


@console_page(PERMISSION)
@require_safe
def export(request: HttpRequest) -> StreamingHttpResponse:
    """The exits of the page as a file."""
    days, kind = _asked(request)
    now = timezone.now()
    return csv_file("exits", _rows(now - dt.timedelta(days=days), now, kind))


def _rows(since: dt.datetime, until: dt.datetime, kind: str) -> Iterator[list[Any]]:
    yield [
        *("number", "merchant_id", "shop", "kind", "state", "requested_at", "notice_until", "closed_at"),
        *("reasons", "reason_codes", "category", "shop_type", "grade", "days_on_platform", "channel", "answers"),
    ]
    for each in analysis.began_between(since, until, kind).iterator(chunk_size=1000):
        yield [
            *(each.number, each.merchant_id, each.merchant.shop_name, each.kind, each.state),
            *(_moment(each.requested_at), _moment(each.notice_until), _moment(each.closed_at)),
            *("; ".join(each.reason_lines), " ".join(each.reasons), each.category, each.shop_type, each.grade),
            *(each.days_on_platform, each.channel),
            " ".join(f"{code}={value}" for code, value in sorted(each.answers.items())),
        ]


def _moment(value: dt.datetime | None) -> str:
    return timezone.localtime(value, timezone.get_default_timezone()).isoformat() if value else ""
