"""The words of numbers: what a line of the ledger says about its counts and its points."""

from django.utils.translation import gettext, ngettext

from merchants.credit.models import ScoreContribution
from merchants.credit.policy import Item
from merchants.credit.traits import MONTHS_PER_YEAR, traits
from shopops.metrics.registry import metrics
from shopops.ui import formats


def own_text(item: str, numerator: int, denominator: int) -> str:
    """Return a merchant's own number in words: 3.2%, 4.31 stars, 2 years 3 months; a dash without any."""
    return value_text(item, numerator / denominator) if denominator else formats.NOTHING


def value_text(item: str, value: float) -> str:
    """Return a ratio in the unit of its metric or trait."""
    unit = unit_of(item)
    if unit == "percent":
        return formats.percent(value)
    if unit == "stars":
        return gettext("%(stars)s stars") % {"stars": formats.num(value, decimals=2)}
    if unit == "years":
        return _months_text(round(value * MONTHS_PER_YEAR))
    return formats.num(round(value, 2))


def label_of(item: str) -> str:
    """Return the words of a metric or trait; its code once it was retired."""
    if item in metrics:
        return str(metrics.get(item).label)
    return str(traits.get(item).label) if item in traits else item


def unit_of(item: str) -> str:
    """Return the unit of a metric or trait; "count" for one that was retired."""
    if item in metrics:
        return metrics.get(item).unit
    return traits.get(item).unit if item in traits else "count"


def counts_text(row: ScoreContribution) -> str:
    """The counts behind a number: 12 of 380. A trait of time and an average have none worth telling as such."""
    unit = unit_of(row.item)
    if unit == "years" or not row.denominator:
        return ""
    if unit == "stars":
        said = ngettext("%(count)s review", "%(count)s reviews", row.denominator)
        return said % {"count": formats.num(row.denominator)}
    return gettext("%(part)s of %(whole)s") % {
        "part": formats.num(row.numerator),
        "whole": formats.num(row.denominator),
    }


def story(row: ScoreContribution, item: Item) -> list[str]:
    """How the points came about, in sentences whose numbers can be recomputed by hand."""
    judged = value_text(row.item, row.adjusted)
    values = {
        "own": own_text(row.item, row.numerator, row.denominator),
        "prior": value_text(row.item, row.prior),
        "minimum": formats.num(item.minimum_volume),
        "strength": formats.num(item.prior_strength),
        "judged": judged,
        "points": formats.num(row.points),
        "weight": formats.num(row.max_points),
    }
    said = [_prior_text(row, item) % values] if row.by_prior or item.prior_strength else []
    return [*said, gettext("%(judged)s gives %(points)s of %(weight)s points.") % values, _scale_text(row, item)]


def _prior_text(row: ScoreContribution, item: Item) -> str:
    """Why the judged number is not the own one. The usual value is the policy's, for categories with few orders."""
    if item.trait:
        return gettext("Nothing on file, so %(prior)s is assumed.")
    is_average = row.prior != item.prior
    if row.by_prior and is_average:
        return gettext("Fewer than %(minimum)s in this period, so the average of your category counts: %(prior)s.")
    if row.by_prior:
        return gettext("Fewer than %(minimum)s in this period, so the usual value counts: %(prior)s.")
    if is_average:
        return gettext(
            "Your own number, %(own)s, is mixed with the average of your category, %(prior)s, which weighs like "
            "%(strength)s of your own. Judged is %(judged)s."
        )
    return gettext(
        "Your own number, %(own)s, is mixed with the usual value, %(prior)s, which weighs like %(strength)s of your "
        "own. Judged is %(judged)s."
    )


def _scale_text(row: ScoreContribution, item: Item) -> str:
    """The ends of the curve: what gives most and what gives least."""
    ends = sorted((item.curve[0], item.curve[-1]), key=lambda point: point[1])
    (worst, least), (best, most) = ends
    return gettext("The scale: %(best)s gives %(most)s points, %(worst)s gives %(least)s.") % {
        "best": value_text(row.item, best),
        "most": formats.num(round(most * item.weight)),
        "worst": value_text(row.item, worst),
        "least": formats.num(round(least * item.weight)),
    }


def _months_text(months: int) -> str:
    years, months = divmod(months, MONTHS_PER_YEAR)
    said_years = ngettext("%(count)s year", "%(count)s years", years) % {"count": years}
    said_months = ngettext("%(count)s month", "%(count)s months", months) % {"count": months}
    if not years:
        return said_months
    return gettext("%(years)s %(months)s") % {"years": said_years, "months": said_months} if months else said_years
