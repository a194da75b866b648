"""The pages of scheduled jobs: all of them, one with its runs, one run with its progress and its error."""

import uuid
from typing import Any, cast

from django.contrib import admin, messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from shopops.accounts.models import User
from shopops.adminbase import console_page
from shopops.console import jobdesk
from shopops.jobs import schedule, selectors
from shopops.jobs.models import JobRun
from shopops.jobs.registry import Job, jobs
from shopops.ui.charts import spark_points

VIEW = "jobs.view_jobrun"
RUN = "jobs.run_job"
READ_ERRORS = "jobs.read_errors"
PAGE = 30


@console_page(VIEW)
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """Every job: when it runs, how the last run went, whether it is late."""
    rows = [(each, *_spark(each.durations)) for each in selectors.standings()]
    troubled = sum(each.is_late or each.is_failing for each, *_points in rows)
    context = {"title": _("Scheduled jobs"), "rows": rows, "troubled": troubled}
    return render(request, "admin/jobs/overview.html", _page(request, context))


@console_page(VIEW)
@require_safe
def job(request: HttpRequest, code: str) -> HttpResponse:
    """One job with its runs."""
    found = _job(code)
    state = request.GET.get("state", "")
    runs = JobRun.objects.filter(job=code).defer("error", "cursor")
    if state in JobRun.State.values:
        runs = runs.filter(state=state)
    standing = selectors.standing_of(found)
    context = {
        "title": str(found.label),
        "standing": standing,
        "spark": _spark(standing.durations),
        "page": Paginator(runs, PAGE).get_page(request.GET.get("page")),
        "states": JobRun.State.choices,
        "state": state,
        "may_run": _may(request, RUN),
        "press": uuid.uuid4().hex,
    }
    return render(request, "admin/jobs/job.html", _page(request, context))


@console_page(VIEW)
@require_safe
def run(request: HttpRequest, pk: int) -> HttpResponse:
    """One run; while it goes on the figures renew themselves."""
    found = get_object_or_404(JobRun, pk=pk)
    context = {
        "title": _("Run: %(job)s") % {"job": _label(found.job)},
        "run": found,
        "job_label": _label(found.job),
        "plan": schedule.in_words(found.job),
        "may_run": _may(request, RUN) and found.job in jobs,
        "may_retry": found.state not in (JobRun.State.RUNNING, JobRun.State.SUCCEEDED),
        "may_read_errors": _may(request, READ_ERRORS),
    }
    if request.headers.get("HX-Request"):
        return render(request, "admin/jobs/figures.html", context)
    return render(request, "admin/jobs/run.html", _page(request, context))


@console_page(VIEW, RUN)
@require_POST
def run_now(request: HttpRequest, code: str) -> HttpResponse:
    """Start a job now."""
    found = _job(code)
    try:
        new = jobdesk.run_now(job=found, actor=_user(request), key=request.POST.get("press", "")[:40])
    except jobdesk.CannotStart as error:
        messages.error(request, str(error))
    else:
        if new:
            messages.success(request, _("A worker was asked to run it. If it runs already, that run is the one."))
        else:
            messages.info(request, _("This was asked for already."))
    return redirect("job_desk:job", code)


@console_page(VIEW, RUN)
@require_POST
def retry(request: HttpRequest, pk: int) -> HttpResponse:
    """Do a run again, for the same moment."""
    found = get_object_or_404(JobRun, pk=pk)
    _job(found.job)
    try:
        new = jobdesk.retry(run=found, actor=_user(request))
    except jobdesk.CannotStart as error:
        messages.error(request, str(error))
    else:
        said = _("A worker was asked to do it again.") if new else _("This was asked for already.")
        (messages.success if new else messages.info)(request, said)
    return redirect("job_desk:job", found.job)


@console_page(VIEW, RUN)
@require_POST
def stop(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask a run to stop."""
    found = get_object_or_404(JobRun, pk=pk)
    if jobdesk.stop(run=found, actor=_user(request)):
        messages.success(request, _("It stops after its present chunk of work. What was done stays."))
    else:
        messages.info(request, _("It is not running any more, or was asked already."))
    return redirect("job_desk:run", pk)


def _spark(durations: list[float]) -> tuple[list[str], str, str]:
    """One run is no line."""
    return spark_points(durations) if len(durations) > 1 else ([], "", "")


def _job(code: str) -> Job:
    if code not in jobs:
        raise Http404
    return jobs.get(code)


def _label(code: str) -> str:
    return str(jobs.get(code).label) if code in jobs else code


def _may(request: HttpRequest, permission: str) -> bool:
    return _user(request).has_perm(permission)


def _user(request: HttpRequest) -> User:
    return cast(User, request.user)


def _page(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    return {**admin.site.each_context(request), **context}
