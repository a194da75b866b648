"""Keeping the snapshot: fresh for a minute, and still there when the database is not."""

import datetime as dt
import logging

from django.core.cache import cache
from django.db import Error as DatabaseError
from django.utils import timezone

from maintenance.status.build import build
from maintenance.status.snapshot import Snapshot

logger = logging.getLogger(__name__)

KEY = "maintenance:status:2"
#: How old a snapshot may be while the database answers.
FRESH = dt.timedelta(seconds=60)
#: Seconds after which to ask again when there is neither a database nor a kept snapshot.
RETRY_AFTER = 60
#: How long the last one is kept for when it does not.
KEPT = dt.timedelta(days=7)


def current(now: dt.datetime | None = None) -> Snapshot:
    """Return the snapshot, at most a minute old; without a database the last one there is.

    Raises DatabaseError when the database is away and no snapshot was kept. A cache that is away costs only time.
    """
    now = now or timezone.now()
    kept = _kept()
    if kept is not None and dt.timedelta() <= now - kept.checked_at < FRESH:
        return kept
    try:
        snapshot = build(now)
    except DatabaseError:
        if kept is None:
            raise
        logger.exception("The status is from %s: the database does not answer.", kept.checked_at)
        return kept
    _keep(snapshot)
    return snapshot


def _kept() -> Snapshot | None:
    # Whatever the cache's trouble is (away, full, another version's value), the page must not depend on it.
    try:
        kept = cache.get(KEY)
    except Exception:
        logger.warning("The cache does not answer; the status is computed.", exc_info=True)
        return None
    return kept if isinstance(kept, Snapshot) else None


def _keep(snapshot: Snapshot) -> None:
    try:
        cache.set(KEY, snapshot, KEPT.total_seconds())
    except Exception:
        logger.warning("The status could not be cached.", exc_info=True)
