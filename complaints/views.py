"""The merchant's complaints, the buyer's form and link, the agents' workbench."""

from typing import cast

from django.contrib import messages
from django.core import signing
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from complaints import queue, selectors, services, throttle
from complaints.forms import AnswerForm, ComplaintForm, RulingForm
from complaints.models import Complaint, State
from complaints.policy import in_force
from merchants.portal import PortalRequest, own_object, portal_page
from shopops.accounts.models import User
from shopops.adminbase import console_page
from shopops.audit.selectors import history
from shopops.transitions.handler import TransitionRefused
from shopops.ui.csp import strict_csp
from shopops.work.news import tell_news
from shopops.work.selectors import head, waiting
from shopops.work.services import ClaimedByAnother, next_for

SALT = "complaints.follow"
PAGE = 30
RAIL = 30

#: What happened in words, by the event that the audit log keeps.
EVENTS = {effect.event: effect.label for effect in Complaint.EFFECTS.values()}


@portal_page(needs="complaints.view")
def complaint_list(request: PortalRequest) -> HttpResponse:
    """Complaints about my shop, those that wait for me first."""
    found = selectors.of_merchant(request.merchant.pk)
    state = request.GET.get("state", "")
    shown = found.filter(state=state) if state in State.values else found
    counts = {value: found.filter(state=value).count() for value in State.values}
    names = {state: str(state.label) for state in State} | {State.RECEIVED: _("Waits for your answer")}
    tabs = [(_("All"), "", sum(counts.values()))] + [(names[s], s.value, counts[s.value]) for s in State]
    page = Paginator(shown, PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "tabs": tabs,
        "state": state,
        "waiting": counts[State.RECEIVED],
        "nav_current": "complaints",
    }
    return render(request, "complaints/list.html", context)


@portal_page(needs="complaints.view", posts="complaints.answer", any_shop=True)
def complaint_detail(request: PortalRequest, pk: int) -> HttpResponse:
    """One complaint: what the buyer says, my answer, the decision."""
    complaint = own_object(request, Complaint.objects.select_related("merchant"), pk=pk)
    form = AnswerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.answer(complaint=complaint, actor=request.user, text=form.cleaned_data["text"])
            messages.success(request, _("Answer sent. The platform decides next and tells you."))
        except TransitionRefused:
            messages.error(request, _("This complaint was answered or decided in the meantime. Nothing was changed."))
        return redirect("complaints:detail", pk=pk)
    context = {
        "complaint": complaint,
        "form": form,
        "history": history(complaint),
        "now": timezone.now(),
        "nav_current": "complaints",
    }
    return render(request, "complaints/detail.html", context)


def file(request: HttpRequest) -> HttpResponse:
    """The public form; one address may send it a limited number of times an hour."""
    again = throttle.blocked_until(request) if request.method == "POST" else None
    if again:
        kept = {"form": ComplaintForm(initial=request.POST.dict()), "again": again}
        answer = render(request, "complaints/file.html", {**kept, "answer_time": in_force()[1].answer_time}, status=429)
        answer["Retry-After"] = str(int((again - timezone.now()).total_seconds()) + 1)
        return answer
    form = ComplaintForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            complaint = services.file_complaint(**form.complaint)
            return redirect("complaints:follow", token=signing.dumps(complaint.pk, salt=SALT))
        except services.AlreadyOpen as error:
            form.add_error("order_reference", str(error))
    context = {"form": form, "answer_time": in_force()[1].answer_time}
    return render(request, "complaints/file.html", context, status=200 if not form.errors else 422)


def follow(request: HttpRequest, token: str) -> HttpResponse:
    """The buyer's own page, opened by a signed link that only the buyer was given."""
    try:
        pk = signing.loads(token, salt=SALT)
    except signing.BadSignature:
        raise Http404 from None
    complaint = get_object_or_404(Complaint.objects.select_related("merchant"), pk=pk)
    return render(request, "complaints/follow.html", {"complaint": complaint, "now": timezone.now()})


@console_page("complaints.rule_complaint")
@strict_csp
def next_case(request: HttpRequest) -> HttpResponse:
    """The next complaint that can be decided and nobody else works on: by risk, then by due time."""
    user = cast(User, request.user)
    tell_news(request, user)
    item = next_for(user, queue.QUEUE)
    if item is None:
        return render(request, "complaints/bench_empty.html", {})
    return redirect("complaints:bench", pk=item.object_id)


@console_page("complaints.rule_complaint")
@strict_csp
def bench(request: HttpRequest, pk: int) -> HttpResponse:
    """One complaint with everything to decide it, and the decision.

    Opening claims it, unless somebody else works on it: then it is shown read-only.
    """
    user = cast(User, request.user)
    complaint = get_object_or_404(Complaint.objects.select_related("merchant", "ruled_by"), pk=pk)
    tell_news(request, user)
    item = queue.item_of(complaint)
    refused = queue.claim(item, user)
    form = RulingForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and refused:
        messages.error(request, _("Nothing was changed. %(why)s") % {"why": refused})
        return redirect("complaints:bench", pk=pk)
    if request.method == "POST" and form.is_valid():
        try:
            services.rule(
                complaint=complaint,
                actor=user,
                uphold=request.POST["decision"] == "uphold",
                reason=form.cleaned_data["reason"],
            )
            messages.success(request, _("Decision on %(number)s sent.") % {"number": complaint.number})
            return redirect("complaints:next")
        except TransitionRefused:
            messages.error(
                request,
                _("Nothing was changed: it was decided in the meantime, or the merchant's time to answer still runs."),
            )
            return redirect("complaints:bench", pk=pk)
    context = {
        "complaint": complaint,
        "form": form,
        "queue": head(queue.QUEUE, RAIL),
        "waiting": waiting(queue.QUEUE).count(),
        "item": item,
        "refused": refused,
        "may_take_over": isinstance(refused, ClaimedByAnother) and user.has_perm(queue.DESK.take_over),
        "history": [(EVENTS.get(entry.action, entry.action), entry) for entry in history(complaint)],
        "earlier": selectors.of_merchant(complaint.merchant_id).exclude(pk=pk)[:8],
        "order": selectors.order_of(complaint),
        "now": timezone.now(),
        "may_rule": complaint.may_be_ruled and not refused,
    }
    return render(request, "complaints/bench.html", context, status=422 if form.errors else 200)


@console_page("complaints.rule_complaint", "complaints.take_over_complaint")
@require_POST
def take_over(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a complaint from another agent, who is told; for supervisors."""
    complaint = get_object_or_404(Complaint, pk=pk)
    refused = queue.claim(queue.item_of(complaint), cast(User, request.user), take_over=True)
    if refused:
        messages.error(request, str(refused))
    return redirect("complaints:bench", pk=pk)
