"""What warnings contribute to a merchant's home: a cause of trouble, things to do, banners, numbers and limits."""

import datetime as dt

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from shopops.checkup import Banner, Finding, Stat, ToDo
from shopops.metrics.registry import Better, metrics
from shopops.metrics.selectors import Value, evaluate_one
from shopops.policies.selectors import NoPolicy
from shopops.ui import formats
from warning_center import selectors
from warning_center.choices import Intensity
from warning_center.clock import due_dates
from warning_center.models import Warning
from warning_center.policy import MetricRule, rules_in_force
from warning_center.rules import Verdict, judge
from warning_center.texts import RuleWords, say_alone

#: What the home shows at most; the list has them all.
MAX_TODOS = 6


def live_count(request: HttpRequest) -> int:
    """Warnings that are not closed, for the navigation."""
    return selectors.live(request.merchant.pk).count()  # type: ignore[attr-defined]


def evaluate(merchant_id: int, now: dt.datetime) -> Finding:
    """A warning of medium or strong intensity explains why a shop is abnormal; a weak one is worth watching."""
    warnings = list(selectors.live(merchant_id))
    if not warnings:
        return Finding("ok", _("Normal"), _("No warning is open."))
    worst = warnings[0]
    more = len(warnings) - 1
    text = worst.title
    if more:
        text = ngettext("%(title)s. And %(count)d more warning.", "%(title)s. And %(count)d more warnings.", more) % {
            "title": worst.title,
            "count": more,
        }
    if worst.intensity == Intensity.WEAK:
        return Finding("caution", _("Watch"), text, url=_page(worst), link=_("Open the warning"))
    tone = "danger" if worst.intensity == Intensity.STRONG else "caution"
    return Finding(tone, _("Cause found"), text, is_cause=True, url=_page(worst), link=_("Open the warning"))


def todos(merchant_id: int, now: dt.datetime) -> list[ToDo]:
    """Every live warning until it is submitted: read it, rectify it, submit it."""
    warnings = [each for each in selectors.live(merchant_id) if each.state != Warning.State.SUBMITTED]
    due = due_dates(warnings)
    first = sorted(warnings, key=lambda warning: due[warning.pk])[:MAX_TODOS]
    return [
        ToDo(
            title=warning.title,
            text=" · ".join(str(step.title) for step in RuleWords.of(warning).steps),
            due=due[warning.pk],
            verb=_("Rectify"),
            url=_page(warning),
        )
        for warning in first
    ]


def banners(merchant_id: int, now: dt.datetime) -> list[Banner]:
    """Strong warnings concern the whole shop."""
    strong = [each for each in selectors.live(merchant_id) if each.intensity == Intensity.STRONG]
    due = due_dates(strong)
    return [
        Banner(
            tone="danger",
            icon="warning",
            title=_("Strong warning"),
            text=_("%(title)s. Rectify by %(due)s.") % {"title": warning.title, "due": formats.due(due[warning.pk])},
            links=((_("Rectify"), _page(warning)),),
        )
        for warning in strong
    ]


def stats(merchant_id: int, now: dt.datetime) -> list[Stat]:
    """The metrics that rules watch, against their limits; those without any case are left out."""
    try:
        _version, policy = rules_in_force()
    except NoPolicy:
        return []
    found = evaluate_one(merchant_id, [rule.metric for rule in policy.metric_rules], as_of=now)
    return [_stat(rule, found[rule.metric]) for rule in policy.metric_rules if found[rule.metric].denominator]


def _stat(rule: MetricRule, value: Value) -> Stat:
    metric = metrics.get(rule.metric)
    tone, verdict = _verdict(rule, value)
    limit, days = say_alone(rule.limit, metric.unit), formats.num(metric.window)
    note = (
        _("At most %(limit)s, %(days)s days") if rule.better == Better.LOWER else _("At least %(limit)s, %(days)s days")
    )
    return Stat(
        label=str(rule.name),
        value=say_alone(value.ratio, metric.unit),
        note=note % {"limit": limit, "days": days},
        tone=tone,
        verdict=verdict,
        url=f"{reverse('warnings:rules')}#{rule.code}",
    )


def _verdict(rule: MetricRule, value: Value) -> tuple[str, str]:
    judgement = judge(rule, value)
    if judgement.verdict == Verdict.BEYOND:
        return "danger", _("Beyond the limit")
    if value.denominator < rule.minimum_sample:
        return "neutral", _("Too few to tell")
    if judgement.verdict == Verdict.CLEAR:
        return "ok", _("Good")
    sign = 1 if rule.better == Better.LOWER else -1
    if sign * (value.ratio or 0) > sign * rule.limit:
        return "caution", _("Past the limit, not certain yet")
    return "caution", _("Near the limit")


def _page(warning: Warning) -> str:
    return warning.get_absolute_url()
