"""Running jobs: one at a time each, recorded, resumed after a crash."""

import datetime as dt
import logging
import traceback
from typing import Any

import pghistory
from django.db import InterfaceError, OperationalError, connection
from django.db.models import Max
from django.utils import timezone

from shopops.jobs import schedule
from shopops.jobs.locks import try_lock
from shopops.jobs.models import JobRun
from shopops.jobs.registry import jobs

logger = logging.getLogger(__name__)

#: A run that was silent for so long is looked at. It may be in one long statement: only without its lock it is dead.
SILENCE = dt.timedelta(seconds=30)
#: A due time that passed so long ago without a run was missed: beat or the broker was away.
MISSED_AFTER = dt.timedelta(minutes=1)
#: Clocks of two machines may differ by so much.
CLOCK_SKEW = dt.timedelta(minutes=5)


class JobIsRunning(Exception):
    """Another process runs this job right now; nothing was done."""


class Stopped(Exception):
    """A person asked this run to stop; raised out of `progress`, between two chunks of work."""


class DoneAlready(JobIsRunning):
    """The same request was carried out before: a double click, or a message that the broker delivered twice."""


def run_job(code: str, *, as_of: dt.datetime | None = None, trigger: str = "beat", key: str | None = None) -> JobRun:
    """Run a job now and return its record.

    Single-flight by a PostgreSQL advisory lock, which dies with its process, so a killed run never blocks the next. The
    lock is also the sign of life: a run in one long statement reports nothing and holds it. Raises JobIsRunning when
    another process holds it, DoneAlready for a `key` that has a run, ValueError for a moment to come; errors of the job
    itself are recorded and raised again. When the database goes away the record stays open, and the job is resumed.
    """
    job = jobs.get(code)
    if as_of and as_of > timezone.now() + CLOCK_SKEW:
        raise ValueError(f"{code} cannot run as of {as_of.isoformat()}: that moment has not come yet.")
    with try_lock(f"job.{code}") as mine:
        if not mine:
            raise JobIsRunning(f"{code} is running already; this run was left out.")
        moment = as_of or timezone.now()
        cursor = _abandon_dead_runs(code, moment)
        if key and JobRun.objects.filter(key=key).exists():
            raise DoneAlready(f"{code}: {key} was done before.")
        run = JobRun.objects.create(job=code, as_of=moment, trigger=trigger, cursor=cursor, key=key)
        try:
            with pghistory.context(job=code):  # rows that the job changes carry its name
                result = job.work(run.as_of, _Reporter(run))
        except Stopped:
            _finish(run, JobRun.State.STOPPED)
        except (OperationalError, InterfaceError):
            if connection.connection is not None and connection.is_usable():  # a deadlock, a timeout: the job's error
                _finish(run, JobRun.State.FAILED, error=traceback.format_exc(limit=20))
            raise
        except Exception:
            _finish(run, JobRun.State.FAILED, error=traceback.format_exc(limit=20))
            raise
        except KeyboardInterrupt:
            _finish(run, JobRun.State.ABANDONED, error="Stopped by hand.")
            raise
        else:
            _finish(run, JobRun.State.SUCCEEDED, result=result)
    logger.info("%s as of %s: %s", code, run.as_of.isoformat(), run.result)
    return run


def resume_killed_jobs() -> list[str]:
    """Run again, for the same moment, every job whose process died; returns their codes."""
    resumed = []
    silent = JobRun.objects.filter(state=JobRun.State.RUNNING, heartbeat_at__lt=timezone.now() - SILENCE)
    for run in silent.order_by("pk"):
        if run.job in jobs and _run_if_free(run.job, as_of=run.as_of, trigger=JobRun.Trigger.RESUME):
            resumed.append(run.job)
    return resumed


def missed_jobs(now: dt.datetime) -> list[str]:
    """Jobs whose latest due time passed without any run since: beat, the broker or every worker was away then.

    A job that never ran is not made up for: a new installation waits for its first due time.
    """
    latest = dict(JobRun.objects.values_list("job").annotate(Max("started_at")).order_by())
    missed = []
    for job in jobs:
        started = latest.get(job.code)
        due = schedule.next_due(job.code, started) if started else None
        if due and due < now - MISSED_AFTER:
            missed.append(job.code)
    return missed


def catch_up() -> list[str]:
    """Run what was missed; returns the codes."""
    return [code for code in missed_jobs(timezone.now()) if _run_if_free(code, trigger=JobRun.Trigger.CATCH_UP)]


def ask_to_stop(run: JobRun) -> bool:
    """Have a run stop after its present chunk; returns whether it was running and not asked before."""
    asked = JobRun.objects.filter(pk=run.pk, state=JobRun.State.RUNNING, stop_asked_at=None)
    return bool(asked.update(stop_asked_at=timezone.now()))


class _Reporter:
    """`Progress` for one run."""

    def __init__(self, run: JobRun) -> None:
        self._run = run
        self.cursor: dict[str, Any] = dict(run.cursor)

    def __call__(self, done: int, total: int | None = None, *, cursor: dict[str, Any] | None = None) -> None:
        values: dict[str, Any] = {"done": done, "total": total, "heartbeat_at": timezone.now()}
        if cursor is not None:
            self.cursor = values["cursor"] = cursor
        rows = JobRun.objects.filter(pk=self._run.pk)
        rows.update(**values)
        if rows.filter(stop_asked_at__isnull=False).exists():
            raise Stopped


def _run_if_free(code: str, *, as_of: dt.datetime | None = None, trigger: str) -> bool:
    """Run a job unless it runs; its errors are on its record and do not keep the next one from its turn."""
    try:
        run_job(code, as_of=as_of, trigger=trigger)
    except JobIsRunning:
        return False
    except (OperationalError, InterfaceError):
        raise
    except Exception:
        logger.exception("%s failed", code)
    return True


def _abandon_dead_runs(code: str, as_of: dt.datetime) -> dict[str, Any]:
    """Close records whose process died: we hold the lock, so nobody runs this job. Returns how far one for the same
    moment had come."""
    dead = list(JobRun.objects.filter(job=code, state=JobRun.State.RUNNING).order_by("id"))
    for run in dead:
        _finish(run, JobRun.State.ABANDONED, error="The process died before it was done.")
    return next((run.cursor for run in reversed(dead) if run.as_of == as_of), {})


def _finish(run: JobRun, state: JobRun.State, *, result: dict[str, object] | None = None, error: str = "") -> None:
    run.state, run.finished_at, run.error = state, timezone.now(), error
    run.result = result or {}
    run.save(update_fields=["state", "finished_at", "error", "result"])
