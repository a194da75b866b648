"""How reviewers decide: all of them for supervisors, one's own for everybody who reviews."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from merchants.screening import calibration
from merchants.screening.views.common import CALIBRATION, REVIEW, period, screening_page, show, spans
from merchants.views.common import person
from shopops.accounts.models import User

DAYS = (90, 30, 365)


@screening_page(CALIBRATION)
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """Every reviewer over a period, and the outside reviewers."""
    days, since, until = period(request, DAYS)
    context: dict[str, Any] = {
        "days": days,
        "spans": spans(DAYS, days),
        "rows": calibration.reviewers(since, until),
        "outside": calibration.outside(since, until),
        "minimum": calibration.MINIMUM,
    }
    return show(request, "screening/calibration.html", "calibration", **context)


@screening_page(CALIBRATION)
@require_safe
def one(request: HttpRequest, pk: int) -> HttpResponse:
    """One reviewer, with the cases that were overturned."""
    user = get_object_or_404(User, pk=pk)
    return _person(request, user, str(user), "calibration")


@screening_page(REVIEW)
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """One's own decisions, as the supervisors see them."""
    return _person(request, person(request), _("My decisions"), "mine")


def _person(request: HttpRequest, user: User, title: str, current: str) -> HttpResponse:
    days, since, until = period(request, DAYS)
    rows = calibration.reviewers(since, until, only=user)
    context: dict[str, Any] = {
        "heading": title,
        "days": days,
        "spans": spans(DAYS, days),
        "row": rows[0],
        "cases": [(case, WHY[case.why]()) for case in calibration.overturned(user, since, until)],
        "minimum": calibration.MINIMUM,
    }
    return show(request, "screening/person.html", current, **context)


WHY = {
    "reapplied": lambda: pgettext("overturned", "Rejected; the applicant was approved later"),
    "declined": lambda: pgettext("overturned", "Approval proposed; a second person did not agree"),
    "trouble": lambda: pgettext("overturned", "Approved; the shop was suspended or closed within 90 days"),
}
