"""Celery's side of the jobs: ids and codes in, a service call."""

import datetime as dt
import logging

from celery import shared_task

from shopops.jobs import services

logger = logging.getLogger(__name__)


@shared_task(name="shopops.run_job")
def run_job(code: str, as_of: str | None = None, trigger: str = "beat") -> None:
    """Run a registered job; a second start while it runs is left out."""
    try:
        services.run_job(code, as_of=dt.datetime.fromisoformat(as_of) if as_of else None, trigger=trigger)
    except services.JobIsRunning as error:
        logger.info("%s", error)


@shared_task(name="shopops.resume_killed_jobs")
def resume_killed_jobs() -> None:
    """Start again what died with its worker."""
    services.resume_killed_jobs()
