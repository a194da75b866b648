"""Batches of approvals: put together from the list, looked at row by row, confirmed, agreed to, followed."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from merchants import batches
from merchants.errors import OnboardingError
from merchants.models import ReviewBatch
from merchants.models.batch import ReviewBatchRow
from merchants.services import batches as services
from merchants.views.common import person
from merchants.views.review import reviewers_only
from shopops.transitions.handler import TransitionRefused

PAGE = 100
TONES = {"open": "info", "approved": "ok", "skipped": "caution"}
STATES = {"preview": "info", "waiting": "caution", "queued": "info", "done": "ok", "cancelled": "neutral"}


@reviewers_only()
@require_POST
def put_together(request: HttpRequest) -> HttpResponse:
    """A preview of the ticked applications, or of everything clean."""
    ids = [int(each) for each in request.POST.getlist("application") if each.isdecimal() and len(each) < 19]
    try:
        batch = services.put_together(
            actor=person(request),
            applications=ids,
            everything_clean="clean" in request.POST,
            note=request.POST.get("note", ""),
        )
    except OnboardingError as error:
        messages.error(request, str(error))
        return redirect("review:queue")
    return redirect("review:batch", batch.pk)


@reviewers_only()
@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    """The latest batches."""
    found = ReviewBatch.objects.select_related("created_by", "approved_by").annotate(
        approved=Count("rows", filter=Q(rows__outcome="approved"))
    )[:50]
    rows = [{"batch": each, "tone": STATES[each.state]} for each in found]
    return render(request, "merchants/review/batches.html", {"rows": rows})


@reviewers_only()
@require_safe
def batch(request: HttpRequest, pk: int) -> HttpResponse:
    """What a batch would do, does, or did, row by row."""
    found = get_object_or_404(ReviewBatch.objects.select_related("created_by", "approved_by"), pk=pk)
    rows = found.rows.select_related("application").order_by("id")
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    lines = [{"row": row, "said": batches.sentence(row), "tone": TONES[row.outcome]} for row in page.object_list]
    context = {**_progress(found), "page": page, "lines": lines, "is_mine": found.created_by_id == person(request).pk}
    return render(request, "merchants/review/batch.html", context)


@reviewers_only()
@require_safe
def progress(request: HttpRequest, pk: int) -> HttpResponse:
    """How far a batch is: asked again every few seconds by htmx, which loads the page anew when it is done."""
    found = get_object_or_404(ReviewBatch, pk=pk)
    response = render(request, "merchants/review/batch_progress.html", _progress(found))
    if found.state != ReviewBatch.State.QUEUED:
        response["HX-Refresh"] = "true"
    return response


def _progress(found: ReviewBatch) -> dict[str, Any]:
    counted = found.rows.aggregate(
        **{each: Count("pk", filter=Q(outcome=each)) for each in ReviewBatchRow.Outcome.values}
    )
    done = counted["approved"] + counted["skipped"]
    return {
        "batch": found,
        "tone": STATES[found.state],
        "counted": counted,
        "done": done,
        "all": done + counted["open"],
    }


@reviewers_only()
@require_POST
def step(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """Confirm, agree to, or cancel a batch; a second click says what the first one did."""
    found, user = get_object_or_404(ReviewBatch, pk=pk), person(request)
    try:
        if name == "confirm":
            done = services.confirm(batch=found, actor=user)
        elif name == "agree":
            done = services.agree(batch=found, actor=user)
        else:
            done = services.cancel(batch=found, actor=user)
    except (OnboardingError, TransitionRefused) as error:
        messages.error(request, str(error))
    else:
        messages.success(
            request, _("Batch %(number)s: %(state)s") % {"number": done.number, "state": done.get_state_display()}
        )
    return redirect("review:batch", pk)
