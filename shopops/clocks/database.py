"""What the database must have after every migrate: the functions of functions.sql and the calendars that ship."""

import hashlib
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connections, transaction

from shopops.clocks import documents
from shopops.clocks.models import WorkingCalendar
from shopops.clocks.publishing import publish_calendar

_FUNCTIONS = Path(__file__).resolve().parent / "functions.sql"
#: Where China's working days are the marketplace's.
_CHINESE_ZONES = {"Asia/Shanghai", "Asia/Chongqing", "Asia/Urumqi", "PRC"}


def prepare(using: str, **_signal: Any) -> None:
    """Install the functions, and publish the calendars "always" and "default" where they are missing.

    "default" is China's working time in a Chinese zone, elsewhere Monday to Friday in settings.TIME_ZONE, until an
    operator publishes another as a policy.
    """
    install_functions(using)
    published = set(WorkingCalendar.objects.using(using).values_list("code", flat=True))
    if "always" not in published:
        publish_calendar("always", documents.load(documents.PACKS / "always.toml").calendar(), note="24/7")
    if "default" not in published:
        document = shipped_default()
        publish_calendar("default", document.calendar(), note="as shipped")


def shipped_default() -> documents.CalendarDocument:
    """The calendar that a marketplace in settings.TIME_ZONE starts with."""
    if settings.TIME_ZONE in _CHINESE_ZONES:
        return documents.load(documents.PACKS / "china.toml")
    plain = documents.load(documents.PACKS / "weekdays.toml")
    return documents.CalendarDocument(settings.TIME_ZONE, plain.weekdays, plain.hours)


def install_functions(using: str) -> None:
    """Create or replace the SQL functions, unless these very ones are installed."""
    source = _FUNCTIONS.read_text(encoding="utf-8")
    digest = hashlib.sha256(source.encode()).hexdigest()
    signature = "clocks_deadline(timestamptz, numeric, text, text)"
    with transaction.atomic(using=using), connections[using].cursor() as cursor:
        cursor.execute("SELECT obj_description(to_regprocedure(%s), 'pg_proc')", [signature])
        if cursor.fetchone()[0] == digest:
            return
        cursor.execute(source)
        cursor.execute(f"COMMENT ON FUNCTION {signature} IS '{digest}'")
