"""The review workbench: everything needed to decide on one screen, then the next case."""

from collections.abc import Callable
from typing import Any, cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from merchants import (
    comparison,
    policy,
    review_form,
    review_history,
    review_panels,
    review_queue,
    selectors,
    services,
)
from merchants.errors import OnboardingError, ReasonNeeded
from merchants.models import Application, Document
from merchants.services.queueing import QUEUE
from merchants.services.review import TAKE_OVER
from merchants.views import findings, scan
from merchants.views.common import named, person
from shopops.adminbase import console_page
from shopops.transitions.handler import TransitionRefused
from shopops.ui.clockview import urgency
from shopops.ui.csp import strict_csp
from shopops.work import second_reads
from shopops.work.models import WorkItem
from shopops.work.news import tell_news
from shopops.work.queues import queues
from shopops.work.services import Refused, claim, next_for

UNMASK = "merchants.unmask_personal_data"
#: Ids of the work items that the reviewer put aside, in the session.
ASIDE = "review_aside"

View = Callable[..., HttpResponse]


def reviewers_only(*more: str) -> Callable[[View], View]:
    """For reviewers who have `more` besides, with the strict content security policy of our own pages."""

    def decorate(view: View) -> View:
        return cast(View, console_page(selectors.REVIEW, *more)(strict_csp(view)))

    return decorate


@reviewers_only()
@require_safe
def following(request: HttpRequest) -> HttpResponse:
    """Go to the most urgent case that is free, claiming it; or say that nothing waits.

    What the reviewer put aside comes last.
    """
    user = person(request)
    tell_news(request, user)
    aside = request.session.get(ASIDE, [])
    item = next_for(user, QUEUE, without=aside)
    if item is None and aside:
        del request.session[ASIDE]
        item = next_for(user, QUEUE)
    if item:
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
    item = services.item_of(opened.application)
    context = {
        **_facts(request, opened.application, shown),
        "rail": review_queue.rail(user, opened.application.pk),
        "item": item,
        "put_aside": review_history.put_aside(item),
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
    return {
        "application": application,
        "due": due,
        "left": left,
        "left_tone": urgency(left) or "neutral" if left is not None else "neutral",
        "working_days": body.promise.working_days,
        **scan.context(request, application, documents, current),
        **findings.context(request, application, body),
        "panels": [] if blind else review_panels.drawn(request, application),
        "rows": rows,
        "differing": sum(row.agrees is False for row in rows),
        "compared": sum(row.is_compared for row in rows),
        "steps": review_history.steps(application, without=application.submissions if blind else None),
        "former": [] if blind else review_history.former(application),
        "proposal": None if blind else review_history.proposal(application, results),
        "may_unmask": person(request).has_perm(UNMASK) and not blind,
        "form": None if blind else review_form.form(request, application, results),
    }


def _chosen(request: HttpRequest, documents: list[Document]) -> Document | None:
    """The document of the chosen tab, else the business licence, else the first one."""
    wanted = request.GET.get("doc", "")
    for each in documents:
        if str(each.pk) == wanted:
            return each
    return next((each for each in documents if each.type == "business_licence"), documents[0] if documents else None)


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
def put_aside(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a case back to the queue with a reason, and go on with the next one."""
    application, user = _submitted(pk), person(request)
    item = services.item_of(application)
    try:
        services.put_aside(application=application, user=user, reason=request.POST.get("reason", ""))
    except OnboardingError as error:
        messages.error(request, str(error))
        return redirect("review:case", pk)
    assert item is not None
    request.session[ASIDE] = [*request.session.get(ASIDE, [])[-49:], item.pk]
    messages.success(request, _flash(application, _("put aside")))
    return redirect("review:next")


@reviewers_only()
@require_POST
def send_back(request: HttpRequest, pk: int) -> HttpResponse:
    """The second person does not agree: the first one gets the case back with a note."""
    application = _submitted(pk)
    try:
        done = services.decline_proposal(
            application=application, actor=person(request), note=request.POST.get("reason", "")[:2000]
        )
    except (OnboardingError, TransitionRefused) as error:
        messages.error(request, str(error))
        return redirect("review:case", pk)
    messages.success(request, _flash(done, _("sent back to the first person")))
    return redirect("review:next")


@reviewers_only()
@require_POST
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Approve (or propose it), ask for corrections, or reject; then the next case."""
    application, user, sent = _submitted(pk), person(request), review_form.sent(request.POST)
    why: dict[str, Any] = {
        "reason_codes": sent.codes,
        "notes": sent.notes,
        "note": sent.note,
        "internal_note": sent.internal_note,
        "submission": sent.submission,
    }
    try:
        if sent.decision == "approve":
            done = services.approve(
                application=application,
                actor=user,
                note=sent.note,
                internal_note=sent.internal_note,
                submission=sent.submission,
            )
        elif sent.decision == "needs_info":
            done = services.ask_for_corrections(application=application, actor=user, **why)
        elif sent.decision == "reject":
            done = services.reject(application=application, actor=user, **why)
        else:
            raise Http404
    except ReasonNeeded as error:
        messages.error(request, str(error))
        return _page(request, application, status=409)
    except (OnboardingError, TransitionRefused) as error:
        messages.error(request, str(error))
        return redirect("review:case", pk)
    proposed = done.state == Application.State.IN_REVIEW
    said = _("approval proposed, a second person decides") if proposed else done.get_state_display()
    messages.success(request, _flash(done, str(said)))
    return redirect("review:next")


def _flash(application: Application, said: str) -> str:
    """What was just done, with a link back to it: shown on the next case."""
    return format_html(
        '<a href="{}">{} {}</a>: {}',
        reverse("review:case", args=[application.pk]),
        application.number,
        application.shop_name,
        said,
    )
