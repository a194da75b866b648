"""The typed policy document `warning_rules`: when a warning is issued, how it is worded, how it ends."""

import functools
import re
import typing
from itertools import pairwise
from typing import Annotated, Literal

import msgspec
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from shopops.clocks.models import Feature
from shopops.metrics.registry import Better, metrics
from shopops.policies.kinds import Text, about
from shopops.policies.models import PolicyVersion
from shopops.policies.selectors import active, typed
from warning_center.choices import Cause, Type

KIND = "warning_rules"

TypeCode = Literal["shop", "product", "order", "behaviour"]
CauseCode = Literal["product_violation", "trade_anomaly", "logistics", "service_attitude", "qualification"]
Level = Literal["weak", "medium", "strong"]
LEVELS: tuple[Level, ...] = typing.get_args(Level)
_INTENSITY = about(_("Intensity"), choices={"weak": _("Weak"), "medium": _("Medium"), "strong": _("Strong")})

_PLACEHOLDER = re.compile(r"{(\w*)}")


class Step(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One thing to do to rectify."""

    title: Annotated[Text, about(_("Title"))]
    text: Annotated[Text, about(_("Text"))]


class Band(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """From `beyond` on (away from what is good, the value itself excluded) the warning has this intensity."""

    beyond: Annotated[float, about(_("Beyond"), _("Ratios as such: 0.04 is 4 percent."))]
    intensity: Annotated[Level, _INTENSITY]


class Countdown(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """With so many days left, or fewer, the warning has this intensity."""

    within: Annotated[int, about(_("Days left"), unit="days")]
    intensity: Annotated[Level, _INTENSITY]


class RuleBase(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What every rule says.

    `hours`: time to rectify. `paused_by`: features of the platform whose pauses stop that clock. `quiet_days`: for so
    long after a warning expired, or a person revoked it, the rule issues no new one about the same subject; as long as
    the window, so that no fact counts in two warnings.
    """

    code: Annotated[str, about(_("Code"), _("Letters, digits and underscores; warnings name the rule by it."))]
    name: Annotated[Text, about(_("Name"))]
    type: Annotated[TypeCode, about(_("Type"), choices=dict(Type.choices))]
    cause: Annotated[CauseCode, about(_("Cause"), choices=dict(Cause.choices))]
    clause: Annotated[Text, about(_("Clause"), _("What the rule stands on."))]
    hours: Annotated[int, about(_("Time to rectify"), unit="hours")]
    quiet_days: Annotated[
        int,
        about(
            _("Quiet time"),
            _("For so long after a warning expired or was revoked by a person there is no new one about the same."),
            unit="days",
        ),
    ]
    title: Annotated[Text, about(_("Finding"), _("{value}, {limit} and the like are filled in."))]
    figure: Annotated[Text, about(_("Figure"))]
    why: Annotated[Text, about(_("Why it matters"))]
    steps: Annotated[tuple[Step, ...], about(_("How to rectify"))]
    not_rectified: Annotated[tuple[Text, ...], about(_("What does not count as rectified"))]
    consequence: Annotated[Text, about(_("What follows"))]
    paused_by: Annotated[
        tuple[str, ...],
        about(_("Paused by"), _("Services whose maintenance stops this clock."), choices=dict(Feature.choices)),
    ] = ()

    #: What the texts may mention in braces.
    placeholders: typing.ClassVar[frozenset[str]] = frozenset()

    @property
    def texts(self) -> list[Text]:
        """Every text that is shown with numbers filled in."""
        steps = [text for step in self.steps for text in (step.title, step.text)]
        return [self.title, self.figure, self.why, *steps, *self.not_rectified, self.consequence]

    def __post_init__(self) -> None:
        where = gettext("rule “%(code)s”") % {"code": self.code}
        if not self.code.isidentifier():
            raise ValueError(gettext("%(where)s: a code is letters, digits and underscores") % {"where": where})
        if self.hours < 1 or self.quiet_days < 0:
            raise ValueError(
                gettext("%(where)s: the time to rectify must be at least 1 hour and the quiet time not negative")
                % {"where": where}
            )
        if unknown := set(self.paused_by) - set(Feature.values):
            raise ValueError(
                gettext("%(where)s: “paused by” has %(unknown)s; there are: %(known)s")
                % {"where": where, "unknown": ", ".join(sorted(unknown)), "known": ", ".join(Feature.values)}
            )
        for text in self.texts:
            for language in (text.en, text.zh):
                if unknown := set(_PLACEHOLDER.findall(language)) - self.placeholders:
                    known = ", ".join(sorted(self.placeholders))
                    raise ValueError(
                        gettext("%(where)s: “%(text)s” mentions %(unknown)s; there are: %(known)s")
                        % {"where": where, "text": language, "unknown": ", ".join(sorted(unknown)), "known": known}
                    )


class MetricRule(RuleBase, tag="metric", tag_field="kind", frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A limit on a metric, with hysteresis: a warning is issued beyond `limit` and revoked only once `clear` is kept.

    `minimum_sample`: with a smaller denominator the rule neither issues nor clears. `confidence` (0 = off, for shares
    only): the limit must lie outside the one-sided Wilson interval, so that 1 of 20 is not yet a finding.
    """

    metric: Annotated[str, about(_("Metric"), _("The code of the metric that is watched."))]
    limit: Annotated[float, about(_("Limit"), _("Beyond it a warning is issued. Ratios as such: 0.04 is 4 percent."))]
    clear: Annotated[float, about(_("Clears at"), _("A warning ends once this is kept; better than the limit."))]
    minimum_sample: Annotated[
        int, about(_("Minimum sample"), _("With fewer cases the rule neither issues nor clears."), unit="orders")
    ]
    bands: Annotated[tuple[Band, ...], about(_("Intensity"), _("From the limit to the worst."), match=("intensity",))]
    confidence: Annotated[
        float,
        about(
            _("Confidence"),
            _("How sure the finding must be before a warning is issued; 0 switches it off."),
            unit="share",
        ),
    ] = 0.0

    placeholders: typing.ClassVar[frozenset[str]] = frozenset(
        {"value", "numerator", "denominator", "limit", "clear", "window", "minimum"}
    )

    @property
    def better(self) -> Better:
        """The good direction, told by the limit and the clearing value."""
        return Better.LOWER if self.clear < self.limit else Better.HIGHER

    def __post_init__(self) -> None:
        super().__post_init__()
        where = gettext("rule “%(code)s”") % {"code": self.code}
        if self.clear == self.limit:
            raise ValueError(
                gettext("%(where)s: “clears at” must be better than the limit, or warnings would come and go")
                % {"where": where}
            )
        if self.minimum_sample < 1:
            raise ValueError(gettext("%(where)s: the minimum sample must be at least 1") % {"where": where})
        if not 0 <= self.confidence < 1:
            raise ValueError(
                gettext("%(where)s: the confidence must not be negative and less than one hundred percent")
                % {"where": where}
            )
        if not self.bands or self.bands[0].beyond != self.limit:
            raise ValueError(gettext("%(where)s: the first band starts at the limit") % {"where": where})
        rising = [band.beyond for band in self.bands]
        if self.better == Better.HIGHER:
            rising = [-value for value in rising]
        levels = [LEVELS.index(band.intensity) for band in self.bands]
        if any(a >= b for a, b in pairwise(rising)) or any(a >= b for a, b in pairwise(levels)):
            raise ValueError(
                gettext("%(where)s: bands go from the limit to the worst, with rising intensity") % {"where": where}
            )


class DocumentRule(RuleBase, tag="document", tag_field="kind", frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A warning before a document ends; due at the end of its last day, but never before `hours` have passed."""

    bands: Annotated[
        tuple[Countdown, ...], about(_("Intensity"), _("From the most days to the fewest."), match=("intensity",))
    ]
    title_expired: Annotated[Text, about(_("Finding once it has ended"))]

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
            raise ValueError(
                gettext("rule “%(code)s”: bands go from the most days to the fewest, with rising intensity")
                % {"code": self.code}
            )


Rule = MetricRule | DocumentRule


class WarningRules(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole document. Checks what holds for any version, old ones included; see CurrentWarningRules."""

    rules: Annotated[
        tuple[
            Annotated[MetricRule, about(_("Rule on a metric"))]
            | Annotated[DocumentRule, about(_("Rule on a document"))],
            ...,
        ],
        about(_("Rules")),
    ]

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
            raise ValueError(gettext("Every code of a rule may be there once."))


class CurrentWarningRules(WarningRules, frozen=True, forbid_unknown_fields=True):
    """A version that can be worked with today: its metrics exist and its limits run the right way."""

    def __post_init__(self) -> None:
        super().__post_init__()
        for rule in self.metric_rules:
            if rule.metric not in metrics:
                known = ", ".join(sorted(metric.code for metric in metrics))
                raise ValueError(
                    gettext("rule “%(code)s”: there is no metric “%(metric)s”; there are: %(known)s")
                    % {"code": rule.code, "metric": rule.metric, "known": known}
                )
            metric = metrics.get(rule.metric)
            if metric.better != rule.better:
                raise ValueError(
                    gettext("rule “%(code)s”: “clears at” lies on the wrong side of the limit for this metric")
                    % {"code": rule.code}
                )
            if rule.confidence and metric.unit != "percent":
                raise ValueError(
                    gettext("rule “%(code)s”: a confidence is for shares, and this metric is none")
                    % {"code": rule.code}
                )


def rules_in_force() -> tuple[PolicyVersion, WarningRules]:
    """Return the active version and its rules; raises NoPolicy when none was published."""
    return active(KIND, WarningRules)


@functools.lru_cache(maxsize=256)
def rules_of(version_id: int) -> WarningRules:
    """Return the rules of a version that was published. Such versions never change, so they are kept in memory."""
    return typed(PolicyVersion.objects.get(pk=version_id), WarningRules)
