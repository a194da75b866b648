"""The SQL function that tells a marketplace's day: made after every migrate, because its zone is a setting."""

from typing import Any

from django.conf import settings
from django.db import connections, transaction

from orders import counters
from orders.models import CounterClock


def install_day_function(using: str, **_signal: Any) -> None:
    """Make `shopops_day(timestamptz) → date` say days in settings.TIME_ZONE.

    When the zone was another before, every day of every counter is another too: they are counted anew.
    """
    connection = connections[using]
    with transaction.atomic(using=using), connection.cursor() as cursor:
        cursor.execute("SELECT prosrc FROM pg_proc WHERE proname = 'shopops_day'")
        before = cursor.fetchone()
        zone = connection.ops.quote_name(settings.TIME_ZONE).strip('"').replace("'", "''")
        body = f"SELECT ($1 AT TIME ZONE '{zone}')::date"
        if before and before[0] == body:
            return
        cursor.execute(
            f"CREATE OR REPLACE FUNCTION shopops_day(timestamptz) RETURNS date "
            f"LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT AS $body${body}$body$"
        )
    if before and CounterClock.objects.using(using).exists():
        counters.recount()
