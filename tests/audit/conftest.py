"""Sealed entries, and a hand that reaches past every trigger."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import connection
from django.utils import timezone

from shopops.audit import sealing
from shopops.audit import services as audit
from shopops.audit.models import Entry


@contextmanager
def superuser() -> Iterator:
    """A cursor of somebody who owns the database: no trigger and no foreign key holds."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SET CONSTRAINTS ALL IMMEDIATE"
        )  # what was written honestly is checked now, not at the test's end
        cursor.execute("SET session_replication_role = replica")
        try:
            yield cursor
        finally:
            cursor.execute("SET session_replication_role = origin")


def seal() -> dict:
    """Run the job."""
    return sealing.seal_audit(timezone.now(), lambda *_args, **_more: None)


@pytest.fixture
def entries(make_user, monkeypatch) -> list[Entry]:
    """Ten entries in seals of four."""
    monkeypatch.setattr(sealing, "BATCH", 4)
    lin = make_user("lin", roles=["reviewer"])
    made = [
        audit.record(
            action="test.decided",
            target=lin,
            actor=lin,
            reason=f"原因 {n}",
            before={"state": "a"},
            after={"n": n, "x": 1.5},
        )
        for n in range(10)
    ]
    seal()
    return made


@pytest.fixture
def next_day(monkeypatch):
    """Let the day end: the seals of today get their root."""

    def pass_midnight() -> None:
        tomorrow = timezone.localdate(timezone=timezone.get_default_timezone()) + dt.timedelta(days=1)
        monkeypatch.setattr(timezone, "localdate", lambda *_args, **_more: tomorrow)
        seal()

    return pass_midnight
