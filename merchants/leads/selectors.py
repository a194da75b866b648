"""The funnel: of the leads of some days, how many applied, were approved, had their first order, and how fast."""

import datetime as dt
import itertools
from dataclasses import dataclass
from typing import Any

from django.db.models import Aggregate, Count, DateTimeField, DurationField, ExpressionWrapper, F, Q, QuerySet
from django.db.models.functions import Cast, TruncMonth

from merchants.leads.milestones import Milestone, milestones
from merchants.leads.models import Lead
from merchants.models import Application

#: By what the funnel can be divided.
DIMENSIONS = ("channel", "segment", "month")


class Median(Aggregate):
    """The middle value: half took longer."""

    template = "percentile_cont(0.5) WITHIN GROUP (ORDER BY %(expressions)s)"


@dataclass(frozen=True)
class Stage:
    """`count` leads came so far. `of_former` and `of_first`: shares of the stage before and of all leads (None without
    any); `days`: median since the stage before."""

    code: str
    count: int
    of_former: float | None
    of_first: float | None
    days: float | None


@dataclass(frozen=True)
class Funnel:
    """The stages of one group of leads."""

    key: Any
    stages: tuple[Stage, ...]


def leads_between(start: dt.date, end: dt.date, channel: str = "", segment: str = "") -> QuerySet[Lead]:
    """Leads whose first contact was on these days, both included."""
    found = Lead.objects.filter(contacted_on__gte=start, contacted_on__lte=end)
    if channel:
        found = found.filter(channel=channel)
    return found.filter(segment=segment) if segment else found


def stage_codes() -> list[str]:
    """lead, application, approval, and what the apps above know of."""
    return ["lead", "application", "approval", *(each.code for each in milestones)]


def funnel(leads: QuerySet[Lead], by: str = "") -> list[Funnel]:
    """The funnel of these leads, as one group or divided by one of DIMENSIONS, the largest group first.

    One statement. A lead counts as applied when its application was submitted, as approved when it is now.
    """
    found = _dated(leads)
    if not by:
        everything = found.aggregate(**_sums())
        return [Funnel(None, _stages(everything))] if everything["n_lead"] else []
    if by == "month":
        found = found.annotate(month=TruncMonth("contacted_on"))
    order = "month" if by == "month" else "-n_lead"
    return [Funnel(row[by], _stages(row)) for row in found.values(by).annotate(**_sums()).order_by(order, by)]


def _dated(leads: QuerySet[Lead]) -> QuerySet[Lead]:
    """Every lead with the moment of each stage, empty when it has not come so far."""
    found = leads.annotate(
        at_lead=Cast("contacted_on", DateTimeField()),
        at_application=F("application__submitted_at"),
        at_approval=F("application__decided_at"),
    )
    return found.annotate(**{f"at_{each.code}": _first(each) for each in milestones})


def _first(milestone: Milestone) -> Any:
    return milestone.first_at("application__merchant_id")


def _reached(code: str) -> Q:
    if code == "lead":
        return Q()
    if code == "application":
        return Q(application__submissions__gt=0)
    if code == "approval":
        return Q(application__state=Application.State.APPROVED)
    return Q(application__state=Application.State.APPROVED, **{f"at_{code}__isnull": False})


def _sums() -> dict[str, Any]:
    codes = stage_codes()
    sums: dict[str, Any] = {f"n_{code}": Count("pk", filter=_reached(code)) for code in codes}
    for former, code in itertools.pairwise(codes):
        took = ExpressionWrapper(F(f"at_{code}") - F(f"at_{former}"), output_field=DurationField())
        # An order before the approval (a shop that sold elsewhere on the platform before) says nothing about speed.
        sums[f"took_{code}"] = Median(
            took,
            filter=_reached(code) & Q(**{f"at_{code}__gte": F(f"at_{former}")}),
            output_field=DurationField(),
        )
    return sums


def _stages(row: dict[str, Any]) -> tuple[Stage, ...]:
    stages: list[Stage] = []
    for code in stage_codes():
        count, took = row[f"n_{code}"], row.get(f"took_{code}")
        first = stages[0].count if stages else count
        former = stages[-1].count if stages else 0
        stages.append(
            Stage(
                code,
                count,
                count / former if former else None,
                count / first if first else None,
                took.total_seconds() / 86400 if took is not None else None,
            )
        )
    return tuple(stages)


def without_lead(start: dt.date, end: dt.date) -> dict[str, int]:
    """Applications of these days that no lead stands for: how many, how many of them approved."""
    alone = Application.objects.filter(
        lead__isnull=True, submissions__gt=0, submitted_at__date__gte=start, submitted_at__date__lte=end
    )
    return alone.aggregate(applications=Count("pk"), approved=Count("pk", filter=Q(state=Application.State.APPROVED)))


def choices(field: str) -> list[str]:
    """The values that leads have in a field, for a filter."""
    return list(Lead.objects.exclude(**{field: ""}).order_by(field).values_list(field, flat=True).distinct())
