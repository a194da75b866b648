"""The page of the auto-approval rule: how good it is, where people disagreed, what it would do now, and its switch."""

import datetime as dt
from collections import Counter
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_POST, require_safe

from merchants.models import Category
from merchants.screening import record, selectors, services
from merchants.screening.policy import AutoApprovalPolicy, active
from merchants.screening.record import Figures
from merchants.screening.views.common import STOP, VIEW, period, screening_page, show, spans
from merchants.screening.words import SHORT
from merchants.views.common import person
from shopops.policies.models import PolicyVersion
from shopops.policies.selectors import NoPolicy
from shopops.ui import formats
from shopops.ui.charts import BarChart, Limit, LineChart, Series

DAYS = (90, 30)
#: As many waiting applications as the page lists; the numbers count all that were looked at.
LISTED = 30


@screening_page(VIEW)
@require_safe
def rule(request: HttpRequest) -> HttpResponse:
    """Numbers over 30 or 90 days, per category and version, disagreements, and a dry run on what waits."""
    days, since, until = period(request, DAYS)
    try:
        version, policy = active()
    except NoPolicy:
        return show(request, "screening/none.html", "rule")
    now = timezone.now()
    whole = record.figures(policy.criteria, since, until).get("", Figures())
    runs = selectors.dry_run(policy, now)
    context: dict[str, Any] = {
        "version": version,
        "policy": policy,
        "days": days,
        "spans": spans(DAYS, days),
        "figures": whole,
        "standing": _standing(policy, now),
        "stop": services.standing_stop(),
        "may_stop": person(request).has_perm(STOP),
        "categories": _categories(policy, since, until),
        "versions": _versions(since, until),
        "weekly": _weekly(policy, since, until),
        "obstacles": _obstacles(policy, since, until),
        "disagreements": selectors.disagreements(policy.criteria, since, until),
        "runs": runs[:LISTED],
        "waiting": len(runs),
        "would": sum(each.judgement.would_approve for each in runs),
        "drawn": sum(each.judgement.would_approve and each.drawn for each in runs),
        "more": max(len(runs) - LISTED, 0),
    }
    return show(request, "screening/rule.html", "rule", **context)


def _standing(policy: AutoApprovalPolicy, now: dt.datetime) -> dict[str, Any]:
    """Whether the rule approves now, what keeps it, and how far the record is from the policy's floor."""
    figures = record.of_policy(policy, now)
    kept = record.kept_back(policy, now)
    return {
        "figures": figures,
        "low": figures.interval[0] if figures.interval else None,
        "enough": figures.is_enough(policy),
        "missing": max(policy.min_sample - figures.met, 0),
        "approves": kept is None,
        "kept": kept or "",
        "today": record.approved_today(now) if kept is None else 0,
    }


def _categories(policy: AutoApprovalPolicy, since: dt.datetime, until: dt.datetime) -> list[tuple[str, Figures]]:
    found = record.figures(policy.criteria, since, until, "category")
    labels = dict(Category.choices)
    return [(str(labels.get(code, code) or _("none")), figures) for code, figures in found.items()]


def _versions(since: dt.datetime, until: dt.datetime) -> list[tuple[PolicyVersion, Figures]]:
    found = record.by_version(since, until)
    known = PolicyVersion.objects.in_bulk(found)
    return [(known[pk], figures) for pk, figures in found.items()]


def _weekly(policy: AutoApprovalPolicy, since: dt.datetime, until: dt.datetime) -> LineChart | None:
    """Precision and coverage by week; None before two weeks have verdicts."""
    weeks = record.figures(policy.criteria, since, until, "week")
    if len(weeks) < 2:
        return None
    total = record.figures(policy.criteria, since, until).get("", Figures())
    said = formats.percent(total.precision) if total.precision is not None else formats.NOTHING
    return LineChart(
        title=_("Precision %(precision)s, coverage %(coverage)s")
        % {"precision": said, "coverage": formats.percent(total.coverage)},
        label=_("Precision and coverage of the rule by week; the latest week is the last point."),
        x=[dt.date.fromisoformat(week) for week in weeks],
        series=[
            Series(_("Precision"), [each.precision for each in weeks.values()]),
            Series(pgettext("rule", "Coverage"), [each.coverage for each in weeks.values()]),
        ],
        limits=[Limit(policy.min_precision, _("Least precision"))],
        x_name=_("Week"),
        fmt=lambda value: formats.percent(value, decimals=0),
    )


def _obstacles(policy: AutoApprovalPolicy, since: dt.datetime, until: dt.datetime) -> BarChart | None:
    """What keeps applications from being approved by rule."""
    counted: Counter[str] = Counter(dict(record.reasons_against(policy.criteria, since, until)))
    if not counted:
        return None
    top = counted.most_common(6)
    return BarChart(
        title=_("Most often: %(reason)s") % {"reason": SHORT.get(top[0][0], top[0][0])},
        label=_("For how many applications each reason stood against an approval by rule."),
        x=[str(SHORT.get(code, code)) for code, _count in top],
        values=[count for _code, count in top],
        x_name=_("Reason"),
        value_name=_("Applications"),
    )


@screening_page(VIEW, STOP)
@require_POST
def stop(request: HttpRequest) -> HttpResponse:
    """Stop automatic approvals at once."""
    try:
        services.stop(actor=person(request), because=request.POST.get("because", ""))
        messages.success(request, _("Nothing is approved by rule from now on."))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    except services.AlreadyStopped as error:
        messages.warning(request, str(error))
    return redirect("screening:rule")


@screening_page(VIEW, STOP)
@require_POST
def lift(request: HttpRequest) -> HttpResponse:
    """Let the policy decide again."""
    try:
        services.lift(actor=person(request), because=request.POST.get("because", ""))
        messages.success(request, _("The policy in force decides again."))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    except services.AlreadyStopped as error:
        messages.warning(request, str(error))
    return redirect("screening:rule")
