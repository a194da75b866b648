"""Where an application stands, what is missing, who acts next; the list of one's applications; withdrawing, again."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from merchants import policy, reasons, selectors, services
from merchants.errors import DraftThere, OnboardingError
from merchants.gaps import gaps
from merchants.models import Application, InfoRequest
from merchants.views.asks import asks_of
from merchants.views.common import named, own, person, tell
from shopops.audit import selectors as audit
from shopops.fields import mask
from shopops.ui import formats
from shopops.ui.parts import Step, TimelineItem

State = Application.State
TONES = {
    State.DRAFT: "neutral",
    State.SUBMITTED: "info",
    State.IN_REVIEW: "info",
    State.NEEDS_INFO: "caution",
    State.RESUBMITTED: "info",
    State.APPROVED: "ok",
    State.REJECTED: "danger",
    State.WITHDRAWN: "neutral",
}
#: Personal data on the status page.
_MASKED = ("contact_phone", "id_number", "bank_account")


@login_required
@require_safe
def applications(request: HttpRequest) -> HttpResponse:
    """A person's own applications."""
    mine = list(selectors.applications_of(person(request)).select_related("policy_version"))
    promised = selectors.promised_dates(mine)
    for each in mine:
        each.tone = tone_of(each)  # type: ignore[attr-defined]
        each.promised = promised.get(each.pk) if each.state in Application.WITH_REVIEW else None  # type: ignore[attr-defined]
    return render(request, "merchants/applications.html", {"applications": mine})


def tone_of(application: Application) -> str:
    """The tone of an application's state on pages."""
    return TONES[State(application.state)]


@login_required
@require_safe
def application(request: HttpRequest, number: str) -> HttpResponse:
    """One application: verdict, timeline, what is asked for."""
    found = own(request, number)
    if found.state == State.DRAFT:
        return redirect("merchants:details", number)
    return page(request, found)


def page(request: HttpRequest, application: Application, bound: Any = None, bound_pk: int = 0) -> HttpResponse:
    """The status page; `bound` is the form of the request `bound_pk` that did not pass."""
    body = policy.of(application.policy_version)
    decision = selectors.latest_decision(application)
    waits = application.state == State.NEEDS_INFO
    asks = asks_of(application, bound, bound_pk) if waits else []
    context = {
        "application": application,
        "tone": tone_of(application),
        "headline": _headline(application),
        "next": next_step(application, body.promise.working_days, sum(not ask.is_answered for ask in asks)),
        "steps": _steps(application),
        "timeline": _timeline(application),
        "asks": asks,
        "unanswered": sum(not ask.is_answered for ask in asks),
        "gaps": gaps(application) if waits else [],
        "decision": decision,
        "decision_reasons": _decision_lines(decision) if application.state == State.REJECTED else [],
        "documents": named(list(application.documents.current()), body),
        "signings": application.signings.select_related("version").order_by("id"),
        "masked": {name: mask(getattr(application, name) or "") for name in _MASKED},
        "can_withdraw": application.is_open,
        "can_start_again": application.state in (State.REJECTED, State.WITHDRAWN),
    }
    return render(request, "merchants/application.html", context)


def _headline(application: Application) -> str:
    return {
        State.SUBMITTED: _("Your application waits for a reviewer"),
        State.IN_REVIEW: _("Your application is being reviewed"),
        State.NEEDS_INFO: _("Your application needs corrections"),
        State.RESUBMITTED: _("Your corrections wait for a reviewer"),
        State.APPROVED: _("Your shop is open"),
        State.REJECTED: _("Your application was rejected"),
        State.WITHDRAWN: _("You withdrew this application"),
    }[State(application.state)]


@dataclass(frozen=True)
class Next:
    """Who acts next, and what; `due` is the promised date while the marketplace has to act, `late` when it passed."""

    who: str
    what: str
    due: dt.datetime | None = None
    promise: str = ""
    late: bool = False


def next_step(application: Application, working_days: int, unanswered: int) -> Next | None:
    """Who acts next; None for an application that is done."""
    if application.state == State.NEEDS_INFO:
        if unanswered:
            what = ngettext(
                "Answer %(n)d item, then submit again.", "Answer %(n)d items, then submit again.", unanswered
            )
            return Next(_("You"), what % {"n": unanswered})
        return Next(_("You"), _("Everything is answered: submit again."))
    if application.state not in Application.WITH_REVIEW:
        return None
    due = selectors.promised_at(application)
    what = {
        State.SUBMITTED: _("A reviewer opens your application and looks at each document."),
        State.RESUBMITTED: _("A reviewer looks at your corrections."),
        State.IN_REVIEW: _("A reviewer is at it. In some categories a second one has to agree."),
    }[State(application.state)]
    promise = ngettext("%(n)d working day was promised", "%(n)d working days were promised", working_days)
    return Next(_("The marketplace"), what, due, promise % {"n": working_days}, bool(due and due < timezone.now()))


def _steps(application: Application) -> list[Step]:
    state = application.state
    names = [_("Submitted"), _("In review"), _("Decided")]
    if state == State.NEEDS_INFO:
        names.insert(2, _("Corrections"))
    at = {State.SUBMITTED: 0, State.IN_REVIEW: 1, State.RESUBMITTED: 0, State.NEEDS_INFO: 2}.get(
        State(state), len(names)
    )
    return [
        Step(name, state="done" if index < at else "current" if index == at else "next")
        for index, name in enumerate(names)
    ]


def _timeline(application: Application) -> list[TimelineItem]:
    """What happened from the first draft on, the next step last; who of the reviewers did it stays with the
    marketplace, and so do steps of theirs alone."""
    labels = {effect.event: effect.label for effect in Application.EFFECTS.values() if not effect.internal}
    items = [TimelineItem(application.created_at, _("Draft started"))]
    items += [
        TimelineItem(entry.at, str(labels[entry.action]))
        for entry in audit.history(application)
        if entry.action in labels
    ]
    answered = InfoRequest.objects.filter(application=application, answered_at__isnull=False)
    items += [
        TimelineItem(each.answered_at, _("You answered: %(item)s") % {"item": services.request_title(each)})
        for each in answered.select_related("decision__policy_version")
        if each.answered_at
    ]
    items.sort(key=lambda item: item.at)
    promised = selectors.promised_at(application) if application.state in Application.WITH_REVIEW else None
    if promised:
        items.append(TimelineItem(promised, _("Answer promised by then"), is_next=True))
    return items


def _decision_lines(decision: Any) -> list[dict[str, str]]:
    body = policy.of(decision.policy_version)
    return [
        {"title": reasons.text(body, value), "text": reasons.advice(body, value), "icon": "cross", "tone": "danger"}
        for value in decision.reasons
    ]


@login_required
@require_POST
def withdraw(request: HttpRequest, number: str) -> HttpResponse:
    """Take an application or a draft back."""
    found = own(request, number)
    try:
        services.withdraw(application=found, actor=person(request))
        messages.success(request, _("%(number)s is withdrawn.") % {"number": number})
    except OnboardingError as error:
        tell(request, error)
    return redirect("merchants:application", number)


@login_required
@require_POST
def again(request: HttpRequest, number: str) -> HttpResponse:
    """Start a new draft with everything that a rejected or withdrawn application had."""
    found = own(request, number)
    try:
        fresh = services.apply_again(application=found, actor=person(request))
    except DraftThere as error:
        tell(request, error)
        draft = selectors.applications_of(person(request)).filter(state=State.DRAFT).first()
        return redirect("merchants:details", draft.number) if draft else redirect("merchants:applications")
    except OnboardingError as error:
        tell(request, error)
        return redirect("merchants:application", number)
    said = _("Everything of %(number)s from %(day)s is in the new draft. Correct what was wrong, then submit.")
    messages.success(request, said % {"number": number, "day": formats.day(found.created_at)})
    return redirect("merchants:details", fresh.number)
