"""Reading about jobs: where each stands, whether it is late, how long it takes."""

import datetime as dt
from dataclasses import dataclass, field

from django.db.migrations.recorder import MigrationRecorder
from django.db.models import F, Q, Window
from django.db.models.functions import RowNumber
from django.utils import timezone

from shopops.jobs import schedule
from shopops.jobs.models import JobIncident, JobRun
from shopops.jobs.registry import Job, jobs

#: So many failures in a row are told to people.
FAILURES = 3
#: Runs whose durations are drawn.
DRAWN = 20


@dataclass(frozen=True)
class Standing:
    """A job as it stands now. `durations` are seconds, the oldest first."""

    job: Job
    plan: str
    last: JobRun | None
    next_due: dt.datetime | None
    is_late: bool
    failures: int
    durations: list[float] = field(default_factory=list)

    @property
    def is_running(self) -> bool:
        return self.last is not None and self.last.state == JobRun.State.RUNNING

    @property
    def is_failing(self) -> bool:
        return self.failures >= FAILURES


def standings(now: dt.datetime | None = None) -> list[Standing]:
    """Every job, in the order of registration; three statements for all of them."""
    now = now or timezone.now()
    recent = _recent_runs()
    began = _last_good_starts()
    since = installed_at()
    return [_standing(job, recent.get(job.code, []), began.get(job.code), since, now) for job in jobs]


def standing_of(job: Job, now: dt.datetime | None = None) -> Standing:
    """One job."""
    return next(each for each in standings(now) if each.job == job)


def installed_at() -> dt.datetime | None:
    """When the jobs came to this database: a job that never ran is late from then on."""
    first = MigrationRecorder.Migration.objects.filter(app="jobs").order_by("applied").first()
    return first.applied if first else None


def open_incidents() -> dict[tuple[str, str], JobIncident]:
    """Incidents that are not over, by job and kind."""
    return {(each.job, each.kind): each for each in JobIncident.objects.filter(closed_at=None)}


def _standing(
    job: Job, runs: list[JobRun], began: dt.datetime | None, since: dt.datetime | None, now: dt.datetime
) -> Standing:
    last = runs[0] if runs else None
    start = began or since
    limit = schedule.late_after(job.code, start) if start else None
    failures = 0
    for run in runs:
        if run.state != JobRun.State.FAILED:
            break
        failures += 1
    took = [run.duration.total_seconds() for run in runs if run.duration and run.state == JobRun.State.SUCCEEDED]
    return Standing(
        job=job,
        plan=schedule.in_words(job.code),
        last=last,
        next_due=schedule.next_due(job.code, now),
        is_late=bool(limit and now > limit),
        failures=failures,
        durations=took[::-1],
    )


def _recent_runs() -> dict[str, list[JobRun]]:
    """The newest runs of every job, newest first."""
    number = Window(RowNumber(), partition_by=F("job"), order_by=F("started_at").desc())
    found: dict[str, list[JobRun]] = {}
    rows = JobRun.objects.annotate(place=number).filter(place__lte=DRAWN).defer("error", "cursor")
    for run in rows.order_by("job", "-started_at", "-id"):
        found.setdefault(run.job, []).append(run)
    return found


def _last_good_starts() -> dict[str, dt.datetime]:
    """When each job last began a run that succeeded, or that is going on: a long run is not a late one."""
    good = Q(state__in=(JobRun.State.SUCCEEDED, JobRun.State.RUNNING))
    rows = JobRun.objects.filter(good).order_by("job", "-started_at").distinct("job")
    return dict(rows.values_list("job", "started_at"))
