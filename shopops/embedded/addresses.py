"""The addresses of the database, the cache and the message broker."""

import os
from urllib.parse import quote

from . import places, slots

DATABASE_NAME = "shopops"
DATABASE_USER = "shopops"
# Valkey's numbered databases: the cache can be emptied without losing a message.
BROKER_DB = 0
CACHE_DB = 1


def database_url() -> str:
    """Return DATABASE_URL, else the address of the embedded PostgreSQL (whether it runs or not)."""
    if given := os.environ.get("DATABASE_URL"):
        return given
    return f"postgres://{DATABASE_USER}@{quote(str(places.postgres_socket_dir()), safe='')}/{DATABASE_NAME}"


def redis_url() -> str:
    """Return REDIS_URL, else the address of the embedded Valkey, in the form redis-py reads (for the cache)."""
    if given := os.environ.get("REDIS_URL"):
        return given
    return f"unix://{quote(str(places.valkey_socket()))}?db={slots.first_db() + CACHE_DB}"


def celery_broker_url() -> str:
    """Return BROKER_URL or REDIS_URL, else the address of the embedded Valkey, in the form Celery reads."""
    if given := os.environ.get("BROKER_URL") or os.environ.get("REDIS_URL"):
        return given
    return broker_url(slots.first_db() + BROKER_DB)


def broker_url(db: int) -> str:
    """Return Celery's address of one numbered database of the embedded Valkey."""
    return f"redis+socket://{quote(str(places.valkey_socket()))}?virtual_host={db}"
