"""The operators' workbench of exits."""

from collections.abc import Callable
from typing import Any, cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from merchants.exits import policy, queue, selectors
from merchants.exits.errors import ExitError
from merchants.exits.forms import NoteForm, RefuseForm, StepForm, WhyForm
from merchants.exits.models import Exit, SettlementStep, State
from merchants.exits.services import closing, deciding
from merchants.exits.views import words
from shopops.accounts.models import User
from shopops.adminbase import console_page
from shopops.transitions.handler import TransitionRefused, barred
from shopops.ui.csp import strict_csp
from shopops.work.claiming import ClaimedByAnother
from shopops.work.news import tell_news
from shopops.work.selectors import head, waiting
from shopops.work.services import next_for

HANDLE = "exits.handle_exit"
TERMINATE = "exits.terminate_exit"
RAIL = 30


@console_page(HANDLE)
@strict_csp
def next_case(request: HttpRequest) -> HttpResponse:
    """The next exit that somebody has to look at and nobody else has."""
    user = cast(User, request.user)
    tell_news(request, user)
    item = next_for(user, queue.QUEUE)
    if item is None:
        return render(request, "exits/bench_empty.html", {})
    return redirect("exit_desk:bench", pk=item.object_id)


@console_page("exits.view_exit")
@strict_csp
def bench(request: HttpRequest, pk: int) -> HttpResponse:
    """One exit with conditions, notice, settlement and history. Who may work on exits claims it by opening."""
    user = cast(User, request.user)
    leaving = get_object_or_404(_with_people(), pk=pk)
    tell_news(request, user)
    return _show(request, user, leaving)


def _show(request: HttpRequest, user: User, leaving: Exit, forms: dict[str, Any] | None = None) -> HttpResponse:
    item = queue.item_of(leaving)
    refused = queue.claim(item, user) if user.has_perm(HANDLE) else None
    body = policy.of(leaving.policy_version)
    standing = selectors.standing(leaving)
    context = {
        "leaving": leaving,
        "tone": words.tone(leaving.state),
        "body": body,
        "queue": head(queue.QUEUE, RAIL) if user.has_perm(HANDLE) else [],
        "waiting": waiting(queue.QUEUE).count(),
        "item": item,
        "refused": refused,
        "may_take_over": isinstance(refused, ClaimedByAnother) and user.has_perm(queue.DESK.take_over),
        "may_work": user.has_perm(HANDLE) and not refused,
        "conditions": standing,
        "blocked": [each for each in standing if each.blocks],
        "steps": words.progress(leaving),
        "timeline": words.timeline(leaving),
        "answers": [(str(each.text), leaving.answers.get(each.code)) for each in body.questions],
        "settlement": _settlement(leaving, forms or {}),
        "balances": selectors.balances(leaving),
        "barred": barred(leaving, "terminate" if leaving.is_platforms else "accept", user),
        "needs_terminate": leaving.is_platforms and not user.has_perm(TERMINATE),
        "cooling_off": bool(leaving.cooling_off_until and timezone.now() < leaving.cooling_off_until),
        "notice_over": selectors.notice_is_over(leaving),
        "refuse_form": (forms or {}).get("refuse") or RefuseForm(policy=body),
        "note_form": NoteForm(),
        "why_form": (forms or {}).get("why") or WhyForm(),
        "told": selectors.statement_reached(leaving) if leaving.is_platforms else None,
        "now": timezone.now(),
    }
    return render(request, "exits/bench.html", context, status=422 if forms else 200)


def _settlement(leaving: Exit, forms: dict[str, Any]) -> list[tuple[SettlementStep, StepForm]]:
    steps = leaving.steps.select_related("by").order_by("position")
    return [(step, forms.get(f"step-{step.pk}") or StepForm(step=step)) for step in steps]


def _with_people() -> Any:
    return Exit.objects.select_related("merchant", "policy_version", "requested_by", "decided_by")


@console_page(HANDLE, "exits.take_over_exit")
@require_POST
def take_over(request: HttpRequest, pk: int) -> HttpResponse:
    """Take an exit from a colleague, who is told; for supervisors."""
    leaving = get_object_or_404(Exit, pk=pk)
    refused = queue.claim(queue.item_of(leaving), cast(User, request.user), take_over=True)
    if refused:
        messages.error(request, str(refused))
    return redirect("exit_desk:bench", pk=pk)


#: What the buttons do: (form, service taking leaving, actor and the form's values, words when done).
_ACTIONS: dict[str, tuple[type, Callable[..., Exit], Callable[[], str]]] = {
    "check": (NoteForm, lambda note, **who: deciding.start_check(**who), lambda: _("You check this request now.")),
    "accept": (NoteForm, deciding.accept, lambda: _("Accepted. The notice runs and the shop was told.")),
    "terminate": (NoteForm, deciding.terminate, lambda: _("Decided. The statement of reasons was sent.")),
    "refuse": (RefuseForm, deciding.refuse, lambda: _("Refused. The shop was told why.")),
    "drop": (WhyForm, deciding.drop, lambda: _("The proposal goes no further.")),
    "call-off": (WhyForm, deciding.call_off, lambda: _("Called off. The shop was told.")),
    "settle": (NoteForm, lambda note, **who: closing.settle(**who), lambda: _("The settlement began.")),
    "close": (NoteForm, lambda note, **who: closing.close(**who), lambda: _("The shop is closed.")),
}


@console_page(HANDLE)
@strict_csp
@require_POST
def act(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """A button of the workbench. Platform's terminations need the right to terminate, too."""
    user = cast(User, request.user)
    leaving = get_object_or_404(_with_people(), pk=pk)
    if code not in _ACTIONS:
        raise Http404
    if leaving.is_platforms and not user.has_perm(TERMINATE):
        raise PermissionDenied
    if refused := queue.claim(queue.item_of(leaving), user):
        messages.error(request, _("Nothing was changed. %(why)s") % {"why": refused})
        return redirect("exit_desk:bench", pk=pk)
    form_type, service, said = _ACTIONS[code]
    extra = {"policy": policy.of(leaving.policy_version)} if form_type is RefuseForm else {}
    form = form_type(request.POST, **extra)
    if not form.is_valid():
        return _show(request, user, leaving, {"refuse" if form_type is RefuseForm else "why": form})
    try:
        service(leaving=leaving, actor=user, **form.cleaned_data)
        messages.success(request, said())
    except (ExitError, TransitionRefused) as error:
        messages.error(request, str(error))
    return redirect("exit_desk:bench", pk=pk)


@console_page(HANDLE)
@strict_csp
@require_POST
def step(request: HttpRequest, pk: int, step_pk: int) -> HttpResponse:
    """Record one step of the settlement."""
    user = cast(User, request.user)
    leaving = get_object_or_404(_with_people(), pk=pk)
    found = get_object_or_404(SettlementStep, pk=step_pk, exit=leaving)
    if refused := queue.claim(queue.item_of(leaving), user):
        messages.error(request, _("Nothing was changed. %(why)s") % {"why": refused})
        return redirect("exit_desk:bench", pk=pk)
    form = StepForm(request.POST, step=found)
    if form.is_valid():
        try:
            closing.record_step(step=found, actor=user, **form.cleaned_data)
            messages.success(request, _("Recorded: %(step)s.") % {"step": found.title})
            return redirect("exit_desk:bench", pk=pk)
        except ExitError as error:
            form.add_error(None, str(error))
    return _show(request, user, leaving, {form.prefix or "": form})


@console_page("exits.view_exit")
@strict_csp
def sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """The summary of a settlement, to print."""
    leaving = get_object_or_404(_with_people(), pk=pk)
    if leaving.state not in (State.SETTLING, State.CLOSED):
        raise Http404
    context = {
        "leaving": leaving,
        "settlement": leaving.steps.select_related("by").order_by("position"),
        "balances": selectors.balances(leaving),
    }
    return render(request, "exits/sheet.html", context)
