"""The workbench of changes: before and after, proofs, checks, decision; then the next."""

from collections.abc import Callable
from typing import Any, cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from merchants.changes import comparison, policy, selectors, services, verdicts
from merchants.changes.console.rail import rail
from merchants.changes.errors import ChangedMeanwhile, OnboardingError, ReasonNeeded
from merchants.changes.fields import DOCUMENT_PREFIX, PERSONAL
from merchants.changes.models import ChangeDecision, ChangeRequest, Proof
from merchants.changes.queueing import QUEUE, item_of
from merchants.changes.services.deciding import TAKE_OVER
from merchants.models import Document
from merchants.views.common import person
from shopops.adminbase import console_page
from shopops.audit import services as audit
from shopops.transitions.handler import SecondPersonNeeded
from shopops.ui.clockview import urgency
from shopops.ui.csp import strict_csp
from shopops.work.news import tell_news
from shopops.work.services import next_for

UNMASK = "merchants.unmask_personal_data"
TONES = {"fail": "danger", "unsure": "caution", "pass": "ok"}
ICONS = {"fail": "cross", "unsure": "unsure", "pass": "ok"}

View = Callable[..., HttpResponse]


def for_deciders(*more: str) -> Callable[[View], View]:
    """For who decides on changes and has `more` besides, with the strict content security policy."""

    def decorate(view: View) -> View:
        return cast(View, console_page(selectors.DECIDE, *more)(strict_csp(view)))

    return decorate


@for_deciders()
@require_safe
def following(request: HttpRequest) -> HttpResponse:
    """Go to the most urgent request that is free, claiming it; or say that nothing waits."""
    user = person(request)
    tell_news(request, user)
    if item := next_for(user, QUEUE):
        return redirect("change_desk:case", item.object_id)
    return render(request, "changes/desk/empty.html", {"rail": rail(user, QUEUE)})


@for_deciders()
@require_safe
def case(request: HttpRequest, pk: int) -> HttpResponse:
    """One request. Opening claims it, unless somebody else works on it: then it is shown read-only."""
    return _page(request, _handed_in(pk))


def _handed_in(pk: int) -> ChangeRequest:
    """A request reviewers may see; drafts are the shop's alone."""
    return get_object_or_404(ChangeRequest.objects.exclude(submissions=0), pk=pk)


def _page(request: HttpRequest, change: ChangeRequest, *, shown: str = "", status: int = 200) -> HttpResponse:
    user = person(request)
    tell_news(request, user)
    opened = services.open_case(request=change, user=user)
    context = {
        **_facts(request, opened.request, shown),
        "rail": rail(user, QUEUE, opened.request.pk),
        "item": item_of(opened.request),
        "opened": opened,
        "may_take_over": bool(opened.read_only_because and opened.held_by and user.has_perm(TAKE_OVER)),
        "may_unmask": user.has_perm(UNMASK),
    }
    return render(request, "changes/desk/case.html", context, status=status)


def _facts(request: HttpRequest, change: ChangeRequest, shown: str) -> dict[str, Any]:
    is_waiting = change.state in ChangeRequest.WITH_REVIEW
    due = selectors.promised_at(change)
    left = due - timezone.now() if due and is_waiting else None
    checked = verdicts.run(change) if is_waiting else []
    proofs = list(change.proofs.filter(replaced_at__isnull=True))
    posted = request.method == "POST" and "decision" in request.POST
    return {
        "change": change,
        "merchant": change.merchant,
        "what": [selectors.item_name(value.field) for value in change.values.all()],
        "due": due,
        "left": left,
        "left_tone": urgency(left) or "neutral" if left is not None else "neutral",
        "lines": comparison.lines(change, change.merchant if is_waiting else None, shown),
        "papers": _papers(change, proofs),
        "proof": _chosen(request, proofs),
        "checks": [_shown(each) for each in checked],
        "outcomes": {code: sum(each.outcome == code for each in checked) for code in TONES},
        "seen": selectors.fingerprint(change),
        "story": _story(change),
        "options": _options(request, posted) if is_waiting else [],
        "note": request.POST.get("note", "") if posted else "",
        "corrects": any(each.outcome == "fail" for each in checked),
    }


def _papers(change: ChangeRequest, proofs: list[Proof]) -> list[dict[str, Any]]:
    """Each proof beside the document of the shop that it would replace."""
    found = []
    for proof in proofs:
        current = selectors.merchant_documents(change.merchant, proof.type)
        former: Document | None = change.replaces if change.replaces_id else current.first()
        if proof.document_id:
            former = None
        found.append({"proof": proof, "name": selectors.type_name(proof.type), "former": former})
    return found


def _chosen(request: HttpRequest, proofs: list[Proof]) -> Proof | None:
    wanted = request.GET.get("proof", "")
    return next((each for each in proofs if str(each.pk) == wanted), proofs[0] if proofs else None)


def _shown(checked: verdicts.Checked) -> dict[str, Any]:
    words = {"fail": _("Fail"), "unsure": _("Unsure"), "pass": _("Pass")}
    return {
        "label": checked.label,
        "tone": TONES[checked.outcome],
        "icon": ICONS[checked.outcome],
        "word": words[checked.outcome],
        "evidence": checked.evidence,
    }


def _story(change: ChangeRequest) -> list[dict[str, Any]]:
    """What was decided before, with reasons and notes, the newest first."""
    found = []
    for decision in change.decisions.select_related("by", "policy_version").order_by("-id"):
        body = policy.of(decision.policy_version)
        reasons = [str(reason.text) for code in decision.reasons if (reason := body.reason(code))]
        found.append({"decision": decision, "reasons": reasons})
    return found


def _options(request: HttpRequest, posted: bool) -> list[dict[str, Any]]:
    ticked = request.POST.getlist("reasons") if posted else []
    reasons = policy.active()[1].reasons
    return [{"value": each.code, "text": str(each.text), "checked": each.code in ticked} for each in reasons]


@for_deciders(TAKE_OVER)
@require_POST
def take_over(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a request from another reviewer; for supervisors."""
    opened = services.open_case(request=_handed_in(pk), user=person(request), take_over=True)
    if opened.read_only_because:
        messages.error(request, opened.read_only_because)
    return redirect("change_desk:case", pk)


@for_deciders(UNMASK)
@require_POST
def show(request: HttpRequest, pk: int, field: str) -> HttpResponse:
    """The case with one personal field in full, before and after; who looked is written down."""
    change = _handed_in(pk)
    value = change.values.filter(field=field).first()
    if value is None or field not in PERSONAL or field.startswith(DOCUMENT_PREFIX):
        raise Http404
    audit.record(
        action="merchants.personal_data.shown",
        target=change,
        actor=person(request),
        reason=f"Review of {change.number}",
        after={"field": field},
    )
    return _page(request, change, shown=field)


@for_deciders()
@require_POST
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Approve (or propose it), ask for corrections, or reject; then the next request."""
    change, user = _handed_in(pk), person(request)
    codes, note = request.POST.getlist("reasons"), request.POST.get("note", "").strip()[:2000]
    decision = request.POST.get("decision", "")
    try:
        if decision == ChangeDecision.Kind.APPROVE:
            done = services.approve(request=change, actor=user, seen=request.POST.get("seen", ""), note=note)
        elif decision == ChangeDecision.Kind.NEEDS_INFO:
            done = services.ask_for_corrections(request=change, actor=user, reasons=codes, note=note)
        elif decision == ChangeDecision.Kind.REJECT:
            done = services.reject(request=change, actor=user, reasons=codes, note=note)
        else:
            raise Http404
    except (ReasonNeeded, ChangedMeanwhile) as error:
        messages.error(request, str(error))
        return _page(request, change, status=409)
    except (OnboardingError, SecondPersonNeeded) as error:
        messages.error(request, str(error))
        return redirect("change_desk:case", pk)
    if done.state == ChangeRequest.State.IN_REVIEW:
        messages.success(
            request, _("%(number)s: approval proposed, a second person decides.") % {"number": done.number}
        )
    else:
        messages.success(request, f"{done.number} {done.merchant}: {done.get_state_display()}")
    return redirect("change_desk:next")
