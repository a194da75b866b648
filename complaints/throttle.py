"""How often one address may send the public form."""

import datetime as dt
import ipaddress
import logging

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from django.utils import timezone
from redis.exceptions import RedisError

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


def client_network(request: HttpRequest) -> str:
    """Return the client's address; of IPv6 the /64, which one household or host has to itself.

    Behind a proxy the last entry of X-Forwarded-For counts: the proxy wrote it, the client may have made up the others.
    """
    text = request.META.get("REMOTE_ADDR", "")
    if settings.SECURE_PROXY_SSL_HEADER:
        text = request.headers.get("X-Forwarded-For", "").rsplit(",", 1)[-1].strip() or text
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return "unknown"
    if address.version == 6:
        return str(ipaddress.IPv6Network((int(address), 64), strict=False))
    return str(address)
