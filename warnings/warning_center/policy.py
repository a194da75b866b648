"""The typed policy document `warning_rules`: when a warning is issued, how it is worded, how it ends."""

import functools
import re
import typing
from itertools import pairwise
from typing import Literal

import msgspec

from shopops.clocks.models import Feature
from shopops.metrics.registry import Better, metrics
from shopops.policies.kinds import Text
from shopops.policies.models import PolicyVersion
from shopops.policies.selectors import active, typed

KIND = "warning_rules"

TypeCode = Literal["shop", "product", "order", "behaviour"]
CauseCode = Literal["product_violation", "trade_anomaly", "logistics", "service_attitude", "qualification"]
Level = Literal["weak", "medium", "strong"]
LEVELS: tuple[Level, ...] = typing.get_args(Level)

_PLACEHOLDER = re.compile(r"{(\w*)}")


class Step(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One thing to do to rectify."""

    title: Text
    text: Text


class Band(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """From `beyond` on (away from what is good, the value itself excluded) the warning has this intensity."""

    beyond: float
    intensity: Level


class Countdown(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """With so many days left, or fewer, the warning has this intensity."""

    within: int
    intensity: Level


class RuleBase(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What every rule says.

    `hours`: time to rectify. `paused_by`: features of the platform whose pauses stop that clock. `quiet_days`: for so
    long after a warning expired, or a person revoked it, the rule issues no new one about the same subject; as long as
    the window, so that no fact counts in two warnings.
    """

    code: str
    name: Text
    type: TypeCode
    cause: CauseCode
    clause: Text
    hours: int
    quiet_days: int
    title: Text
    figure: Text
    why: Text
    steps: tuple[Step, ...]
    not_rectified: tuple[Text, ...]
    consequence: Text
    paused_by: tuple[str, ...] = ()

    #: What the texts may mention in braces.
    placeholders: typing.ClassVar[frozenset[str]] = frozenset()

    @property
    def texts(self) -> list[Text]:
        """Every text that is shown with numbers filled in."""
        steps = [text for step in self.steps for text in (step.title, step.text)]
        return [self.title, self.figure, self.why, *steps, *self.not_rectified, self.consequence]

    def __post_init__(self) -> None:
        where = f"rule {self.code!r}"
        if not self.code.isidentifier():
            raise ValueError(f"{where}: a code is letters, digits and underscores")
        if self.hours < 1 or self.quiet_days < 0:
            raise ValueError(f"{where}: hours must be at least 1 and quiet_days not negative")
        if unknown := set(self.paused_by) - set(Feature.values):
            raise ValueError(
                f"{where}: paused_by has {', '.join(sorted(unknown))}; there are: {', '.join(Feature.values)}"
            )
        for text in self.texts:
            for language in (text.en, text.zh):
                if unknown := set(_PLACEHOLDER.findall(language)) - self.placeholders:
                    known = ", ".join(sorted(self.placeholders))
                    raise ValueError(f"{where}: {language!r} mentions {', '.join(sorted(unknown))}; there are: {known}")


class MetricRule(RuleBase, tag="metric", tag_field="kind", frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A limit on a metric, with hysteresis: a warning is issued beyond `limit` and revoked only once `clear` is kept.

    `minimum_sample`: with a smaller denominator the rule neither issues nor clears. `confidence` (0 = off, for shares
    only): the limit must lie outside the one-sided Wilson interval, so that 1 of 20 is not yet a finding.
    """

    metric: str
    limit: float
    clear: float
    minimum_sample: int
    bands: tuple[Band, ...]
    confidence: float = 0.0

    placeholders: typing.ClassVar[frozenset[str]] = frozenset(
        {"value", "numerator", "denominator", "limit", "clear", "window", "minimum"}
    )

    @property
    def better(self) -> Better:
        """The good direction, told by the limit and the clearing value."""
        return Better.LOWER if self.clear < self.limit else Better.HIGHER

    def __post_init__(self) -> None:
        super().__post_init__()
        where = f"rule {self.code!r}"
        if self.clear == self.limit:
            raise ValueError(f"{where}: clear must be better than limit, or warnings would come and go")
        if self.minimum_sample < 1:
            raise ValueError(f"{where}: minimum_sample must be at least 1")
        if not 0 <= self.confidence < 1:
            raise ValueError(f"{where}: confidence must be between 0 and 1")
        if not self.bands or self.bands[0].beyond != self.limit:
            raise ValueError(f"{where}: the first band starts at the limit")
        rising = [band.beyond for band in self.bands]
        if self.better == Better.HIGHER:
            rising = [-value for value in rising]
        levels = [LEVELS.index(band.intensity) for band in self.bands]
        if any(a >= b for a, b in pairwise(rising)) or any(a >= b for a, b in pairwise(levels)):
            raise ValueError(f"{where}: bands go from the limit to the worst, with rising intensity")


class DocumentRule(RuleBase, tag="document", tag_field="kind", frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A warning before a document ends; due at the end of its last day, but never before `hours` have passed."""

    bands: tuple[Countdown, ...]
    title_expired: Text

    placeholders: typing.ClassVar[frozenset[str]] = frozenset({"document", "date"})

    @property
    def texts(self) -> list[Text]:
        return [*super().texts, self.title_expired]

    @property
    def days(self) -> int:
        """How many days ahead the first warning comes."""
        return self.bands[0].within

    def __post_init__(self) -> None:
        super().__post_init__()
        days = [band.within for band in self.bands]
        levels = [LEVELS.index(band.intensity) for band in self.bands]
        falling = all(a > b for a, b in pairwise(days)) and all(a < b for a, b in pairwise(levels))
        if not days or not falling or days[-1] < 0:
            raise ValueError(f"rule {self.code!r}: bands go from the most days to the fewest, with rising intensity")


Rule = MetricRule | DocumentRule


class WarningRules(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole document. Checks what holds for any version, old ones included; see CurrentWarningRules."""

    rules: tuple[MetricRule | DocumentRule, ...]

    @property
    def metric_rules(self) -> list[MetricRule]:
        return [rule for rule in self.rules if isinstance(rule, MetricRule)]

    @property
    def document_rules(self) -> list[DocumentRule]:
        return [rule for rule in self.rules if isinstance(rule, DocumentRule)]

    def get(self, code: str) -> Rule:
        """Return a rule by its code; raises KeyError."""
        for rule in self.rules:
            if rule.code == code:
                return rule
        raise KeyError(code)

    def __post_init__(self) -> None:
        codes = [rule.code for rule in self.rules]
        if len(set(codes)) < len(codes):
            raise ValueError("rules: every code may be there once")


class CurrentWarningRules(WarningRules, frozen=True, forbid_unknown_fields=True):
    """A version that can be worked with today: its metrics exist and its limits run the right way."""

    def __post_init__(self) -> None:
        super().__post_init__()
        for rule in self.metric_rules:
            if rule.metric not in metrics:
                known = ", ".join(sorted(metric.code for metric in metrics))
                raise ValueError(f"rule {rule.code!r}: there is no metric {rule.metric!r}; there are: {known}")
            metric = metrics.get(rule.metric)
            if metric.better != rule.better:
                raise ValueError(f"rule {rule.code!r}: {metric.better} is better, but clear lies on the other side")
            if rule.confidence and metric.unit != "percent":
                raise ValueError(f"rule {rule.code!r}: confidence is for shares, {rule.metric} is in {metric.unit}")


def rules_in_force() -> tuple[PolicyVersion, WarningRules]:
    """Return the active version and its rules; raises NoPolicy when none was published."""
    return active(KIND, WarningRules)


@functools.lru_cache(maxsize=256)
def rules_of(version_id: int) -> WarningRules:
    """Return the rules of a version that was published. Such versions never change, so they are kept in memory."""
    return typed(PolicyVersion.objects.get(pk=version_id), WarningRules)
