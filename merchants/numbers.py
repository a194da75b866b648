"""Numbers that people can say on the phone: A-1121-0056."""

import datetime as dt
import zlib

from django.db import connection, models
from django.db.models import IntegerField, Max
from django.db.models.functions import Cast, Substr
from django.utils import timezone


def next_number(model: type[models.Model], letter: str, moment: dt.datetime | None = None) -> str:
    """Return the next free `number` of `model`: letter, marketplace day (month and day), running number.

    The running number goes on when the same day comes again next year, so numbers stay unique. Call it inside the
    transaction that stores the number: an advisory lock lets one process at a time count.
    """
    day = timezone.localtime(moment or timezone.now(), timezone.get_default_timezone())
    prefix = f"{letter}-{day:%m%d}-"
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [zlib.crc32(f"{model._meta.label}:{prefix}".encode())])
    last = model._default_manager.filter(number__startswith=prefix).aggregate(
        last=Max(Cast(Substr("number", len(prefix) + 1), IntegerField()))
    )["last"]
    return f"{prefix}{(last or 0) + 1:04d}"
