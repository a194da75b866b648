"""The merchant's file in the console: head, facts, and one part at a time."""

from collections.abc import Callable
from typing import Any, cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from merchants.credit.models import Grade, ScoreSnapshot
from merchants.file import parts
from merchants.models import Merchant
from merchants.services import PERSONAL_FIELDS
from merchants.views.common import person
from shopops.adminbase import console_page
from shopops.fields import mask
from shopops.ui.csp import strict_csp

VIEW = "merchants.view_merchant"
UNMASK = "merchants.unmask_personal_data"
SCORES = "credit.view_scoresnapshot"
STATE_TONES = {"active": "ok", "suspended": "danger", "exiting": "caution", "closed": "neutral"}
GRADE_TONES = {Grade.A: "ok", Grade.B: "ok", Grade.C: "caution", Grade.D: "danger", Grade.E: "danger"}

View = Callable[..., HttpResponse]


def file_page(*more: str) -> Callable[[View], View]:
    """For operators who may see merchants and have `more` besides, with the strict policy of our own pages."""

    def decorate(view: View) -> View:
        return cast(View, console_page(VIEW, *more)(strict_csp(view)))

    return decorate


@file_page()
@require_safe
def file(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything about one merchant, a part at a time; the first is the timeline."""
    merchant = get_object_or_404(Merchant, pk=pk)
    return render(request, "merchant_file/file.html", page_context(request, merchant))


def page_context(request: HttpRequest, merchant: Merchant, part: str = "") -> dict[str, Any]:
    """What the page shows; `part` wins over what the address asks for."""
    user = person(request)
    there = parts.parts_for(user)
    wanted = part or request.GET.get("part", "")
    current = next((each for each in there if each.code == wanted), there[0])
    page = reverse("merchant_file:file", args=[merchant.pk])
    return {
        "merchant": merchant,
        "state_tone": STATE_TONES.get(merchant.state, "neutral"),
        "standing": _score(merchant) if user.has_perm(SCORES) else None,
        "figures": parts.figures_for(user, merchant, timezone.now()),
        "personal": _personal(merchant),
        "may_unmask": user.has_perm(UNMASK),
        "parts": [(each, f"{page}?part={each.code}", each == current) for each in there],
        "part": current,
        **current.context(request, merchant),
    }


def _score(merchant: Merchant) -> dict[str, Any] | None:
    found = ScoreSnapshot.objects.filter(merchant=merchant, is_current=True).first()
    return None if found is None else {"snapshot": found, "tone": GRADE_TONES.get(Grade(found.grade), "neutral")}


def _personal(merchant: Merchant) -> list[dict[str, Any]]:
    """The personal fields that are filled, masked."""
    return [
        {"name": name, "label": cast(Any, Merchant._meta.get_field(name)).verbose_name, "masked": mask(value)}
        for name in PERSONAL_FIELDS
        if (value := getattr(merchant, name) or "")
    ]
