"""Asking for a change, following it, correcting it, withdrawing it; renewing a document."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from merchants import policy as onboarding
from merchants.changes import comparison, policy, selectors, services
from merchants.changes.errors import NotComplete, OnboardingError
from merchants.changes.fields import RISKY, SECTIONS
from merchants.changes.forms import ChangeForm, EditForm, ProofForm, names_of, upload_groups
from merchants.changes.models import ChangeRequest, Proof
from merchants.changes.services.requests import Paper, draft_renewal, group_name
from merchants.changes.views.shop import TONES, row
from merchants.models import Document
from merchants.portal import PortalRequest, own_object, portal_page
from merchants.views.common import person
from shopops.audit import services as audit
from shopops.signin.holds import standing
from shopops.ui.parts import Step
from shopops.uploads import hand_out

RIGHT = "shop.manage"
_PAGE = 100
_read = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
@portal_page(needs=RIGHT)
def listing(request: PortalRequest) -> HttpResponse:
    """All requests of the shop, the newest first."""
    rows = [row(each) for each in selectors.of_shop(request.merchant.pk)[:_PAGE]]
    return render(request, "changes/list.html", {"rows": rows, "nav_current": "shop"})


@_read
@portal_page(needs=RIGHT)
def new(request: PortalRequest, section: str) -> HttpResponse:
    """Ask for a change of the facts of one section."""
    names = names_of(section) if section in SECTIONS else []
    if not names:
        raise Http404
    sent = request.POST if request.method == "POST" else None
    form = ChangeForm(sent, merchant=request.merchant, names=names)
    proofs = _proof_forms(request, upload_groups(names))
    if sent is not None and form.is_valid() and all(proof.is_valid() for proof in proofs):
        made = services.draft(
            merchant=request.merchant, values=form.values, actor=request.user, reason=form.cleaned_data["reason"]
        )
        return _handed_in(request, made, proofs)
    context = {
        "form": form,
        "proofs": proofs,
        "title": SECTIONS[section][0],
        "running": _running(request.merchant.pk, names),
        "hold": standing(request.user) if RISKY.intersection(names) else None,
        "needed": _needed(names),
        "nav_current": "shop",
    }
    return render(request, "changes/new.html", context, status=422 if sent is not None else 200)


def _running(merchant_id: int, names: list[str]) -> list[ChangeRequest]:
    """The open requests for any of these fields, each once."""
    found = {each.pk: each for name, each in selectors.open_fields(merchant_id).items() if name in names}
    return list(found.values())


def _needed(names: list[str]) -> list[dict[str, Any]]:
    """Which field takes which proof, how many days and whether two people decide."""
    body = policy.active()[1]
    return [
        {
            "label": selectors.item_name(name),
            "proof": group_name(tuple(rule.proof)) if rule.proof else "",
            "days": rule.working_days,
            "two": rule.second_person,
        }
        for name in names
        if (rule := body.rule(name))
    ]


def _proof_forms(request: HttpRequest, groups: list[tuple[str, ...]]) -> list[ProofForm]:
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    return [ProofForm(*sent, types=group, optional=True) for group in groups]


def _handed_in(request: HttpRequest, made: ChangeRequest, proofs: list[ProofForm]) -> HttpResponse:
    """Store the files and hand in; what is in the way is said on the page of the draft, where nothing is lost."""
    try:
        for proof in proofs:
            if proof.cleaned_data.get("file"):
                _store(made, proof, request)
        done = services.submit(request=made, actor=person(request))
        messages.success(request, _("%(number)s is submitted. You hear from us.") % {"number": done.number})
    except NotComplete as error:
        messages.error(request, f"{error} {' '.join(error.problems)}")
    except (OnboardingError, ValidationError) as error:
        messages.error(request, _said(error))
    return redirect("changes:detail", made.number)


def _store(made: ChangeRequest, proof: ProofForm, request: HttpRequest) -> None:
    values = proof.cleaned_data
    services.add_proof(request=made, type=values["type"], file=values["file"], actor=person(request), **proof.facts)


def _said(error: OnboardingError | ValidationError) -> str:
    return " ".join(error.messages) if isinstance(error, ValidationError) else str(error)


@_read
@portal_page(needs=RIGHT, any_shop=True)
def renew(request: PortalRequest, pk: int) -> HttpResponse:
    """Upload the newer document of one that the shop has."""
    document = own_object(request, Document.objects.current(), pk=pk)
    if document.type not in onboarding.active()[1].documents:
        raise Http404
    return _document(request, (document.type,), document)


@_read
@portal_page(needs=RIGHT)
def add_document(request: PortalRequest) -> HttpResponse:
    """Upload a document that the shop does not have yet, or another one of a type."""
    return _document(request, tuple(onboarding.active()[1].documents), None)


def _document(request: PortalRequest, types: tuple[str, ...], replaces: Document | None) -> HttpResponse:
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form = ProofForm(*sent, types=types, prefix="document")
    if sent and form.is_valid():
        paper = Paper(form.cleaned_data["type"], form.cleaned_data["file"], form.facts)
        made = draft_renewal(merchant=request.merchant, type=paper.type, actor=request.user, replaces=replaces)
        return _handed_in(request, made, [form])
    running = selectors.open_renewal(request.merchant.pk, replaces.type) if replaces else None
    context = {
        "form": form,
        "replaces": replaces,
        "name": selectors.type_name(replaces.type) if replaces else "",
        "running": running,
        "days": policy.active()[1].document_days,
        "nav_current": "shop",
    }
    return render(request, "changes/renew.html", context, status=422 if sent else 200)


@_read
@portal_page(needs=RIGHT, any_shop=True)
def detail(request: PortalRequest, number: str) -> HttpResponse:
    """A request: where it stands, before and after, proofs; while the shop holds it also the form to correct it."""
    change = _own(request, number)
    sent = request.POST if request.method == "POST" else None
    form = EditForm(sent, request=change) if change.state in ChangeRequest.EDITABLE else None
    if sent is not None:
        if form is None:
            messages.error(request, _("This request cannot be changed now. Its page says what happens next."))
            return redirect("changes:detail", number)
        if form.is_valid() and _edited(request, change, form):
            return redirect("changes:detail", number)
    status = 422 if sent is not None else 200
    return render(request, "changes/detail.html", _page(change, form), status=status)


def _edited(request: PortalRequest, change: ChangeRequest, form: EditForm) -> bool:
    try:
        services.edit(
            request=change, values=form.values, actor=request.user, reason=form.cleaned_data.get("reason", "")
        )
    except (OnboardingError, ValidationError) as error:
        form.add_error(None, _said(error))
        return False
    messages.success(request, _("Saved. It is not handed in yet."))
    return True


def _own(request: PortalRequest, number: str) -> ChangeRequest:
    return own_object(request, ChangeRequest.objects.all(), number=number)


def _page(change: ChangeRequest, form: EditForm | None) -> dict[str, Any]:
    proofs = list(change.proofs.filter(replaced_at__isnull=True))
    fields = [value.field for value in change.values.all()]
    decided = change.state in (ChangeRequest.State.APPROVED, ChangeRequest.State.REJECTED)
    return {
        "change": change,
        "what": [selectors.item_name(field) for field in fields],
        "tone": TONES[change.state],
        "steps": _steps(change),
        "lines": comparison.lines(change, None if decided or not change.is_open else change.merchant),
        "proofs": [{"proof": each, "name": selectors.type_name(each.type)} for each in proofs],
        "form": form,
        "uploads": [ProofForm(types=group) for group in upload_groups(fields)] if form else [],
        "problems": services.problems(change) if form else [],
        "decision": selectors.latest_decision(change),
        "reasons": _reasons(change),
        "due": selectors.promised_at(change) if change.state in ChangeRequest.WITH_REVIEW else None,
        "nav_current": "shop",
    }


def _reasons(change: ChangeRequest) -> list[Any]:
    decision = selectors.latest_decision(change)
    if decision is None:
        return []
    body = policy.of(decision.policy_version)
    return [reason for code in decision.reasons if (reason := body.reason(code))]


def _steps(change: ChangeRequest) -> list[Step]:
    """Draft, submitted, reviewed, decided."""
    state = change.state
    reached = {"draft": 0, "submitted": 1, "resubmitted": 1, "in_review": 2, "needs_info": 2}.get(state, 3)
    last = change.get_state_display() if reached == 3 else _("Decision")
    review = _("Corrections needed") if state == "needs_info" else _("Review")
    names = [_("Draft"), _("Submitted"), review, last]
    return [
        Step(name, state="done" if at < reached or reached == 3 else "current" if at == reached else "next")
        for at, name in enumerate(names)
    ]


@require_POST
@portal_page(needs=RIGHT, any_shop=True)
def upload(request: PortalRequest, number: str, main: str) -> HttpResponse:
    """Store a proof of a request that the shop holds."""
    change = _own(request, number)
    fields = [value.field for value in change.values.all()]
    group = next((each for each in upload_groups(fields) if each[0] == main), None)
    if group is None:
        raise Http404
    form = ProofForm(request.POST, request.FILES, types=group)
    if not form.is_valid():
        for name, errors in form.errors.items():
            label = form.fields[name].label if name in form.fields else ""
            messages.error(request, f"{label}: {' '.join(map(str, errors))}" if label else " ".join(map(str, errors)))
        return redirect("changes:detail", number)
    try:
        _store(change, form, request)
        messages.success(request, _("%(document)s is stored.") % {"document": form.title})
    except (OnboardingError, ValidationError) as error:
        messages.error(request, _said(error))
    return redirect("changes:detail", number)


@require_POST
@portal_page(needs=RIGHT, any_shop=True)
def act(request: PortalRequest, number: str, verb: str) -> HttpResponse:
    """Hand in, withdraw, or throw a draft away."""
    change = _own(request, number)
    try:
        if verb == "submit":
            services.submit(request=change, actor=request.user)
            messages.success(request, _("%(number)s is submitted. You hear from us.") % {"number": number})
        elif verb == "withdraw":
            services.withdraw(request=change, actor=request.user)
            messages.success(request, _("%(number)s is withdrawn.") % {"number": number})
        elif verb == "discard":
            services.discard(request=change, actor=request.user)
            messages.success(request, _("%(number)s is thrown away.") % {"number": number})
            return redirect("merchants:shop")
        else:
            raise Http404
    except NotComplete as error:
        messages.error(request, f"{error} {' '.join(error.problems)}")
    except (OnboardingError, ValidationError) as error:
        messages.error(request, _said(error))
    return redirect("changes:detail", number)


@login_required
@require_safe
def proof(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The file of a proof, for who may read it; 404 for everybody else. Each opening is written to the audit log."""
    found: Proof = get_object_or_404(selectors.readable_proofs(person(request)), pk=pk)
    try:
        file = found.file.open("rb")
    except FileNotFoundError as error:
        raise Http404 from error
    audit.record(
        action="changes.proof.opened", target=found, actor=person(request), after={"request": found.request_id}
    )
    return hand_out(file, original_name=found.original_name, content_type=found.content_type)
