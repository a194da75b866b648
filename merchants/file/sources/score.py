"""When the credit grade changed."""

import datetime as dt

from django.db.models import F, Q, Window
from django.db.models.functions import Lag
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from merchants.credit.models import ScoreSnapshot
from merchants.file.timeline import Entry, Source
from merchants.models import Merchant
from shopops.metrics.selectors import marketplace_day


def score(merchant: Merchant, before: dt.datetime | None, limit: int) -> list[Entry]:
    """The first score, and every change of the grade."""
    return _score(merchant, before, limit, reverse("merchant_file:file", args=[merchant.pk]) + "?part=score")


def score_told(merchant: Merchant, before: dt.datetime | None, limit: int) -> list[Entry]:
    """The same, with the way to the shop's own page of its score."""
    return _score(merchant, before, limit, reverse("credit:score"))


def _score(merchant: Merchant, before: dt.datetime | None, limit: int, url: str) -> list[Entry]:
    mine = ScoreSnapshot.objects.filter(merchant=merchant)
    if before is not None:
        # A score stands from the beginning of its day on, whenever it was counted or counted again.
        mine = mine.filter(day__lte=marketplace_day(before - dt.timedelta(microseconds=1)))
    # At most one row a day stands in the window, found by the index on (merchant, day).
    with_former = mine.annotate(
        former_grade=Window(Lag("grade"), order_by=F("day").asc()),
        former_score=Window(Lag("score"), order_by=F("day").asc()),
    )
    changed = with_former.filter(Q(former_grade__isnull=True) | ~Q(former_grade=F("grade"))).order_by("-day")
    return [_entry(each, url) for each in changed[:limit]]


def _entry(row: ScoreSnapshot, url: str) -> Entry:
    former = getattr(row, "former_grade", None)
    values = {
        "grade": row.grade, "former": former, "score": row.score, "former_score": getattr(row, "former_score", None),
    }  # fmt: skip
    at = dt.datetime.combine(row.day, dt.time(), timezone.get_default_timezone())
    if former is None:
        return Entry(at, _("First score: %(score)s, grade %(grade)s") % values, url=url)
    return Entry(
        at,
        _("Grade %(former)s became %(grade)s") % values,
        _("Score %(former_score)s → %(score)s") % values,
        url,
        "ok" if row.grade < former else "danger",
    )


SOURCES = (
    Source("score", gettext_lazy("Score and grade"), "score", score, "credit.view_scoresnapshot", score_told,
           needs="score.view"),
)  # fmt: skip
