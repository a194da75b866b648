"""Running jobs: one at a time each, recorded, resumed after a crash."""

import datetime as dt
import logging
import traceback
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from django.db import DatabaseError, connection
from django.utils import timezone

from shopops.jobs.models import JobRun
from shopops.jobs.registry import jobs

logger = logging.getLogger(__name__)

#: A running job reports at least this often; a silent one without its lock was killed.
SILENCE = dt.timedelta(seconds=30)
#: Clocks of two machines may differ by so much.
CLOCK_SKEW = dt.timedelta(minutes=5)


class JobIsRunning(Exception):
    """Another process runs this job right now; nothing was done."""


def run_job(code: str, *, as_of: dt.datetime | None = None, trigger: str = "beat") -> JobRun:
    """Run a job now and return its record.

    Single-flight by a PostgreSQL advisory lock, which dies with its process, so a killed run never blocks the next.
    Raises JobIsRunning when another process holds it, ValueError for a moment to come; errors of the job itself are
    recorded and raised again.
    """
    job = jobs.get(code)
    if as_of and as_of > timezone.now() + CLOCK_SKEW:
        raise ValueError(f"{code} cannot run as of {as_of.isoformat()}: that moment has not come yet.")
    with _single_flight(code):
        _abandon_dead_runs(code)
        run = JobRun.objects.create(job=code, as_of=as_of or timezone.now(), trigger=trigger)

        def progress(done: int, total: int | None = None) -> None:
            JobRun.objects.filter(pk=run.pk).update(done=done, total=total, heartbeat_at=timezone.now())

        try:
            result = job.work(run.as_of, progress)
        except Exception:
            _finish(run, JobRun.State.FAILED, error=traceback.format_exc(limit=20))
            raise
        except KeyboardInterrupt:
            _finish(run, JobRun.State.ABANDONED, error="Stopped by hand.")
            raise
        _finish(run, JobRun.State.SUCCEEDED, result=result)
    logger.info("%s as of %s: %s", code, run.as_of.isoformat(), run.result)
    return run


def resume_killed_jobs() -> list[str]:
    """Run again, for the same moment, every job whose process died; returns their codes."""
    resumed = []
    silent = JobRun.objects.filter(state=JobRun.State.RUNNING, heartbeat_at__lt=timezone.now() - SILENCE)
    for run in silent:
        try:
            run_job(run.job, as_of=run.as_of, trigger="resume")
        except JobIsRunning:
            continue
        resumed.append(run.job)
    return resumed


@contextmanager
def _single_flight(code: str) -> Iterator[None]:
    key = zlib.crc32(f"shopops.job.{code}".encode())
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [key])
        if not cursor.fetchone()[0]:
            raise JobIsRunning(f"{code} is running already; this run was left out.")
    try:
        yield
    finally:
        # On a dead connection the lock is gone already; an error here would hide the one that killed it.
        with suppress(DatabaseError), connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [key])


def _abandon_dead_runs(code: str) -> None:
    """Close records whose process died: we hold the lock, so nobody runs this job."""
    JobRun.objects.filter(job=code, state=JobRun.State.RUNNING).update(
        state=JobRun.State.ABANDONED, finished_at=timezone.now(), error="The process died before it was done."
    )


def _finish(run: JobRun, state: JobRun.State, *, result: dict[str, object] | None = None, error: str = "") -> None:
    run.state, run.finished_at, run.error = state, timezone.now(), error
    run.result = result or {}
    run.save(update_fields=["state", "finished_at", "error", "result"])
