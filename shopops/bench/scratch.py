"""A database of its own for a run, so that no benchmark ever touches data that counts."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from django.core.management import call_command
from django.db import connection


@contextmanager
def scratch_database() -> Iterator[str]:
    """Create and migrate an empty database on the configured server, make it the default one, drop it at the end."""
    own = str(connection.settings_dict["NAME"])
    name = f"bench_{os.getpid()}"
    quoted = connection.ops.quote_name(name)
    connection.close()
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {quoted}")
    _turn_to(name)
    try:
        call_command("migrate", interactive=False, verbosity=0)
        yield name
    finally:
        _turn_to(own)
        with connection.cursor() as cursor:
            cursor.execute(f"DROP DATABASE {quoted} WITH (FORCE)")


def _turn_to(name: str) -> None:
    connection.close()
    connection.settings_dict["NAME"] = name
