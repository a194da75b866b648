"""The console's home: queues first, then jobs that need a look."""

from typing import Any, cast

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from shopops.accounts.models import User
from shopops.jobs.models import JobRun
from shopops.jobs.registry import jobs
from shopops.work.forecasting import forecasts
from shopops.work.news import tell_news
from shopops.work.picture import ForecastPicture, forecast_picture
from shopops.work.queues import QueueState, states_for
from shopops.work.sla import Clocks


def dashboard(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """Unfold's hook for the index page."""
    user = cast(User, request.user)
    tell_news(request, user)
    context["queues"] = waiting_for(user)
    context["may_assign"] = user.has_perm("work.assign_workitem")
    context["may_compare"] = user.has_perm("work.view_agreement")
    context["job_runs"] = last_runs() if user.has_perm("jobs.view_jobrun") else None
    context["now"] = timezone.now()
    context["title"] = _("Home")
    return context


def waiting_for(user: User) -> list[tuple[QueueState, ForecastPicture | None]]:
    """The queues the user may work on with their numbers and forecasts; second reads only while there are some.

    A fixed number of statements, however many queues and items there are.
    """
    clocks = Clocks()
    states = [each for each in states_for(user, clocks.now, clocks) if each.waiting or not each.queue.reads]
    ahead = forecasts([each.queue for each in states], clocks)
    return [(each, forecast_picture(ahead.get(each.queue.code))) for each in states]


def last_runs() -> list[tuple[object, JobRun | None]]:
    """The newest run of every job, by the job's name; None for a job that never ran."""
    newest = {run.job: run for run in JobRun.objects.order_by("job", "-started_at", "-id").distinct("job")}
    return [(job.label, newest.get(job.code)) for job in jobs]
