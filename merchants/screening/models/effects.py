"""What the world hears of requests for opinions. All of it is internal: merchants hear the decision, no opinion."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from shopops.accounts.models import User
from shopops.transitions.handler import Effect, Notice


def _reviewer(request: Any) -> list[User]:
    return [request.reviewer]


def _asker(request: Any) -> list[User]:
    return [request.asked_by]


def _context(request: Any) -> dict[str, Any]:
    from merchants.screening.due import due_at

    return {
        "id": request.pk,
        "number": request.application.number,
        "shop_name": request.application.shop_name,
        "due": due_at(request),
        "question": request.question,
        "reviewer": str(request.reviewer),
        "view": {"en": _in("en", request), "zh": _in("zh-hans", request)},
    }


def _in(language: str, request: Any) -> str:
    from django.utils.translation import override

    with override(language):
        return str(request.get_view_display()) if request.view else ""


def _case(request: Any) -> str:
    return str(request.get_absolute_url())


def _desk(_request: Any) -> str:
    from django.urls import reverse

    return reverse("outside:home")


def _not_the_applicant(request: Any) -> dict[int | None, object]:
    return {request.application.applicant_id: _("This is your own application. Somebody else has to look at it.")}


OPINION: dict[str, Effect] = {
    "ask": Effect(
        "screening.opinion.requested",
        _("Opinion asked for"),
        Notice("screening.opinion_asked", _reviewer, _context, _desk),
        internal=True,
    ),
    "give": Effect(
        "screening.opinion.given",
        _("Opinion given"),
        Notice("screening.opinion_given", _asker, _context, _case),
        not_by=_not_the_applicant,
        internal=True,
    ),
    "withdraw": Effect(
        "screening.opinion.withdrawn",
        _("Request for an opinion withdrawn"),
        Notice("screening.opinion_withdrawn", _reviewer, _context, _desk),
        internal=True,
    ),
}
