"""Why shops leave: counts by reason, time, category, grade, tenure and channel, and the exit interview."""

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from merchants.exits import policy
from merchants.exits.models import Exit, State
from merchants.models import Category

#: Tenure in days: up to so many, the words for it.
_TENURES: tuple[tuple[int, Callable[[], str]], ...] = (
    (90, lambda: _("under 3 months")),
    (365, lambda: _("3–12 months")),
    (3 * 365, lambda: _("1–3 years")),
    (10**6, lambda: _("over 3 years")),
)
#: So many months stand in the picture over time.
MONTHS = 12


@dataclass(frozen=True)
class Share:
    """A part of the exits: its words, how many, and their share of all."""

    label: str
    count: int
    share: float


@dataclass(frozen=True)
class Analysis:
    """The exits that began in a period. `stayed`: called off or refused; the cuts count those that did not stay.

    An exit with two reasons counts for both. `interview` has the mean answer (1-5) and how many answered.
    """

    began: int
    leaving: int
    closed: int
    stayed: int
    reasons: list[Share] = field(default_factory=list)
    categories: list[Share] = field(default_factory=list)
    grades: list[Share] = field(default_factory=list)
    tenures: list[Share] = field(default_factory=list)
    channels: list[Share] = field(default_factory=list)
    interview: list[tuple[str, float | None, int]] = field(default_factory=list)
    months: list[tuple[dt.date, int]] = field(default_factory=list)


def began_between(since: dt.datetime, until: dt.datetime, kind: str = "") -> QuerySet[Exit]:
    """Exits that their shops know of and that were asked for or decided in the period, the newest first."""
    found = Exit.objects.filter(told_at__isnull=False, requested_at__gte=since, requested_at__lt=until)
    return (found.filter(kind=kind) if kind else found).select_related("merchant").order_by("-requested_at", "-id")


def analyse(since: dt.datetime, until: dt.datetime, kind: str = "") -> Analysis:
    """Count the exits of a period; one query, some thousand rows at most."""
    every = list(began_between(since, until, kind))
    gone = [each for each in every if each.state not in (State.CANCELLED, State.REFUSED)]
    body = policy.active()[1]
    names = {reason.code: str(reason.text) for reason in body.reasons}
    return Analysis(
        began=len(every),
        leaving=sum(each.is_open for each in gone),
        closed=sum(each.state == State.CLOSED for each in gone),
        stayed=len(every) - len(gone),
        reasons=_shares(((names.get(code, code) for each in gone for code in each.reasons)), len(gone)),
        categories=_shares((str(Category(each.category).label) for each in gone if each.category), len(gone)),
        grades=_shares((each.grade or _("no grade") for each in gone), len(gone)),
        tenures=_by_tenure(gone),
        channels=_shares((each.channel or _("not known") for each in gone), len(gone)),
        interview=[_answers(question.code, str(question.text), every) for question in body.questions],
        months=_by_month(gone, until),
    )


def _shares(labels: Iterable[str], total: int) -> list[Share]:
    return [Share(label, count, count / total) for label, count in Counter(labels).most_common()] if total else []


def _by_tenure(gone: Sequence[Exit]) -> list[Share]:
    counts = Counter(next(most for most, _words in _TENURES if each.days_on_platform < most) for each in gone)
    return [Share(words(), counts[most], counts[most] / len(gone)) for most, words in _TENURES] if gone else []


def _answers(code: str, text: str, exits: Sequence[Exit]) -> tuple[str, float | None, int]:
    given = [each.answers[code] for each in exits if code in each.answers]
    return text, (sum(given) / len(given) if given else None), len(given)


def _by_month(gone: Sequence[Exit], until: dt.datetime) -> list[tuple[dt.date, int]]:
    zone = timezone.get_default_timezone()
    counts = Counter(timezone.localtime(each.requested_at, zone).date().replace(day=1) for each in gone)
    last = timezone.localtime(until, zone).date().replace(day=1)
    months = [last]
    while len(months) < MONTHS:
        months.append((months[-1] - dt.timedelta(days=1)).replace(day=1))
    return [(month, counts[month]) for month in reversed(months)]
