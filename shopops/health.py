"""Is everything alive? `/healthz` answers for load balancers, container runtimes and `make run`.

Workers and beat leave signs of life in the cache: asking them directly takes seconds. Beat signs when it sends the
heartbeat task; a worker's main process signs every few seconds, however busy its pool is; and the finished task
proves that jobs get through.
"""

import logging
import time

from celery import current_app, shared_task
from celery.signals import after_setup_logger, beat_init, before_task_publish, heartbeat_sent
from django.core.cache import cache
from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from django.urls import path
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

HEARTBEAT_SECONDS = 10
# Three heartbeats may be lost before somebody is called dead.
SILENT_SECONDS = 35
# A pool can be busy with long jobs; silence beyond the broker's redelivery time means that it is stuck.
STUCK_SECONDS = 900
_MARKS = {name: f"heartbeat:{name}" for name in ("beat", "worker", "job")}
_BROKER_OPTIONS = {
    "max_retries": 1,
    "interval_start": 0,
    "interval_step": 0,
    "socket_connect_timeout": 2,
    "socket_timeout": 2,
}
_TASK = "shopops.heartbeat"


@never_cache
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """Answer what is alive as JSON, with status 503 when a part is not."""
    parts = report()
    response = JsonResponse(parts, status=200 if all(state == "ok" for state in parts.values()) else 503)
    # Django would log each 503 as an error; reporting it is the business of who asks.
    response._has_been_logged = True  # type: ignore[attr-defined]
    return response


def report() -> dict[str, str]:
    """Return "ok" or a reason for database, broker, worker and beat."""
    return {"database": _database(), "broker": _broker(), **signs_of_life()}


def signs_of_life() -> dict[str, str]:
    """Return "ok" or a reason for worker and beat."""
    try:
        marks = cache.get_many(_MARKS.values())
    except RedisError:
        return dict.fromkeys(("worker", "beat"), "unknown: the cache does not answer")
    worker = _heard(marks.get(_MARKS["worker"]), SILENT_SECONDS)
    if worker == "ok" and _heard(marks.get(_MARKS["job"]), STUCK_SECONDS) != "ok":
        worker = "alive, but finishes no jobs"
    return {"worker": worker, "beat": _heard(marks.get(_MARKS["beat"]), SILENT_SECONDS)}


def forget_signs() -> None:
    """Forget the signs of an earlier run, so that the next report speaks of this one."""
    cache.delete_many(_MARKS.values())


@shared_task(name=_TASK, ignore_result=True, acks_late=False)
def heartbeat() -> None:
    """Prove that jobs get through."""
    _sign("job")


@beat_init.connect
def _beat_started(**_: object) -> None:
    heartbeat.apply_async(expires=SILENT_SECONDS)  # the first one of the schedule comes after its first interval


@before_task_publish.connect(sender=_TASK)
def _beat_sends(**_: object) -> None:
    _sign("beat")


@heartbeat_sent.connect
def _worker_lives(**_: object) -> None:
    _sign("worker")


@after_setup_logger.connect
def _hide_heartbeats(**_: object) -> None:
    """Keep the heartbeat, which comes every few seconds, out of the workers' logs."""
    for name in ("celery.app.trace", "celery.worker.strategy"):
        logging.getLogger(name).addFilter(lambda record: f"{_TASK}[" not in record.getMessage())


def _sign(name: str) -> None:
    cache.set(_MARKS[name], time.time(), timeout=2 * STUCK_SECONDS)


def _heard(moment: float | None, limit: int) -> str:
    """Judge a sign of life by its age in seconds."""
    if moment is None:
        return "no sign of life"
    age = time.time() - moment
    return "ok" if age <= limit else f"no sign of life for {age:.0f} s"


def _database() -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return "no answer"
    return "ok"


def _broker() -> str:
    try:
        with current_app.connection_for_write(transport_options=_BROKER_OPTIONS) as broker:
            broker.ensure_connection(max_retries=1, interval_start=0, timeout=3)
            _ = broker.default_channel  # opening it speaks to the broker
    except (OperationalError, RedisError, OSError):
        return "no answer"
    return "ok"


urlpatterns = [path("", healthz, name="healthz")]
