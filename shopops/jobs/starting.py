"""Handing work to a worker: after the commit, never at the price of the page that asks for it."""

import logging
from typing import Any

from celery import Task
from django.db import connection, transaction
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)

#: One quick second try (a connection that the broker closed meanwhile), then the sweep of that work takes over.
_RETRY = {"max_retries": 1, "interval_start": 0, "interval_step": 0, "interval_max": 0}


def after_commit(task: Task, *ids: int | str) -> None:
    """Start a task when the transaction has committed, once per transaction for the same ids.

    A broker that is away is no error here: only work that a scheduled sweep finds by itself is started this way
    (deliveries, webhooks, owed jobs), so it begins some seconds later and is not lost.
    """
    if not any(isinstance(hook[1], _Start) and hook[1].same(task, ids) for hook in connection.run_on_commit):
        transaction.on_commit(_Start(task, ids), robust=True)


def start(task: Task, *ids: int | str | None) -> bool:
    """Hand a task to the broker now; returns whether the broker took it."""
    try:
        task.apply_async(args=ids, retry=True, retry_policy=_RETRY)
    except (OperationalError, RedisError, OSError) as error:
        logger.warning("The broker is away (%s); %s waits for the next sweep", type(error).__name__, task.name)
        return False
    return True


class _Start:
    """A commit hook that can be recognised."""

    def __init__(self, task: Task, ids: tuple[int | str, ...]) -> None:
        self.task, self.ids = task, ids

    def same(self, task: Task, ids: tuple[int | str, ...]) -> bool:
        return bool(self.task.name == task.name) and self.ids == ids

    def __call__(self) -> Any:
        start(self.task, *self.ids)
