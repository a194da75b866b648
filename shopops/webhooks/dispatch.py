"""Delivering: endpoint by endpoint in the order of the events, many endpoints side by side.

A failed call is tried again with growing pauses, and nothing behind it goes before it; after GIVE_UP_AFTER without a
success the endpoint is switched off and its owner told. Advisory locks keep two workers from one endpoint; they die
with their process, so a killed worker holds nothing up. It may have called without writing that down: then the call is
made again, with the same webhook-id.
"""

import datetime as dt
import logging
import random
import time
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait

from django.db import connection, transaction
from django.db.models import Exists, F, OuterRef, QuerySet
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone

from shopops.jobs.locks import try_lock
from shopops.notifications import services as notifications
from shopops.webhooks import services
from shopops.webhooks.models import Attempt, Delivery, Endpoint
from shopops.webhooks.owners import directory, people_of

logger = logging.getLogger(__name__)

GIVE_UP_AFTER = dt.timedelta(days=3)
FIRST_PAUSE = dt.timedelta(seconds=5)
LONGEST_PAUSE = dt.timedelta(hours=8)
#: Endpoints called at the same time: a slow one holds one thread for `calling.TOTAL_SECONDS` at most.
THREADS = 16
#: A dispatcher ends after so many seconds and the next one goes on: a worker process is not held for ever.
SHIFT_SECONDS = 60.0
LOCK = "webhooks.dispatch"
_GONE = 410


def pause_after(failures: int) -> dt.timedelta:
    """How long an endpoint is left alone after so many failures in a row: 5 s, 20 s, 80 s, … 8 h, ±20 %."""
    steps = min(failures - 1, 10)
    return min(FIRST_PAUSE * 4**steps, LONGEST_PAUSE) * random.uniform(0.8, 1.2)  # noqa: S311 - spreads load


def due_endpoints() -> QuerySet[Endpoint]:
    """Active endpoints that are owed something and whose pause is over."""
    owed = Delivery.objects.filter(endpoint=OuterRef("pk"), state=Delivery.State.WAITING)
    return Endpoint.objects.filter(
        Exists(owed), state=Endpoint.State.ACTIVE, next_attempt_at__lte=timezone.now()
    ).order_by("next_attempt_at", "pk")


def deliver_due() -> int:
    """Deliver until nothing is due; returns how many calls succeeded. One dispatcher works at a time, and it sees what
    is written while it waits for a slow endpoint."""
    sent = 0
    end = time.monotonic() + SHIFT_SECONDS
    # Looked at again after the lock is given back: an event may have come in between.
    while time.monotonic() < end and due_endpoints().exists():
        with try_lock(LOCK) as mine:
            if not mine:
                return sent
            sent += _shift(end)
    return sent


def _shift(end: float) -> int:
    sent = 0
    running: dict[Future[int], int] = {}
    with ThreadPoolExecutor(THREADS, thread_name_prefix="webhooks") as pool:
        while True:
            if time.monotonic() < end:
                busy = set(running.values())
                for pk in due_endpoints().exclude(pk__in=busy).values_list("pk", flat=True)[: THREADS - len(busy)]:
                    running[pool.submit(_serve, pk, end)] = pk
            if not running:
                return sent
            done, _rest = wait(running, timeout=0.25, return_when=FIRST_COMPLETED)
            for future in done:
                del running[future]
                sent += future.result()


def _serve(pk: int, end: float) -> int:
    """Deliver what one endpoint is owed until a call fails; in a thread with a database connection of its own."""
    sent = 0
    try:
        with try_lock(f"webhooks.endpoint.{pk}") as mine:
            while mine and time.monotonic() < end and (endpoint := due_endpoints().filter(pk=pk).first()):
                if not _deliver_next(endpoint):
                    break
                sent += 1
            if not mine:  # its caller lost the database and is still waiting for an answer
                time.sleep(1)
    finally:
        connection.close()
    return sent


def _deliver_next(endpoint: Endpoint) -> bool:
    """Call with the oldest event that is owed; returns whether the receiver took it."""
    waiting = Delivery.objects.filter(endpoint=endpoint, state=Delivery.State.WAITING)
    delivery = waiting.select_related("event").order_by("event_id").first()
    if delivery is None:
        return False
    attempt = services.call(endpoint, delivery)
    if attempt.succeeded:
        _succeeded(endpoint, delivery)
    else:
        _failed(endpoint, attempt)
    return attempt.succeeded


@transaction.atomic
def _succeeded(endpoint: Endpoint, delivery: Delivery) -> None:
    now = timezone.now()
    Delivery.objects.filter(pk=delivery.pk).update(state=Delivery.State.DELIVERED, finished_at=now)
    if endpoint.failures:
        Endpoint.objects.filter(pk=endpoint.pk).update(failing_since=None, failures=0, next_attempt_at=now)


@transaction.atomic
def _failed(endpoint: Endpoint, attempt: Attempt) -> None:
    now = timezone.now()
    Endpoint.objects.filter(pk=endpoint.pk).update(
        failures=F("failures") + 1,
        failing_since=Coalesce("failing_since", now),
        next_attempt_at=now + pause_after(endpoint.failures + 1),
    )
    logger.info("Webhook endpoint %s: %s", endpoint.pk, attempt.status or attempt.error)
    if attempt.status == _GONE:
        _give_up(endpoint, Endpoint.Why.GONE, attempt)
    elif endpoint.failing_since and now - endpoint.failing_since >= GIVE_UP_AFTER:
        _give_up(endpoint, Endpoint.Why.FAILING, attempt)


def _give_up(endpoint: Endpoint, why: Endpoint.Why, attempt: Attempt) -> None:
    """Switch the endpoint off and tell its owner, once."""
    if not services.switch_off(endpoint=endpoint, why=why, actor=None):
        return
    waiting = Delivery.objects.filter(endpoint=endpoint, state=Delivery.State.WAITING).count()
    notifications.notify(
        kind="webhooks.endpoint_off",
        key=f"webhooks.endpoint_off:{endpoint.pk}:{attempt.pk}",
        recipients=people_of(endpoint),
        context={
            "address": endpoint.url,
            "gone": why == Endpoint.Why.GONE,
            "since": endpoint.failing_since or attempt.at,
            "answer": str(attempt.status or attempt.error),
            "waiting": waiting,
        },
        url=page_of(endpoint),
        merchant_id=endpoint.merchant_id,
        target=endpoint,
    )


def page_of(endpoint: Endpoint) -> str:
    """Where the owner sees it: the portal for merchants, else the console."""
    if endpoint.merchant_id is None:
        return reverse("webhook_desk:endpoint", args=[endpoint.pk])
    return next((each.url_of(endpoint) for each in directory), "")
