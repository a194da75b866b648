"""The console's home: queues first, then jobs that need a look."""

from typing import Any, cast

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from shopops.accounts.models import User
from shopops.jobs.models import JobRun
from shopops.jobs.registry import jobs
from shopops.work.queues import states_for


def dashboard(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """Unfold's hook for the index page."""
    user = cast(User, request.user)
    context["queues"] = [(state, reverse(state.queue.url_name)) for state in states_for(user)]
    context["job_runs"] = last_runs() if user.has_perm("jobs.view_jobrun") else None
    context["now"] = timezone.now()
    context["title"] = _("Home")
    return context


def last_runs() -> list[tuple[object, JobRun | None]]:
    """The newest run of every job, by the job's name; None for a job that never ran."""
    newest = {run.job: run for run in JobRun.objects.order_by("job", "-started_at", "-id").distinct("job")}
    return [(job.label, newest.get(job.code)) for job in jobs]
