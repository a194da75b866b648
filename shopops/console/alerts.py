"""The job that watches the others: supervisors hear once when one is late or keeps failing, once when it is well."""

import datetime as dt
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from shopops.accounts.models import User
from shopops.accounts.roles import Role
from shopops.jobs import selectors
from shopops.jobs.models import JobIncident
from shopops.jobs.registry import Job, Progress, jobs
from shopops.jobs.selectors import Standing
from shopops.notifications import services as notifications
from shopops.notifications.kinds import MessageKind

#: Lateness is told when it lasted so long after it was noticed: after an outage of everything jobs catch up first.
PATIENCE = dt.timedelta(minutes=4)

KINDS = (
    MessageKind("jobs.late", _("A scheduled job is late"), "caution"),
    MessageKind("jobs.failing", _("A scheduled job keeps failing"), "danger"),
    MessageKind("jobs.well", _("A scheduled job is well again"), "ok"),
)


def watch_jobs(as_of: dt.datetime, progress: Progress) -> dict[str, Any]:
    """Open and close incidents, and tell supervisors. Returns how many jobs are late and failing."""
    found = {
        (each.job.code, kind): each
        for each in selectors.standings(as_of)
        for kind, wrong in ((JobIncident.Kind.LATE, each.is_late), (JobIncident.Kind.FAILING, each.is_failing))
        if wrong and each.job != WATCH_JOBS
    }
    known = selectors.open_incidents()
    for key, incident in known.items():
        if key not in found:
            _close(incident, jobs.get(incident.job) if incident.job in jobs else None, as_of)
    for (code, kind), standing in found.items():
        opened = known.get((code, kind)) or JobIncident.objects.create(job=code, kind=kind, opened_at=as_of)
        if opened.told_at is None and (kind == JobIncident.Kind.FAILING or as_of - opened.opened_at >= PATIENCE):
            _tell(opened, standing, as_of)
    kinds = [kind for _code, kind in found]
    return {"late": kinds.count(JobIncident.Kind.LATE), "failing": kinds.count(JobIncident.Kind.FAILING)}


WATCH_JOBS = Job("watch_jobs", _("Watch the other jobs"), watch_jobs)


@transaction.atomic
def _tell(incident: JobIncident, standing: Standing, now: dt.datetime) -> None:
    incident.told_at = now
    incident.save(update_fields=["told_at"])
    last = standing.last
    _notify(
        f"jobs.{incident.kind}",
        incident,
        standing.job,
        {"failures": standing.failures, "last": last.started_at if last else None},
    )


@transaction.atomic
def _close(incident: JobIncident, job: Job | None, now: dt.datetime) -> None:
    incident.closed_at = now
    incident.save(update_fields=["closed_at"])
    if incident.told_at and job:
        _notify("jobs.well", incident, job, {"since": incident.opened_at})


def _notify(kind: str, incident: JobIncident, job: Job, more: dict[str, Any]) -> None:
    names = {}
    for language, short in (("en", "en"), ("zh-hans", "zh")):
        with translation.override(language):
            names[short] = str(job.label)
    notifications.notify(
        kind=kind,
        key=f"{kind}:{incident.pk}",
        recipients=User.objects.filter(is_active=True, is_staff=True, roles__contains=[Role.SUPERVISOR]),
        context={"job": names, **more},
        url=reverse("job_desk:job", args=[job.code]),
        target=incident,
    )
