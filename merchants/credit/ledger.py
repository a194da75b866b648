"""The score ledger as people read it: lines in words, and two dates compared line by line."""

import datetime as dt
from dataclasses import dataclass

from django.utils.translation import gettext

from merchants.credit import selectors, words
from merchants.credit.facts import fact_pages
from merchants.credit.models import ScoreContribution, ScoreSnapshot
from merchants.credit.policy import CreditPolicy, Item
from shopops.metrics.registry import metrics
from shopops.ui import formats


@dataclass(frozen=True)
class Line:
    """A line of the ledger, in the reader's language.

    `own` is the merchant's own number, `counts` the counts it is made of (`is_empty`: there are none), `period` the
    days they cover, `story` how the points came about, sentence by sentence. `before` is the own number of the date
    compared with (None: it had none), `change` the difference in points (None: nothing is compared).
    """

    code: str
    name: str
    description: str
    is_empty: bool
    own: str
    counts: str
    period: str
    story: list[str]
    points: int
    max_points: int
    by_prior: bool
    before: str | None
    change: int | None
    url: str
    verb: str


@dataclass(frozen=True)
class Group:
    """A component with its lines; its points are their sum."""

    code: str
    name: str
    points: int
    max_points: int
    change: int | None
    lines: list[Line]


@dataclass(frozen=True)
class Ledger:
    """A whole score. `score` equals the sum of the groups' points; `dropped` are lines that only the older date had."""

    score: int
    maximum: int
    change: int | None
    groups: list[Group]
    dropped: list[Line]
    policy_changed: bool

    @property
    def lines(self) -> list[Line]:
        """All lines in order."""
        return [line for group in self.groups for line in group.lines]

    @property
    def has_facts(self) -> bool:
        """Whether any line links to the facts behind it."""
        return any(line.url for line in self.lines)

    @property
    def changes(self) -> list[Line]:
        """The lines whose points differ, largest difference first, lines that ended included."""
        changed = [line for line in [*self.lines, *self.dropped] if line.change]
        return sorted(changed, key=lambda line: -abs(line.change or 0))


def build(snapshot: ScoreSnapshot, before: ScoreSnapshot | None, *, day: dt.date) -> Ledger:
    """Return the ledger of a score that stands on `day`, compared with an earlier snapshot if one is given."""
    policy = selectors.policy_of(snapshot)
    rows = list(snapshot.contributions.all())
    old = {row.item: row for row in before.contributions.all()} if before else {}
    groups = [
        _group(
            component.code,
            str(component.name),
            [
                _line(row, _item(policy, row.item), day, old.get(row.item), compare=before is not None)
                for row in rows
                if row.component == component.code
            ],
        )
        for component in policy.components
    ]
    return Ledger(
        score=snapshot.score,
        maximum=sum(row.max_points for row in rows),
        change=snapshot.score - before.score if before else None,
        groups=groups,
        dropped=_dropped(before, {row.item for row in rows}),
        policy_changed=before is not None and before.policy_version_id != snapshot.policy_version_id,
    )


def _group(code: str, name: str, lines: list[Line]) -> Group:
    compared = [line.change for line in lines if line.change is not None]
    return Group(
        code=code,
        name=name,
        points=sum(line.points for line in lines),
        max_points=sum(line.max_points for line in lines),
        change=sum(compared) if compared else None,
        lines=lines,
    )


def _line(row: ScoreContribution, item: Item, day: dt.date, old: ScoreContribution | None, *, compare: bool) -> Line:
    start, end = _days(row.item, day)
    page = fact_pages.get(row.item) if row.item in fact_pages else None
    return Line(
        code=row.item,
        name=str(item.name),
        description=str(item.description),
        is_empty=not row.denominator,
        own=words.own_text(row.item, row.numerator, row.denominator),
        counts=words.counts_text(row),
        period=formats.span(start, end) if start and end else "",
        story=words.story(row, item),
        points=row.points,
        max_points=row.max_points,
        by_prior=row.by_prior,
        before=words.own_text(old.item, old.numerator, old.denominator) if old and old.denominator else None,
        change=row.points - (old.points if old else 0) if compare else None,
        url=page.url(start, end) if page and start and end and row.denominator else "",
        verb=str(page.verb) if page else "",
    )


def _dropped(before: ScoreSnapshot | None, kept: set[str]) -> list[Line]:
    """Lines of an older policy that the newer one no longer has: their points are gone."""
    gone = [row for row in before.contributions.all() if row.item not in kept] if before else []
    if not before or not gone:
        return []
    policy = selectors.policy_of(before)
    return [
        Line(
            code=row.item,
            name=str(item.name),
            description=gettext("No longer counted"),
            is_empty=True,
            own=formats.NOTHING,
            counts="",
            period="",
            story=[],
            points=0,
            max_points=0,
            by_prior=False,
            before=words.own_text(row.item, row.numerator, row.denominator),
            change=-row.points,
            url="",
            verb="",
        )
        for row in gone
        for item in [_item(policy, row.item)]
    ]


def _days(item: str, day: dt.date) -> tuple[dt.date | None, dt.date | None]:
    """The first and last day whose facts a metric counts on `day`: its window, moved back by the settling delay."""
    if item not in metrics:
        return None, None
    metric = metrics.get(item)
    end = day - dt.timedelta(days=1 + metric.settling)
    return end - dt.timedelta(days=metric.window - 1), end


def _item(policy: CreditPolicy, code: str) -> Item:
    return next(item for _component, item in policy.items if item.code == code)
