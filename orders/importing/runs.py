"""Remembering imports: what is new, what goes on where it was killed."""

import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from django.db import DatabaseError, connection
from django.utils import timezone

from orders.importing.errors import ImportFailed
from orders.models import ImportRun


@contextmanager
def run_of(mapping: str, source: str, fingerprint: str) -> Iterator[tuple[ImportRun, bool]]:
    """Give the run to work on, and whether it goes on with one that was killed; record how it ends.

    A run of the same files that was killed or broken off is taken up again; one whose files cannot be read has failed.
    Its process held an advisory lock, which died with it, so two importers of the same files at once never share a run.
    """
    run, resumed = _take_up(fingerprint), True
    if run is None:
        resumed = False
        run = ImportRun.objects.create(mapping=mapping[-50:], source=source[-500:], fingerprint=fingerprint)
        _try_lock(run)
    try:
        yield run, resumed
    except ImportFailed as error:
        _note(run, error, state=ImportRun.State.FAILED, finished_at=timezone.now())
        raise
    except BaseException as error:
        # Also KeyboardInterrupt: it stays open, and the next import of these files goes on from its position.
        _note(run, error)
        raise
    else:
        run.state, run.finished_at, run.error = ImportRun.State.SUCCEEDED, timezone.now(), ""
        run.save(update_fields=["state", "finished_at", "error", "counts", "rejects"])
    finally:
        with suppress(DatabaseError):  # a connection that is gone holds no lock
            _unlock(run)


def _note(run: ImportRun, error: BaseException, **changes: object) -> None:
    """Write down what went wrong, if the database is still there to be told."""
    with suppress(DatabaseError):
        ImportRun.objects.filter(pk=run.pk).update(error=f"{type(error).__name__}: {error}"[:2000], **changes)


def _take_up(fingerprint: str) -> ImportRun | None:
    for run in ImportRun.objects.filter(fingerprint=fingerprint, state=ImportRun.State.RUNNING):
        if _try_lock(run):
            run.refresh_from_db()  # its process may have finished it just before it let go
            if run.state == ImportRun.State.RUNNING:
                return run
            _unlock(run)
    return None


def _key(run: ImportRun) -> int:
    return zlib.crc32(f"orders.import.{run.pk}".encode())


def _try_lock(run: ImportRun) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [_key(run)])
        return bool(cursor.fetchone()[0])


def _unlock(run: ImportRun) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_unlock(%s)", [_key(run)])
