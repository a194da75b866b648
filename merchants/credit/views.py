"""The score in the portal."""

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import Any

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from merchants.credit import ledger, page, selectors
from merchants.credit.forms import DEFAULT_DAYS, CompareForm
from merchants.credit.models import ScoreSnapshot
from merchants.portal import PortalRequest, portal_page
from shopops.csvfiles import csv_file
from shopops.metrics.selectors import marketplace_day

#: Days back that are offered as links.
COMPARISONS = (7, 30)


@require_safe
@portal_page(needs="score.view")
def score(request: PortalRequest) -> HttpResponse:
    """The merchant's score: verdict, line, what changed, ledger, how it is counted."""
    now = timezone.now()
    day = marketplace_day(now)
    snapshot = selectors.snapshot_on(request.merchant.pk, day)
    context: dict[str, Any] = {"nav_current": "score"}
    if snapshot is None:
        return render(request, "credit/none.html", context)
    usual = day - dt.timedelta(days=DEFAULT_DAYS)
    form = CompareForm({"since": request.GET.get("since") or usual.isoformat()}, day=day)
    since = form.cleaned_data["since"] if form.is_valid() else usual
    range_code = request.GET.get("range", "")
    if range_code not in page.range_names():
        range_code = next(iter(page.range_names()))
    before = selectors.snapshot_on(request.merchant.pk, since)
    policy = selectors.policy_of(snapshot)
    first = selectors.first_day(request.merchant.pk) or day
    days = page.days_of(range_code, first, day)
    standings = selectors.standings(request.merchant.pk, days[0], day)
    context |= {
        "snapshot": snapshot,
        "verdict": page.verdict(snapshot, policy),
        "counted_at": selectors.counted_at(snapshot, now),
        "grace": policy.grace,
        "grace_window": page.grace_window(policy),
        "ledger": ledger.build(snapshot, before, day=day),
        "before": before,
        "since": since,
        "first": first,
        "today": day,
        "chart": page.trend(standings, days, policy),
        "parts": page.component_lines(snapshot, before, selectors.on_days(standings, days)),
        "rules": page.rules(snapshot, policy),
        "grades": policy.grades,
        "form": form,
        "range": range_code,
        "ranges": list(page.range_names().items()),
        "policy_text": page.policy_text(snapshot.policy_version),
        "fingerprint": snapshot.policy_version.content_hash[:16],
        "comparisons": [(back, day - dt.timedelta(days=back)) for back in COMPARISONS],
    }
    return render(request, "credit/score.html", context)


@require_safe
@portal_page(needs="score.view")
def ledger_csv(request: PortalRequest) -> HttpResponseBase:
    """The ledger as a file for spreadsheets: the numbers of the page, one line per item."""
    day = marketplace_day(timezone.now())
    snapshot = selectors.snapshot_on(request.merchant.pk, day)
    return csv_file(f"score-{day.isoformat()}", _ledger_rows(snapshot, day))


def _ledger_rows(snapshot: ScoreSnapshot | None, day: dt.date) -> Iterator[Sequence[Any]]:
    yield ["component", "item", "name", "numerator", "denominator", "category_average", "judged", "points", "of"]
    if snapshot is None:
        return
    names = {line.code: line.name for line in ledger.build(snapshot, None, day=day).lines}
    for row in snapshot.contributions.all():
        yield [
            row.component,
            row.item,
            names[row.item],
            row.numerator,
            row.denominator,
            row.prior,
            row.adjusted,
            row.points,
            row.max_points,
        ]
