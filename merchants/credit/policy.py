"""The typed policy document `credit_score`: components, items, curves, grades and grace."""

from collections import Counter
from itertools import pairwise
from typing import Annotated, Literal

import msgspec
from django.utils.translation import gettext_lazy as _

from merchants.credit.traits import traits
from shopops.metrics.registry import Better, metrics
from shopops.policies.kinds import Text, about

KIND = "credit_score"
MAXIMUM = 1000

#: A point of a curve: (value, share of the weight from 0 to 1).
Point = tuple[Annotated[float, about(_("Value"))], Annotated[float, about(_("Share of the weight"))]]

ComponentCode = Annotated[
    Literal["reputation", "service", "product_quality"],
    about(
        _("Code"),
        choices={
            "reputation": _("Reputation"),
            "service": _("Service"),
            "product_quality": _("Product quality"),
        },
    ),
]
GradeCode = Literal["A", "B", "C", "D", "E"]


class Item(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One line of the score: a metric or a trait that a curve turns into points.

    `weight` is the most points it can give. `minimum_volume` is the denominator below which the merchant's own number
    is not used; the prior stands in for it. `prior_strength` is how many units of the denominator (orders, reviews) the
    prior weighs: adjusted = (numerator + strength · prior) / (denominator + strength). The prior is the pooled ratio of
    the merchant's category once the category has `prior_minimum` units, else the policy's own `prior`.
    """

    name: Annotated[Text, about(_("Name"))]
    description: Annotated[Text, about(_("Description"))]
    weight: Annotated[int, about(_("Weight"), _("The most points that it can give."), unit="points")]
    curve: Annotated[
        tuple[Point, ...],
        about(
            _("Curve"),
            _("Linear between the points. Ratios as such: 0.04 is 4 percent."),
        ),
    ]
    prior: Annotated[
        float, about(_("Prior"), _("Stands in for the category's average while the category has too few cases."))
    ]
    metric: Annotated[str, about(_("Metric"), _("The code of the metric; empty for a trait."))] = ""
    trait: Annotated[str, about(_("Trait"), _("The code of what is known of the merchant; empty for a metric."))] = ""
    minimum_volume: Annotated[
        int, about(_("Minimum volume"), _("With fewer of the merchant's own, only the average counts."), unit="orders")
    ] = 1
    prior_strength: Annotated[
        float,
        about(
            _("Weight of the average"),
            _("So many orders or reviews the category's average weighs beside the merchant's own."),
            unit="orders",
        ),
    ] = 0.0
    prior_minimum: Annotated[
        int,
        about(
            _("Cases that make an average"),
            _("With fewer in the whole category, the prior stands in for its average."),
            unit="orders",
        ),
    ] = 0

    @property
    def code(self) -> str:
        """The metric's or the trait's code: the name of the line in the ledger."""
        return self.metric or self.trait

    @property
    def rises(self) -> bool:
        """Whether a higher value gives more points."""
        return self.curve[0][1] < self.curve[-1][1]

    def __post_init__(self) -> None:
        name = self.code or self.name.en
        if bool(self.metric) == bool(self.trait):
            raise ValueError(f"item {name!r}: give either a metric or a trait")
        if not 0 < self.weight <= MAXIMUM:
            raise ValueError(f"item {name!r}: weight must be between 1 and {MAXIMUM}")
        if self.minimum_volume < 1:
            raise ValueError(f"item {name!r}: minimum_volume must be at least 1")
        if self.prior_strength < 0 or self.prior_minimum < 0:
            raise ValueError(f"item {name!r}: prior_strength and prior_minimum must not be negative")
        if self.trait and self.prior_strength:
            raise ValueError(f"item {name!r}: a trait is known exactly, so prior_strength must be 0")
        _check_curve(name, self.curve)


class Component(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A part of the score; its maximum is the sum of its items' weights and must be `maximum`."""

    code: ComponentCode
    name: Annotated[Text, about(_("Name"))]
    maximum: Annotated[
        int, about(_("Maximum"), _("The sum of its items' weights; all maxima together are 1000."), unit="points")
    ]
    items: Annotated[tuple[Item, ...], about(_("Items"), match=("metric", "trait"))]

    def __post_init__(self) -> None:
        total = sum(item.weight for item in self.items)
        if total != self.maximum:
            raise ValueError(f"component {self.code!r}: the weights add up to {total}, not to {self.maximum}")


class Grade(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A grade and the lowest score that earns it."""

    code: Annotated[GradeCode, about(_("Grade"))]
    floor: Annotated[int, about(_("Lowest score"), _("What earns the grade."), unit="points")]


class Grace(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """When a score is provisional: within `days` of opening, or below `minimum_volume` of a metric's denominator."""

    days: Annotated[int, about(_("Days after opening"), unit="days", ge=0)]
    volume_metric: Annotated[
        str, about(_("Metric of the volume"), _("The code of the metric whose denominator is counted."))
    ]
    minimum_volume: Annotated[
        int, about(_("Minimum volume"), _("With fewer the score is provisional."), unit="orders", ge=0)
    ]


class CreditPolicy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole document. Checks what is true of any version, old ones included; see CurrentCreditPolicy."""

    components: Annotated[tuple[Component, ...], about(_("Components"))]
    grades: Annotated[tuple[Grade, ...], about(_("Grades"), _("From the best down, the last one from 0."))]
    grace: Annotated[Grace, about(_("Grace"), _("When a score is provisional."))]

    @property
    def items(self) -> list[tuple[Component, Item]]:
        """Every item with its component, in the order of the ledger."""
        return [(component, item) for component in self.components for item in component.items]

    @property
    def metric_codes(self) -> list[str]:
        """Every metric that scoring needs, the one that measures the grace volume included."""
        codes = [item.metric for _component, item in self.items if item.metric]
        return list(dict.fromkeys([*codes, self.grace.volume_metric]))

    def grade_of(self, score: int) -> GradeCode:
        """Return the grade of a score."""
        return next(grade.code for grade in self.grades if score >= grade.floor)

    def next_grade(self, score: int) -> Grade | None:
        """Return the grade above the score's, None for the best."""
        above = [grade for grade in self.grades if grade.floor > score]
        return above[-1] if above else None

    def __post_init__(self) -> None:
        total = sum(component.maximum for component in self.components)
        if total != MAXIMUM:
            raise ValueError(f"components: the maxima add up to {total}, not to {MAXIMUM}")
        _check_unique("components", [component.code for component in self.components])
        _check_unique("items", [item.code for _component, item in self.items])
        _check_unique("grades", [grade.code for grade in self.grades])
        floors = [grade.floor for grade in self.grades]
        if any(high <= low for high, low in pairwise(floors)) or not floors or floors[-1] != 0:
            raise ValueError("grades: list them from the best down, floors falling to 0")
        codes = [grade.code for grade in self.grades]
        if codes != sorted(codes):
            raise ValueError("grades: A comes before B, B before C")
        if floors[0] > MAXIMUM:
            raise ValueError(f"grades: the best grade starts above {MAXIMUM}, so nobody could reach it")


class CurrentCreditPolicy(CreditPolicy, frozen=True, forbid_unknown_fields=True):
    """A version that can be scored with today: every metric and trait it names exists and its curve runs the right way.

    Old versions stay readable as CreditPolicy after a metric was retired.
    """

    def __post_init__(self) -> None:
        super().__post_init__()
        for component, item in self.items:
            where = f"component {component.code!r}, item {item.code!r}"
            if item.metric:
                _check_known("metric", item.metric, metrics, where)
                better = metrics.get(item.metric).better
            else:
                _check_known("trait", item.trait, traits, where)
                better = traits.get(item.trait).better
            if item.rises != (better == Better.HIGHER):
                raise ValueError(f"{where}: {better.value} is better, but the curve runs the other way")
        _check_known("metric", self.grace.volume_metric, metrics, "grace.volume_metric")


def _check_curve(name: str, curve: tuple[Point, ...]) -> None:
    if len(curve) < 2:
        raise ValueError(f"item {name!r}: a curve needs at least two points")
    values, shares = zip(*curve, strict=True)
    if any(left >= right for left, right in pairwise(values)):
        raise ValueError(f"item {name!r}: the values of the curve must rise from point to point")
    if any(not 0 <= share <= 1 for share in shares):
        raise ValueError(f"item {name!r}: the shares of the curve must lie between 0 and 1")
    rising = all(left <= right for left, right in pairwise(shares))
    falling = all(left >= right for left, right in pairwise(shares))
    if rising == falling:
        raise ValueError(f"item {name!r}: the shares of the curve must all rise or all fall")


def _check_unique(what: str, codes: list[str]) -> None:
    twice = [code for code, count in Counter(codes).items() if count > 1]
    if twice:
        raise ValueError(f"{what}: {', '.join(twice)} is there twice")


def _check_known(noun: str, code: str, registry: object, where: str) -> None:
    if code not in registry:  # type: ignore[operator]
        known = ", ".join(sorted(entry.code for entry in registry))  # type: ignore[attr-defined]
        raise ValueError(f"{where}: there is no {noun} {code!r}; there are: {known}")
