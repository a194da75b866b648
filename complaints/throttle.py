"""How often one address may send the public form."""

import datetime as dt
import logging

from django.core.cache import cache
from django.http import HttpRequest
from django.utils import timezone
from redis.exceptions import RedisError

from shopops.network import client_network

#: Enough for a person who corrects typing errors; too few to flood the merchants or to try out order numbers.
LIMIT = 10
WINDOW = dt.timedelta(hours=1)

logger = logging.getLogger(__name__)


def blocked_until(request: HttpRequest) -> dt.datetime | None:
    """Count one submission; return the moment from which more are taken when the limit is reached, else None.

    Windows are whole clock hours. While the cache is down nothing is counted: complaints are taken all the same.
    """
    seconds = int(WINDOW.total_seconds())
    window = int(timezone.now().timestamp()) // seconds
    key = f"complaints.filed:{client_network(request)}:{window}"
    try:
        cache.add(key, 0, timeout=seconds)
        count = cache.incr(key)
    except (RedisError, ValueError):  # ValueError: the window ended between the two statements
        logger.warning("The limit of complaints per address was not applied.", exc_info=True)
        return None
    return dt.datetime.fromtimestamp((window + 1) * seconds, tz=dt.UTC) if count > LIMIT else None
