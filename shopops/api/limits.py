"""How often a caller may ask: a leaky bucket per key, person or network, kept in Redis.

While Redis is away nothing is counted and everybody is let in: what the API does is guarded by the database, and a
marketplace that cannot push its orders is worse than one that pushes too many. Limits are in
`settings.API_RATE_LIMITS`: kind of caller → (requests, seconds).
"""

import logging
import math
import time
from dataclasses import dataclass
from functools import lru_cache

import redis
from django.conf import settings
from redis.exceptions import RedisError
from rest_framework.exceptions import Throttled

logger = logging.getLogger(__name__)

# The clock is Redis' own, so all web processes count alike. The value is the moment at which the bucket is empty again.
_TAKE = """
local now = redis.call('TIME')
now = now[1] * 1000000 + now[2]
local each, window = tonumber(ARGV[1]), tonumber(ARGV[2])
local empty = math.max(tonumber(redis.call('GET', KEYS[1]) or '0'), now)
if empty + each - window > now then
  return {0, 0, empty + each - window - now, empty - now}
end
empty = empty + each
redis.call('SET', KEYS[1], string.format('%.0f', empty), 'PX', math.ceil((empty - now) / 1000))
return {1, math.floor((window - (empty - now)) / each), 0, empty - now}
"""
_PREFIX = "shopops.api.rate"
#: After an error Redis is left alone for so long, or a hanging one would slow every request.
_PAUSE = 5.0
_TIMEOUT = 0.3


@dataclass(frozen=True)
class Rate:
    """Where a caller stands: `limit` requests in `window` seconds, `remaining` now, all again in `reset` seconds."""

    limit: int
    window: int
    remaining: int
    reset: int

    def headers(self) -> dict[str, str]:
        """The fields of draft-ietf-httpapi-ratelimit-headers-07."""
        return {
            "RateLimit-Limit": str(self.limit),
            "RateLimit-Remaining": str(self.remaining),
            "RateLimit-Reset": str(self.reset),
            "RateLimit-Policy": f"{self.limit};w={self.window}",
        }


class TooMany(Throttled):
    """The caller asked too often. `rate` is for the headers."""

    def __init__(self, rate: Rate, wait: int) -> None:
        super().__init__(wait=wait)
        self.rate = rate


class _Breaker:
    """Remembers that Redis did not answer."""

    def __init__(self) -> None:
        self.until = 0.0

    def is_open(self) -> bool:
        return time.monotonic() < self.until

    def trip(self) -> None:
        self.until = time.monotonic() + _PAUSE

    def reset(self) -> None:
        self.until = 0.0


breaker = _Breaker()


def take(kind: str, who: str) -> Rate | None:
    """Count one request of `who`; None while Redis is away. Raises TooMany when it is one too many.

    `kind` is a key of settings.API_RATE_LIMITS.
    """
    limit, window = settings.API_RATE_LIMITS[kind]
    if breaker.is_open():
        return None
    try:
        script = _client(settings.REDIS_URL).register_script(_TAKE)
        taken = script(keys=[f"{_PREFIX}:{kind}:{who}"], args=[window * 1_000_000 / limit, window * 1_000_000])
    except RedisError:
        breaker.trip()
        logger.warning("Redis does not answer: the API's rate limits are not applied.", exc_info=True)
        return None
    granted, remaining, wait, reset = (int(number) for number in taken)
    rate = Rate(limit, window, remaining, _seconds(reset))
    if not granted:
        raise TooMany(rate, max(1, _seconds(wait)))
    return rate


def _seconds(microseconds: int) -> int:
    return math.ceil(microseconds / 1_000_000)


@lru_cache(maxsize=2)
def _client(url: str) -> "redis.Redis":
    return redis.Redis.from_url(url, socket_timeout=_TIMEOUT, socket_connect_timeout=_TIMEOUT)
