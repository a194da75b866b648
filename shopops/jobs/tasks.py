"""Celery's side of the jobs: ids and codes in, a service call."""

import datetime as dt
import logging

from celery import shared_task
from django.db import InterfaceError, OperationalError

from shopops.jobs import services

logger = logging.getLogger(__name__)


@shared_task(name="shopops.run_job")
def run_job(code: str, as_of: str | None = None, trigger: str = "beat", key: str | None = None) -> None:
    """Run a registered job; a second start while it runs is left out."""
    try:
        moment = dt.datetime.fromisoformat(as_of) if as_of else None
        services.run_job(code, as_of=moment, trigger=trigger, key=key)
    except services.JobIsRunning as error:
        logger.info("%s", error)


@shared_task(name="shopops.resume_killed_jobs")
def resume_killed_jobs() -> None:
    """Start again what died with its worker or its database, and what nobody started at its time."""
    try:
        services.resume_killed_jobs()
        services.catch_up()
    except (OperationalError, InterfaceError) as error:
        logger.warning("The database is away (%s); looking again soon", type(error).__name__)
