"""The review workbench: everything needed to decide on one screen, then the next case."""

from collections.abc import Callable
from typing import Any, cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from merchants import comparison, policy, reasons, review_queue, selectors, services
from merchants.checks import words
from merchants.errors import OnboardingError, ReasonNeeded
from merchants.models import Application, CheckResult, Document, Merchant
from merchants.policy import OnboardingPolicy
from merchants.services.queueing import QUEUE
from merchants.services.review import TAKE_OVER
from merchants.views.common import named, person, tell
from shopops.adminbase import console_page
from shopops.transitions.handler import SecondPersonNeeded
from shopops.ui.clockview import urgency
from shopops.ui.csp import strict_csp
from shopops.work import second_reads
from shopops.work.models import WorkItem
from shopops.work.news import tell_news
from shopops.work.queues import queues
from shopops.work.services import Refused, claim, next_for

UNMASK = "merchants.unmask_personal_data"
TONES = {"fail": "danger", "unsure": "caution", "pass": "ok"}
ICONS = {"fail": "cross", "unsure": "unsure", "pass": "ok"}
MERCHANT_TONES = {"active": "ok", "suspended": "caution", "exiting": "caution", "closed": "danger"}

View = Callable[..., HttpResponse]


def reviewers_only(*more: str) -> Callable[[View], View]:
    """For reviewers who have `more` besides, with the strict content security policy of our own pages."""

    def decorate(view: View) -> View:
        return cast(View, console_page(selectors.REVIEW, *more)(strict_csp(view)))

    return decorate


@reviewers_only()
@require_safe
def following(request: HttpRequest) -> HttpResponse:
    """Go to the most urgent case that is free, claiming it; or say that nothing waits."""
    user = person(request)
    tell_news(request, user)
    if item := next_for(user, QUEUE):
        return redirect("review:case", item.object_id)
    return render(request, "merchants/review/empty.html", {"rail": review_queue.rail(user)})


@reviewers_only()
@require_safe
def case(request: HttpRequest, pk: int) -> HttpResponse:
    """One case. Opening claims it, unless somebody else works on it: then it is shown read-only."""
    return _page(request, _submitted(pk))


def _submitted(pk: int) -> Application:
    """An application reviewers may see; drafts are the applicant's alone."""
    return get_object_or_404(Application.objects.exclude(submissions=0), pk=pk)


def _page(request: HttpRequest, application: Application, *, shown: str = "", status: int = 200) -> HttpResponse:
    user = person(request)
    tell_news(request, user)
    opened = services.open_case(application=application, user=user)
    context = {
        **_facts(request, opened.application, shown),
        "rail": review_queue.rail(user, opened.application.pk),
        "item": services.item_of(opened.application),
        "opened": opened,
        "may_take_over": bool(opened.read_only_because and opened.held_by and user.has_perm(TAKE_OVER)),
    }
    return render(request, "merchants/review/case.html", context, status=status)


def _facts(request: HttpRequest, application: Application, shown: str = "", *, blind: bool = False) -> dict[str, Any]:
    """What a reviewer sees of an application; `blind` leaves out what tells how it was decided."""
    body = policy.of(application.policy_version)
    results = selectors.check_results(application)
    documents = named(list(application.documents.current()), body)
    current = _chosen(request, documents)
    due = selectors.promised_at(application)
    left = due - timezone.now() if due and application.state in Application.WITH_REVIEW else None
    rows = comparison.rows(application, current, body, shown)
    posted = request.method == "POST" and "decision" in request.POST
    return {
        "application": application,
        "due": due,
        "left": left,
        "left_tone": urgency(left) or "neutral" if left is not None else "neutral",
        "working_days": body.promise.working_days,
        "documents": _marked(documents, results),
        "document": current,
        "rows": rows,
        "differing": sum(row.agrees is False for row in rows),
        "compared": sum(row.agrees is not None for row in rows),
        "checks": [_shown(result, body) for result in results],
        "outcomes": {code: sum(result.outcome == code for result in results) for code in TONES},
        "related": _related(application),
        "before": _before(application, without=application.submissions if blind else None),
        "may_unmask": person(request).has_perm(UNMASK) and not blind,
        "options": [] if blind else _options(request, application, results, posted),
        "note": request.POST.get("note", "") if posted else "",
        "corrects": any(result.outcome == CheckResult.Outcome.FAIL for result in results),
    }


def _options(
    request: HttpRequest, application: Application, results: list[CheckResult], posted: bool
) -> list[reasons.Option]:
    """The reasons under the policy in force; after a refused decision ticked as they were sent."""
    options = reasons.options(policy.active()[1], application, results)
    if not posted:
        return options
    ticked = request.POST.getlist("reasons")
    return [reasons.Option(each.value, each.text, each.value in ticked, each.can_be_corrected) for each in options]


def _chosen(request: HttpRequest, documents: list[Document]) -> Document | None:
    """The document of the chosen tab, else the business licence, else the first one."""
    wanted = request.GET.get("doc", "")
    for each in documents:
        if str(each.pk) == wanted:
            return each
    return next((each for each in documents if each.type == "business_licence"), documents[0] if documents else None)


def _marked(documents: list[Document], results: list[CheckResult]) -> list[dict[str, Any]]:
    """The tabs: each document with the worst that a check says about it."""
    tabs = []
    for each in documents:
        outcome = next(
            (r.outcome for r in results if r.outcome != "pass" and each.type in r.params.get("documents", [])), ""
        )
        tabs.append(
            {"document": each, "tone": TONES.get(outcome, ""), "icon": ICONS.get(outcome, ""), "word": _word(outcome)}
        )
    return tabs


def _word(outcome: str) -> str:
    return str(CheckResult.Outcome(outcome).label) if outcome else ""


def _shown(result: CheckResult, body: OnboardingPolicy) -> dict[str, Any]:
    return {
        "label": words.label(result.code),
        "tone": TONES[result.outcome],
        "icon": ICONS[result.outcome],
        "word": _word(result.outcome),
        "evidence": words.sentence(result.evidence, result.params, body),
        "run_at": result.run_at,
    }


def _related(application: Application) -> list[dict[str, Any]]:
    return [
        {
            "is_shop": isinstance(other, Merchant),
            "pk": other.pk,
            "name": str(other),
            "shared": words.shared(list(shared)),
            "standing": other.get_state_display(),
            "tone": MERCHANT_TONES[other.state] if isinstance(other, Merchant) else "info",
        }
        for other, shared in selectors.related(application)
    ]


def _before(application: Application, without: int | None = None) -> list[dict[str, Any]]:
    """What was asked for after earlier submissions (but for one), and what came back; the newest first."""
    rounds = []
    decisions = application.decisions.filter(kind="needs_info").select_related("policy_version").order_by("-id")
    if without is not None:
        decisions = decisions.exclude(submission=without)
    for decision in decisions.prefetch_related("info_requests"):
        lines = [
            {
                "title": services.request_title(ask),
                "text": ask.answer or (_("answered") if ask.answered_at else _("not answered")),
                "icon": "ok" if ask.answered_at else "cross",
                "tone": "ok" if ask.answered_at else "danger",
            }
            for ask in decision.info_requests.all()
        ]
        rounds.append({"decision": decision, "lines": lines})
    return rounds


@reviewers_only(TAKE_OVER)
@require_POST
def take_over(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a case from another reviewer; for supervisors."""
    opened = services.open_case(application=_submitted(pk), user=person(request), take_over=True)
    if opened.read_only_because:
        messages.error(request, opened.read_only_because)
    return redirect("review:case", pk)


@reviewers_only()
def second(request: HttpRequest, pk: int) -> HttpResponse:
    """Read a decided application again without knowing the decision; the verdict is kept and changes nothing."""
    user = person(request)
    queue = queues.get(QUEUE)
    item = get_object_or_404(WorkItem, queue=queue.second_code, pk=pk)
    application = get_object_or_404(Application, pk=item.object_id)
    listing = queues.get(queue.second_code).url
    try:
        if services.changed_since_decision(application):
            second_reads.withdraw(queue=queue, target=application)
        claim(item=item, user=user)
        if request.method == "POST":
            second_reads.record(
                item=item, user=user, verdict=request.POST.get("verdict", ""), note=request.POST.get("note", "")[:2000]
            )
            messages.success(request, _("Second read of %(number)s kept.") % {"number": application.number})
            following = next_for(user, queue.second_code)
            return redirect("review:second", following.pk) if following else redirect(listing)
    except Refused as error:
        messages.error(request, str(error))
        return redirect(listing)
    except ValueError:
        raise Http404 from None
    assert queue.second_reads is not None
    context = {
        **_facts(request, application, blind=True),
        "rail": review_queue.rail(user, application.pk, queue.second_code),
        "item": item,
        "verdicts": queue.second_reads.verdicts.items(),
        "opened": services.Opened(application, user),
    }
    return render(request, "merchants/review/second.html", context)


@reviewers_only()
@require_POST
def rerun(request: HttpRequest, pk: int) -> HttpResponse:
    """Run the automatic checks again, for a case that is still to be decided."""
    application = _submitted(pk)
    if application.state in Application.WITH_REVIEW:
        services.run_checks(application=application)
        messages.success(request, _("The checks ran again."))
    return redirect("review:case", pk)


@reviewers_only(UNMASK)
@require_POST
def show(request: HttpRequest, pk: int, field: str) -> HttpResponse:
    """The case with one piece of personal data in full; who looked is written down."""
    application = _submitted(pk)
    try:
        services.reveal(
            target=application, field=field, actor=person(request), reason=f"Review of {application.number}"
        )
    except ValueError as error:
        raise Http404 from error
    return _page(request, application, shown=field)


@reviewers_only()
@require_POST
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Approve (or propose it), ask for corrections, or reject; then the next case."""
    application, user = _submitted(pk), person(request)
    codes, note = request.POST.getlist("reasons"), request.POST.get("note", "").strip()[:2000]
    decision = request.POST.get("decision", "")
    try:
        if decision == "approve":
            done = services.approve(application=application, actor=user, note=note)
        elif decision == "needs_info":
            done = services.ask_for_corrections(application=application, actor=user, reason_codes=codes, note=note)
        elif decision == "reject":
            done = services.reject(application=application, actor=user, reason_codes=codes, note=note)
        else:
            raise Http404
    except ReasonNeeded as error:
        messages.error(request, str(error))
        return _page(request, application, status=409)
    except (OnboardingError, SecondPersonNeeded) as error:
        tell(request, error)
        return redirect("review:case", pk)
    if done.state == Application.State.IN_REVIEW:
        messages.success(
            request, _("%(number)s: approval proposed, a second person decides.") % {"number": done.number}
        )
    else:
        messages.success(request, f"{done.number} {done.shop_name}: {done.get_state_display()}")
    return redirect("review:next")
