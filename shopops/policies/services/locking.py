"""One writer at a time per policy: numbers, drafts and what is in force depend on the other versions."""

from django.db import connection


def lock_policy(kind: str, key: str) -> None:
    """Wait for the policy's lock and hold it to the end of the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"shopops.policies:{kind}/{key}"])
