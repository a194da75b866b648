"""What the case page shows of screening: opinions of outside reviewers, and the rule's verdict."""

from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from merchants.models import Application
from merchants.review_panels import Panel
from merchants.screening import selectors
from merchants.screening.due import due_dates
from merchants.screening.forms import AskForm
from merchants.screening.models import OpinionRequest
from merchants.screening.words import sentence
from merchants.views.common import person

ASK = "screening.ask_opinion"
TONES = {"approve": "ok", "needs_info": "caution", "reject": "danger"}


def opinions(request: HttpRequest, application: Application) -> dict[str, Any] | None:
    """Who was asked and what they think; for supervisors the form to ask. None when there is neither."""
    rows = selectors.requests_on(application)
    asks = person(request).has_perm(ASK) and application.state in Application.WITH_REVIEW
    form = AskForm(application=application) if asks else None
    if not rows and form is None:
        return None
    due, now = due_dates([each for each in rows if each.state == OpinionRequest.State.OPEN]), timezone.now()
    return {
        "form": form,
        "may_withdraw": person(request).has_perm(ASK),
        "rows": [
            {
                "request": each,
                "due": due.get(each.pk),
                "late": each.pk in due and due[each.pk] < now,
                "tone": TONES.get(each.view, "neutral"),
                "reasons": selectors.reasons_of(each),
                "earlier": each.submission != application.submissions,
            }
            for each in rows
        ],
    }


def verdict(request: HttpRequest, application: Application) -> dict[str, Any] | None:
    """What the rule said of this submission. Shown after the decision only: it must not lead the reviewer, whose
    decision measures the rule."""
    if application.state in Application.WITH_REVIEW:
        return None
    found = selectors.latest_verdict(application)
    if found is None:
        return None
    return {"verdict": found, "sentences": [sentence(each) for each in found.reasons]}


OPINIONS = Panel("screening.opinions", "screening/opinions_panel.html", opinions, order=60)
VERDICT = Panel("screening.verdict", "screening/verdict_panel.html", verdict, order=70)
