"""Filters of the list of merchants that need the score."""

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from merchants.credit.models import Grade, ScoreSnapshot
from merchants.listing import Narrow
from merchants.models import Merchant


def _by_grade(merchants: QuerySet[Merchant], value: str) -> QuerySet[Merchant]:
    """Merchants by their current grade; provisional ones have none yet."""
    current = ScoreSnapshot.objects.filter(is_current=True)
    if value == "none":
        return merchants.exclude(pk__in=current.filter(provisional=False).values("merchant_id"))
    return merchants.filter(pk__in=current.filter(grade=value, provisional=False).values("merchant_id"))


GRADE = Narrow(
    "grade",
    _("grade"),
    (*Grade.choices, ("none", _("Not yet graded"))),
    _by_grade,
    "credit.view_scoresnapshot",
)
