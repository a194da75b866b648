"""The rules of a version as people read them: when a warning is issued, when it ends, how long there is to rectify."""

import datetime as dt
from dataclasses import dataclass

from django.utils.translation import gettext as _

from shopops.metrics.registry import Better, metrics
from shopops.ui import formats
from warning_center.choices import Cause, Intensity, Type
from warning_center.policy import LEVELS, DocumentRule, MetricRule, Rule, WarningRules
from warning_center.texts import say_alone


@dataclass(frozen=True)
class RuleLine:
    """One rule in words. `bands` pairs the intensity (1-3) with where it starts."""

    code: str
    name: str
    clause: str
    type: str
    cause: str
    when: str
    ends: str
    bands: list[tuple[int, str]]
    certainty: str
    time: str


def rulebook(policy: WarningRules) -> list[RuleLine]:
    """Return all rules of a version in words."""
    return [_line(rule) for rule in policy.rules]


def _line(rule: Rule) -> RuleLine:
    when, ends, bands, certainty = _metric(rule) if isinstance(rule, MetricRule) else _document(rule)
    time = formats.duration(dt.timedelta(hours=rule.hours))
    if isinstance(rule, DocumentRule):
        time = _("until the end of its last day, at least %(time)s") % {"time": time}
    return RuleLine(
        code=rule.code,
        name=str(rule.name),
        clause=str(rule.clause),
        type=str(Type(rule.type).label),
        cause=str(Cause(rule.cause).label),
        when=when,
        ends=ends,
        bands=bands,
        certainty=certainty,
        time=time,
    )


def _level(name: str) -> int:
    return Intensity.values[LEVELS.index(name)]


def _metric(rule: MetricRule) -> tuple[str, str, list[tuple[int, str]], str]:
    metric = metrics.get(rule.metric)
    lower = rule.better == Better.LOWER
    values = {"limit": say_alone(rule.limit, metric.unit), "days": formats.num(metric.window)}
    clear = {"clear": say_alone(rule.clear, metric.unit)}
    when = _("above %(limit)s over %(days)s days") if lower else _("below %(limit)s over %(days)s days")
    ends = _("below %(clear)s") if lower else _("above %(clear)s")
    edge = _("above %(value)s") if lower else _("below %(value)s")
    bands = [(_level(band.intensity), edge % {"value": say_alone(band.beyond, metric.unit)}) for band in rule.bands]
    certainty = _("from %(count)s cases on") % {"count": formats.num(rule.minimum_sample)}
    if rule.confidence:
        certainty = _("from %(count)s cases on, and %(confidence)s certain that it is not chance") % {
            "count": formats.num(rule.minimum_sample),
            "confidence": formats.percent(rule.confidence),
        }
    return when % values, ends % clear, bands, certainty


def _document(rule: DocumentRule) -> tuple[str, str, list[tuple[int, str]], str]:
    bands = [
        (_level(band.intensity), _("%(days)s days or fewer") % {"days": formats.num(band.within)})
        for band in rule.bands
    ]
    when = _("a document ends within %(days)s days") % {"days": formats.num(rule.days)}
    return when, _("a newer document is accepted"), bands, ""
