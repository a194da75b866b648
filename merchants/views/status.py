"""Where an application stands, what is missing, and the answers in place."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from merchants import policy, reasons, selectors, services
from merchants.errors import OnboardingError
from merchants.forms import AnswerForm, DocumentForm
from merchants.models import Application, InfoRequest
from merchants.views.apply import requirement_of
from merchants.views.common import named, own, person, tell
from shopops.audit import selectors as audit
from shopops.fields import mask
from shopops.ui.parts import Step, TimelineItem

TONES = {
    Application.State.DRAFT: "neutral",
    Application.State.SUBMITTED: "info",
    Application.State.IN_REVIEW: "info",
    Application.State.NEEDS_INFO: "caution",
    Application.State.RESUBMITTED: "info",
    Application.State.APPROVED: "ok",
    Application.State.REJECTED: "danger",
    Application.State.WITHDRAWN: "neutral",
}


@login_required
@require_safe
def applications(request: HttpRequest) -> HttpResponse:
    """A person's own applications."""
    mine = list(selectors.applications_of(person(request)).select_related("policy_version"))
    for each in mine:
        each.tone = tone_of(each)  # type: ignore[attr-defined]
        each.promised = selectors.promised_at(each) if each.state in Application.WITH_REVIEW else None  # type: ignore[attr-defined]
    return render(request, "merchants/applications.html", {"applications": mine})


def tone_of(application: Application) -> str:
    """The tone of an application's state on pages."""
    return TONES[Application.State(application.state)]


@login_required
@require_safe
def application(request: HttpRequest, number: str) -> HttpResponse:
    """One application: verdict, timeline, what is asked for."""
    found = own(request, number)
    if found.state == Application.State.DRAFT:
        return redirect("merchants:details", number)
    return _page(request, found)


@dataclass(frozen=True)
class Ask:
    """A request as the page shows it; `form` is None once it cannot be answered any more."""

    request: InfoRequest
    title: str
    advice: str
    is_document: bool
    form: Any


def _page(request: HttpRequest, application: Application, bound: Any = None, bound_pk: int = 0) -> HttpResponse:
    now = timezone.now()
    body = policy.of(application.policy_version)
    decision = selectors.latest_decision(application)
    asks = _asks(application, bound, bound_pk) if application.state == Application.State.NEEDS_INFO else []
    promised = selectors.promised_at(application)
    with_review = application.state in Application.WITH_REVIEW
    context = {
        "application": application,
        "tone": tone_of(application),
        "headline": _headline(application),
        "promised": promised if with_review else None,
        "late": bool(with_review and promised and promised < now),
        "steps": _steps(application),
        "timeline": _timeline(application, promised if with_review else None),
        "asks": asks,
        "unanswered": sum(ask.request.answered_at is None for ask in asks),
        "decision": decision,
        "decision_reasons": _decision_lines(decision) if application.state == Application.State.REJECTED else [],
        "documents": named(list(application.documents.current()), body),
        "phone": mask(application.contact_phone or ""),
        "id_number": mask(application.id_number or ""),
        "can_withdraw": application.is_open,
    }
    return render(request, "merchants/application.html", context)


def _headline(application: Application) -> str:
    return {
        Application.State.SUBMITTED: _("Your application waits for a reviewer"),
        Application.State.IN_REVIEW: _("Your application is being reviewed"),
        Application.State.NEEDS_INFO: _("Your application needs corrections"),
        Application.State.RESUBMITTED: _("Your corrections wait for a reviewer"),
        Application.State.APPROVED: _("Your shop is open"),
        Application.State.REJECTED: _("Your application was rejected"),
        Application.State.WITHDRAWN: _("You withdrew this application"),
    }[Application.State(application.state)]


def _steps(application: Application) -> list[Step]:
    state = application.state
    names = [_("Submitted"), _("In review"), _("Decided")]
    if state == Application.State.NEEDS_INFO:
        names.insert(2, _("Corrections"))
    at = {
        Application.State.SUBMITTED: 0,
        Application.State.IN_REVIEW: 1,
        Application.State.RESUBMITTED: 0,
        Application.State.NEEDS_INFO: 2,
    }.get(Application.State(state), len(names))
    return [
        Step(name, state="done" if index < at else "current" if index == at else "next")
        for index, name in enumerate(names)
    ]


def _timeline(application: Application, promised: Any) -> list[TimelineItem]:
    """What happened, from the audit log; who of the reviewers did it stays with the marketplace."""
    labels = {effect.event: effect.label for name, effect in Application.EFFECTS.items() if name != "propose_approval"}
    items = [
        TimelineItem(entry.at, str(labels[entry.action]))
        for entry in audit.history(application)
        if entry.action in labels
    ]
    if promised:
        items.append(TimelineItem(promised, _("Answer promised by then"), is_next=True))
    return items


def _decision_lines(decision: Any) -> list[dict[str, str]]:
    body = policy.of(decision.policy_version)
    return [
        {"title": reasons.text(body, value), "text": reasons.advice(body, value), "icon": "cross", "tone": "danger"}
        for value in decision.reasons
    ]


def _asks(application: Application, bound: Any, bound_pk: int) -> list[Ask]:
    decision = selectors.latest_decision(application)
    if decision is None:
        return []
    body = policy.of(decision.policy_version)
    return [
        Ask(
            request=each,
            title=services.request_title(each),
            advice=reasons.advice(body, each.reason),
            is_document=each.item.startswith("document."),
            form=bound if bound_pk == each.pk else _answer_form(application, each),
        )
        for each in application.info_requests.filter(decision=decision).select_related("decision__policy_version")
    ]


def _answer_form(application: Application, ask: InfoRequest, data: Any = None, files: Any = None) -> Any:
    kind, _dot, name = ask.item.partition(".")
    if kind != "document":
        return AnswerForm(data, application=application, item=ask.item, prefix=f"r{ask.pk}")
    body = policy.active()[1]
    requirement = requirement_of(body, application, name)
    there = application.documents.current().filter(type__in=requirement.types).order_by("-id").first()
    return DocumentForm(data, files, policy=body, types=requirement.types, document=there)


@login_required
@require_POST
def answer(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """Answer one request."""
    found = own(request, number)
    ask = get_object_or_404(InfoRequest.objects.select_related("decision__policy_version"), pk=pk, application=found)
    if found.state != Application.State.NEEDS_INFO:
        return redirect("merchants:application", number)
    form = _answer_form(found, ask, request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, found, form, ask.pk)
    try:
        if isinstance(form, DocumentForm):
            _store(form, found, request)
            services.answer(request=ask)
        else:
            services.answer(
                request=ask, value=form.cleaned_data.get("value", ""), text=form.cleaned_data.get("text", "")
            )
    except ValidationError as error:
        form.add_error("file", error)
        return _page(request, found, form, ask.pk)
    except OnboardingError as error:
        tell(request, error)
        return redirect("merchants:application", number)
    messages.success(request, _("Answer saved: %(item)s.") % {"item": services.request_title(ask)})
    return redirect("merchants:application", number)


def _store(form: DocumentForm, application: Application, request: HttpRequest) -> None:
    if form.cleaned_data.get("file"):
        services.add_document(
            application=application,
            type=form.cleaned_data["type"],
            file=form.cleaned_data["file"],
            actor=person(request),
            **form.facts,
        )
    elif form.document:
        services.change_facts(document=form.document, **form.facts)


@login_required
@require_POST
def resubmit(request: HttpRequest, number: str) -> HttpResponse:
    """Send an application again after the corrections."""
    found = own(request, number)
    try:
        services.submit(application=found, actor=person(request))
    except OnboardingError as error:
        tell(request, error)
        for problem in getattr(error, "problems", []):
            messages.error(request, problem)
    return redirect("merchants:application", number)


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
