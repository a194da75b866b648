"""The judgement of a rule on a number, and what follows for a warning. Pure: no database, no clock."""

from dataclasses import dataclass
from enum import StrEnum

from shopops.metrics.intervals import wilson
from shopops.metrics.registry import Better
from shopops.metrics.selectors import Value
from warning_center.choices import Intensity
from warning_center.policy import DocumentRule, Level, MetricRule

_INTENSITY: dict[Level, Intensity] = {
    "weak": Intensity.WEAK,
    "medium": Intensity.MEDIUM,
    "strong": Intensity.STRONG,
}


class Verdict(StrEnum):
    """What a rule finds."""

    BEYOND = "beyond"
    CLEAR = "clear"
    #: between the limit and the clearing value, or too few cases to tell
    UNDECIDED = "undecided"


@dataclass(frozen=True)
class Judgement:
    """A verdict, and how severe it is when the limit is passed."""

    verdict: Verdict
    intensity: Intensity | None = None


UNDECIDED = Judgement(Verdict.UNDECIDED)
CLEAR = Judgement(Verdict.CLEAR)


def judge(rule: MetricRule, value: Value) -> Judgement:
    """Judge a metric. Below the minimum sample nothing is decided, neither for nor against the merchant."""
    ratio = value.ratio
    if ratio is None or value.denominator < rule.minimum_sample:
        return UNDECIDED
    # As if lower were always better.
    sign = 1 if rule.better == Better.LOWER else -1
    if sign * ratio < sign * rule.clear:
        return CLEAR
    passed = [band for band in rule.bands if sign * ratio > sign * band.beyond]
    if not passed or not _is_certain(rule, value):
        return UNDECIDED
    return Judgement(Verdict.BEYOND, _INTENSITY[passed[-1].intensity])


def _is_certain(rule: MetricRule, value: Value) -> bool:
    """Whether chance alone hardly explains the excess."""
    if not rule.confidence:
        return True
    low, high = wilson(value.numerator, value.denominator, rule.confidence)
    return low > rule.limit if rule.better == Better.LOWER else high < rule.limit


def judge_document(rule: DocumentRule, days_left: int) -> Judgement:
    """Judge a document by the days it is still valid; negative when it has ended."""
    passed = [band for band in rule.bands if days_left <= band.within]
    return Judgement(Verdict.BEYOND, _INTENSITY[passed[-1].intensity]) if passed else CLEAR


class Action(StrEnum):
    """What becomes of a warning that is not closed yet."""

    NOTHING = "nothing"
    ESCALATE = "escalate"
    REVOKE = "revoke"
    #: sent back to rectifying after a failed re-check
    RETURN = "return"
    EXPIRE = "expire"


def decide(*, intensity: int, is_submitted: bool, is_due: bool, judgement: Judgement) -> Action:
    """Decide what follows from a new judgement for a warning.

    Once time has run out only a finding that still holds counts against the merchant: between the clearing value and
    the limit, or with too few cases, the warning is revoked. A re-check that was asked for comes before anything else:
    nobody runs out of time while waiting for us.
    """
    if judgement.verdict == Verdict.CLEAR:
        return Action.REVOKE
    if is_submitted:
        return Action.RETURN
    if is_due:
        return Action.EXPIRE if judgement.verdict == Verdict.BEYOND else Action.REVOKE
    if judgement.intensity is not None and judgement.intensity > intensity:
        return Action.ESCALATE
    return Action.NOTHING
