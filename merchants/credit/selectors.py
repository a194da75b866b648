"""Reading scores: a merchant's score on a day, over time, and as the tile of its home."""

import datetime as dt
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Max, Min, Q, Sum
from django.utils.translation import gettext

from merchants.credit.models import ComponentCode, ScoreContribution, ScoreSnapshot
from merchants.credit.policy import CreditPolicy, Grade
from shopops.jobs.models import JobRun
from shopops.metrics.selectors import marketplace_day
from shopops.policies.selectors import typed
from shopops.ui.parts import Meter

WEEK = dt.timedelta(days=7)
#: Weeks of the score's line, on the home tile and by default on the page.
WEEKS = 26

JOB = "score_merchants"


@dataclass(frozen=True)
class Standing:
    """A score on a day, without its ledger."""

    snapshot_id: int
    since: dt.date
    score: int
    grade: str
    policy_number: int


@dataclass(frozen=True)
class ScoreTile:
    """What the portal's home shows of a score.

    `change` is the difference to seven days before (None: there was no score yet); `spark` has one value per week, the
    last is today's; `next_grade` and `points_to_next` are None at the best grade.
    """

    score: int
    grade: str
    provisional: bool
    next_grade: str | None
    points_to_next: int | None
    change: int | None
    spark: list[int | None]
    meters: list[Meter]

    @property
    def note(self) -> str:
        """What the change and the next grade mean, in the reader's language; stands after the number of the change."""
        if self.provisional:
            return gettext("Too early for a grade: the average of your category fills in.")
        values = {"missing": self.points_to_next, "next": self.next_grade}
        if self.change is None:
            return gettext("%(missing)s more for grade %(next)s") % values if self.next_grade else ""
        if self.next_grade is None:
            return gettext("in 7 days; the highest grade")
        return gettext("in 7 days; %(missing)s more for grade %(next)s") % values

    @property
    def spark_label(self) -> str:
        """The sentence that is read out for the small line."""
        known = [value for value in self.spark if value is not None]
        values = {"first": known[0], "last": known[-1], "high": max(known)}
        return gettext("Score over 26 weeks: from %(first)s, at most %(high)s, now %(last)s") % values


def snapshot_on(merchant_id: int, day: dt.date) -> ScoreSnapshot | None:
    """Return the snapshot that stood on a day, with its ledger in order; None when the merchant had no score yet."""
    return (
        ScoreSnapshot.objects.filter(merchant_id=merchant_id, day__lte=day)
        .select_related("policy_version")
        .prefetch_related("contributions")
        .order_by("-day")
        .first()
    )


def snapshots_on(merchant_ids: Sequence[int], day: dt.date) -> dict[int, ScoreSnapshot]:
    """`snapshot_on` for many merchants, by merchant, with two queries."""
    found = (
        ScoreSnapshot.objects.filter(merchant_id__in=merchant_ids, day__lte=day)
        .select_related("policy_version")
        .prefetch_related("contributions")
        .order_by("merchant_id", "-day")
        .distinct("merchant_id")
    )
    return {snapshot.merchant_id: snapshot for snapshot in found}


def policy_of(snapshot: ScoreSnapshot) -> CreditPolicy:
    """Return the policy that a score was counted under."""
    return typed(snapshot.policy_version, CreditPolicy)


def distance_to_next(snapshot: ScoreSnapshot, policy: CreditPolicy) -> tuple[Grade | None, int | None]:
    """Return the next better grade and the points that are missing; (None, None) at the best."""
    grade = policy.next_grade(snapshot.score)
    return grade, grade.floor - snapshot.score if grade else None


def standings(merchant_id: int, start: dt.date, end: dt.date) -> list[Standing]:
    """Return every score that stood between two days, oldest first, beginning with the one that stood on `start`."""
    mine = ScoreSnapshot.objects.filter(merchant_id=merchant_id, day__lte=end)
    first = mine.filter(day__lte=start).aggregate(day=Max("day"))["day"] or start
    rows = mine.filter(day__gte=first).order_by("day")
    return [Standing(*row) for row in rows.values_list("pk", "day", "score", "grade", "policy_version__number")]


def on_days(stood: Sequence[Standing], days: Sequence[dt.date]) -> list[Standing | None]:
    """Return the score as it stood on each of some days; None before the first."""
    starts = [standing.since for standing in stood]
    return [stood[place - 1] if (place := bisect_right(starts, day)) else None for day in days]


def weekly_days(last: dt.date, weeks: int, every: int = 1) -> list[dt.date]:
    """Return days a number of weeks apart, ending with the given one: the x axis of a score's line."""
    return [last - WEEK * index for index in reversed(range(0, weeks, every))]


def component_points(snapshot_ids: Sequence[int]) -> Mapping[int, dict[str, int]]:
    """Return the points of each component of each snapshot, in one query."""
    sums: dict[int, dict[str, int]] = defaultdict(dict)
    lines = ScoreContribution.objects.filter(snapshot_id__in=snapshot_ids).order_by()
    for pk, component, points in lines.values_list("snapshot_id", "component").annotate(points=Sum("points")):
        sums[pk][component] = points
    return sums


def first_day(merchant_id: int) -> dt.date | None:
    """Return the day of a merchant's first score."""
    first: dt.date | None = ScoreSnapshot.objects.filter(merchant_id=merchant_id).aggregate(day=Min("day"))["day"]
    return first


def counted_at(snapshot: ScoreSnapshot, now: dt.datetime) -> dt.datetime:
    """Return the moment as of which a score is known to stand: that of the last count that left it as it is."""
    runs = JobRun.objects.filter(Q(as_of__lte=now), job=JOB, state=JobRun.State.SUCCEEDED)
    last: dt.datetime | None = runs.aggregate(last=Max("as_of"))["last"]
    return last if last and marketplace_day(last) >= snapshot.day else snapshot.counted_at


def tile(merchant_id: int, as_of: dt.datetime) -> ScoreTile | None:
    """Return what the portal's home shows; None for a merchant without a score."""
    day = marketplace_day(as_of)
    snapshot = snapshot_on(merchant_id, day)
    if snapshot is None:
        return None
    next_grade, missing = distance_to_next(snapshot, policy_of(snapshot))
    days = weekly_days(day, WEEKS)
    stood = on_days(standings(merchant_id, days[0], day), days)
    week_ago = stood[-2]
    return ScoreTile(
        score=snapshot.score,
        grade=snapshot.grade,
        provisional=snapshot.provisional,
        next_grade=next_grade.code if next_grade else None,
        points_to_next=missing,
        change=snapshot.score - week_ago.score if week_ago else None,
        spark=[standing.score if standing else None for standing in stood],
        meters=meters(snapshot),
    )


def meters(snapshot: ScoreSnapshot) -> list[Meter]:
    """Return the components of a score with their points and maxima."""
    lines = list(snapshot.contributions.all())
    return [
        Meter(component.label, sum(line.points for line in mine), sum(line.max_points for line in mine))
        for component in ComponentCode
        if (mine := [line for line in lines if line.component == component])
    ]
