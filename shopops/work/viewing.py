"""Who looks at an item right now: a heartbeat in Redis that is forgotten by itself. Nothing depends on it."""

import logging
import time
from functools import cache

import redis
from django.conf import settings

from shopops.accounts.models import User
from shopops.work.models import WorkItem

logger = logging.getLogger(__name__)

#: A browser says every BEAT seconds that it shows the item; who was silent for LIFE seconds has gone.
BEAT = 15
LIFE = 40


@cache
def _redis(url: str) -> redis.Redis:
    return redis.Redis.from_url(url, socket_timeout=1, socket_connect_timeout=1)


def look(item: WorkItem, user: User) -> list[User]:
    """Note that the user looks at the item; return who else does, by name. Nobody when Redis is away."""
    key = f"work:looking:{item.pk}"
    now = time.time()
    try:
        with _redis(settings.REDIS_URL).pipeline() as batch:
            batch.zadd(key, {str(user.pk): now})
            batch.zremrangebyscore(key, "-inf", now - LIFE)
            batch.expire(key, LIFE)
            batch.zrange(key, 0, -1)
            *_others, present = batch.execute()
    except redis.RedisError:
        logger.warning("Redis does not answer; nobody sees who looks at work items.")
        return []
    ids = {int(pk) for pk in present} - {user.pk}
    return list(User.objects.filter(pk__in=ids).order_by("name", "id")) if ids else []
