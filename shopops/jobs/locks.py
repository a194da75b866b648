"""Locks between processes that die with their process: PostgreSQL's advisory locks."""

import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from django.db import Error, connection


def key_of(name: str) -> int:
    """PostgreSQL's number for a lock's name."""
    return zlib.crc32(f"shopops.{name}".encode())


@contextmanager
def try_lock(name: str) -> Iterator[bool]:
    """Hold the lock inside the block if it is free; yields whether. It belongs to this thread's connection."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [key_of(name)])
        mine: bool = cursor.fetchone()[0]
    try:
        yield mine
    finally:
        if mine:
            # On a dead connection the lock is gone already; an error here would hide the one that killed it.
            with suppress(Error), connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [key_of(name)])


def is_held(name: str) -> bool:
    """Whether some process holds the lock at this moment."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND granted"
            " AND classid = 0 AND objid = %s"
            " AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))",
            [key_of(name)],
        )
        held: bool = cursor.fetchone()[0]
    return held
