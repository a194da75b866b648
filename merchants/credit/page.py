"""What the score page says in words and pictures."""

import datetime as dt
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from django.utils.translation import gettext, ngettext

from merchants.credit import selectors
from merchants.credit.models import ComponentCode, ScoreSnapshot
from merchants.credit.policy import CreditPolicy
from merchants.credit.selectors import Standing
from shopops.metrics.registry import metrics
from shopops.policies.models import PolicyVersion
from shopops.ui import formats
from shopops.ui.charts import Limit, LineChart, Pin, Series

#: Most points that a line shows: more would not be told apart.
MOST_POINTS = 53
#: A grade's floor is drawn when it lies this near to the line, and the next grade's always.
NEAR = 60
#: Most events that are marked on the line, latest first.
MOST_PINS = 5


@dataclass(frozen=True)
class ComponentLine:
    """A component's small line: values as of the same days as the score's."""

    name: str
    points: int
    max_points: int
    change: int | None
    values: list[int | None]
    label: str
    series: int


def verdict(snapshot: ScoreSnapshot, policy: CreditPolicy) -> str:
    """Return the heading: the score and how far the next grade is."""
    grade, missing = selectors.distance_to_next(snapshot, policy)
    values = {"score": snapshot.score, "grade": snapshot.grade}
    if snapshot.provisional:
        return gettext("%(score)s, provisional: too early for a grade") % values
    if grade is None or missing is None:
        return gettext("%(score)s, grade %(grade)s: the highest grade") % values
    said = ngettext(
        "%(score)s, grade %(grade)s: %(missing)s point below grade %(next)s",
        "%(score)s, grade %(grade)s: %(missing)s points below grade %(next)s",
        missing,
    )
    return said % {**values, "missing": missing, "next": grade.code}


def range_names() -> dict[str, str]:
    """Return the ranges of the line, the usual one first."""
    return {"26w": gettext("26 weeks"), "1y": gettext("1 year"), "all": gettext("All")}


def policy_text(version: PolicyVersion) -> str:
    """Return which rules count, and since when."""
    values = {"version": version.number, "day": formats.day(version.effective_from, year="always")}
    return gettext("Version %(version)s, in force since %(day)s") % values


def days_of(range_code: str, first: dt.date, last: dt.date) -> list[dt.date]:
    """Return the days of the line: weekly, further apart when there would be too many."""
    weeks_known = (last - first).days // 7 + 2
    weeks = {"26w": selectors.WEEKS, "1y": 53, "all": max(2, weeks_known)}[range_code]
    return selectors.weekly_days(last, weeks, every=-(-weeks // MOST_POINTS))


def trend(standings: Sequence[Standing], days: Sequence[dt.date], policy: CreditPolicy) -> LineChart:
    """Return the line of the score with the grades' floors and what changed the rules or the grade."""
    stood = selectors.on_days(standings, days)
    known = [(day, standing) for day, standing in zip(days, stood, strict=True) if standing]
    (first_day, first), (_last_day, last) = known[0], known[-1]
    return LineChart(
        title=_finding(first, last, first_day, single=len(known) == 1),
        note=gettext("Sum of the three parts below. Dashed: where a grade starts."),
        label=gettext("Line of the score from %(first)s on %(start)s to %(last)s on %(end)s.")
        % {
            "first": first.score,
            "start": formats.day(first_day),
            "last": last.score,
            "end": formats.day(days[-1]),
        },
        x=days,
        x_name=gettext("Day"),
        series=[Series(gettext("Score"), [standing.score if standing else None for standing in stood])],
        limits=_limits(policy, last.score, min(standing.score for _day, standing in known)),
        pins=_pins(standings, days),
    )


def component_lines(
    snapshot: ScoreSnapshot, before: ScoreSnapshot | None, stood: Sequence[Standing | None]
) -> list[ComponentLine]:
    """Return the components with their points over the days of the score's line."""
    points = selectors.component_points([*{standing.snapshot_id for standing in stood if standing}])
    old = {meter.name: meter.value for meter in selectors.meters(before)} if before else {}
    lines = []
    for number, meter in enumerate(selectors.meters(snapshot), start=1):
        code = next(component for component in ComponentCode if component.label == meter.name)
        values = [points[standing.snapshot_id].get(code) if standing else None for standing in stood]
        first = next((value for value in values if value is not None), int(meter.value))
        lines.append(
            ComponentLine(
                name=str(meter.name),
                points=int(meter.value),
                max_points=int(meter.maximum),
                change=int(meter.value - old[meter.name]) if meter.name in old else None,
                values=values,
                label=gettext("%(name)s: from %(first)s to %(last)s points")
                % {"name": meter.name, "first": first, "last": int(meter.value)},
                series=number,
            )
        )
    return lines


def grace_window(policy: CreditPolicy) -> int:
    """Return the days over which the orders are counted that end the grace; 30 once that metric was retired."""
    code = policy.grace.volume_metric
    return metrics.get(code).window if code in metrics else 30


def rules(snapshot: ScoreSnapshot, policy: CreditPolicy) -> list[str]:
    """Return how a score is counted, in plain sentences with the policy's own numbers."""
    said = [
        gettext("Each line turns one number into points. The lines add up to the score."),
        gettext("Days count once they are over, in the marketplace's time zone."),
        *_settling(policy),
    ]
    minimum = max(item.minimum_volume for _component, item in policy.items)
    strength = max(item.prior_strength for _component, item in policy.items)
    if minimum > 1:
        said.append(
            gettext(
                "With fewer than %(minimum)s orders or reviews in a line, the average of your category counts instead."
            )
            % {"minimum": minimum}
        )
    if strength:
        said.append(
            gettext(
                "Your number is mixed with that average, which weighs like up to %(strength)s orders. One bad order "
                "cannot sink a small shop."
            )
            % {"strength": formats.num(strength)}
        )
    said.append(
        gettext(
            "A score is provisional in the first %(days)s days, and with fewer than %(minimum)s orders in "
            "%(window)s days."
        )
        % {"days": policy.grace.days, "minimum": policy.grace.minimum_volume, "window": grace_window(policy)}
    )
    return said


def _settling(policy: CreditPolicy) -> list[str]:
    """One sentence for each metric whose facts wait before they count."""
    return [
        ngettext(
            "%(name)s count %(days)s day after they happened, when they no longer change.",
            "%(name)s count %(days)s days after they happened, when they no longer change.",
            metrics.get(item.metric).settling,
        )
        % {"name": item.name, "days": metrics.get(item.metric).settling}
        for _component, item in policy.items
        if item.metric in metrics and metrics.get(item.metric).settling
    ]


def _finding(first: Standing, last: Standing, since: dt.date, *, single: bool) -> str:
    if single:
        return gettext("Counted since %(day)s") % {"day": formats.day(since)}
    change = last.score - first.score
    values = {"points": abs(change), "day": formats.day(since)}
    if change > 0:
        return ngettext("Up %(points)s point since %(day)s", "Up %(points)s points since %(day)s", change) % values
    if change < 0:
        return ngettext("Down %(points)s point since %(day)s", "Down %(points)s points since %(day)s", -change) % values
    return gettext("The same as on %(day)s") % values


def _limits(policy: CreditPolicy, score: int, lowest: int) -> list[Limit]:
    """The floor to reach next (at the best grade: to keep), and others near the line."""
    goal = policy.next_grade(score) or policy.grades[0]
    floors = [
        grade for grade in policy.grades if grade.floor and (grade == goal or lowest - NEAR <= grade.floor <= score)
    ]
    return [
        Limit(
            grade.floor,
            gettext("Grade %(grade)s from %(floor)s") % {"grade": grade.code, "floor": grade.floor},
            good="above" if grade == goal else "none",
        )
        for grade in floors
    ]


def _pins(standings: Sequence[Standing], days: Sequence[dt.date]) -> list[Pin]:
    """Mark where new rules or another grade came in, at the first point of the line that shows it."""
    pins = []
    for before, after in pairwise(standings):
        if after.since <= days[0] or (before.policy_number, before.grade) == (after.policy_number, after.grade):
            continue
        values = {
            "day": formats.day(after.since),
            "version": after.policy_number,
            "before": before.grade,
            "after": after.grade,
            "from": before.score,
            "to": after.score,
        }
        index = bisect_left(days, after.since)
        if before.policy_number != after.policy_number:
            text = gettext("%(day)s: score policy v%(version)s takes effect, %(from)s becomes %(to)s") % values
            pins.append(Pin(index, text, "info"))
        else:
            text = gettext("%(day)s: grade %(before)s becomes %(after)s, %(from)s becomes %(to)s") % values
            pins.append(Pin(index, text, "ok" if after.grade < before.grade else "danger"))
    return pins[-MOST_PINS:]
