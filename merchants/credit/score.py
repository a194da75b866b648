"""Scoring, pure: from a policy, a merchant's numbers and the priors of its category to points that add up.

Every line is rounded half up to whole points on its own and the score is the plain sum of the lines. So a line changes
only when its own number, prior or policy changes, a better number never lowers the score, and the sum is exact by
construction: nothing is left over to distribute.
"""

import math
from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from merchants.credit.policy import CreditPolicy, Item, Point
from shopops.metrics.selectors import NOTHING, Value

#: Digits kept of adjusted values and priors. Points are computed from the kept digits, so the ledger can be recomputed.
DIGITS = 6
SHARE_DIGITS = 9

#: Item code → the value that stands in for a merchant's own when there is little of it.
Priors = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Contribution:
    """A line of the ledger. `by_prior`: below the minimum volume, so the prior was taken instead of the own number."""

    component: str
    item: str
    numerator: int
    denominator: int
    prior: float
    adjusted: float
    by_prior: bool
    points: int
    max_points: int


@dataclass(frozen=True, slots=True)
class Result:
    """A score with its ledger; the score is the sum of the ledger's points."""

    score: int
    grade: str
    contributions: tuple[Contribution, ...]


def share(curve: tuple[Point, ...], value: float) -> float:
    """Return the share of the weight at a value: linear between the curve's points, level beyond its ends."""
    # Rounded everywhere, so that the last bit of a division never makes a better value worth less.
    return round(_between_points(curve, value), SHARE_DIGITS)


def adjusted(item: Item, value: Value, prior: float) -> float:
    """Return the value that is judged: the own ratio pulled towards the prior, more so the less there is of it."""
    if value.denominator < item.minimum_volume:
        return round(prior, DIGITS)
    strength = item.prior_strength
    return round((value.numerator + strength * prior) / (value.denominator + strength), DIGITS)


def _between_points(curve: tuple[Point, ...], value: float) -> float:
    if value <= curve[0][0]:
        return curve[0][1]
    if value >= curve[-1][0]:
        return curve[-1][1]
    right = bisect_right(curve, value, key=lambda point: point[0])
    (x0, y0), (x1, y1) = curve[right - 1], curve[right]
    return y0 + (y1 - y0) * ((value - x0) / (x1 - x0))


def contribution(component: str, item: Item, value: Value, prior: float) -> Contribution:
    """Return one line of the ledger."""
    prior = round(prior, DIGITS)
    judged = adjusted(item, value, prior)
    return Contribution(
        component=component,
        item=item.code,
        numerator=value.numerator,
        denominator=value.denominator,
        prior=prior,
        adjusted=judged,
        by_prior=value.denominator < item.minimum_volume,
        points=math.floor(item.weight * share(item.curve, judged) + 0.5),
        max_points=item.weight,
    )


def score(policy: CreditPolicy, values: Mapping[str, Value], priors: Priors) -> Result:
    """Score one merchant. A value that is missing counts as 0 of 0, so its prior stands in."""
    lines = tuple(
        contribution(component.code, item, values.get(item.code, NOTHING), priors[item.code])
        for component, item in policy.items
    )
    total = sum(line.points for line in lines)
    return Result(total, policy.grade_of(total), lines)


def pooled_priors(policy: CreditPolicy, values: Iterable[Mapping[str, Value]]) -> Priors:
    """Return the prior of every item from the numbers of all merchants of one category.

    It is the ratio of the sums, so that a large merchant weighs as much as its orders. Below the item's
    `prior_minimum`, and for items without shrinkage, it is the policy's own prior.
    """
    sums: dict[str, tuple[int, int]] = {item.code: (0, 0) for _component, item in policy.items}
    for merchant in values:
        for code, (numerator, denominator) in sums.items():
            value = merchant.get(code)
            if value is not None:
                sums[code] = numerator + value.numerator, denominator + value.denominator
    return {item.code: _prior(item, *sums[item.code]) for _component, item in policy.items}


def _prior(item: Item, numerator: int, denominator: int) -> float:
    if not item.prior_strength or denominator < max(1, item.prior_minimum):
        return item.prior
    return round(numerator / denominator, DIGITS)
