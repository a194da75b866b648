"""Writing and reading pauses; publishing calendars."""

import datetime as dt
from collections.abc import Iterable

from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction

from shopops.clocks.models import Pause
from shopops.clocks.publishing import extend_calendars, publish_calendar
from shopops.clocks.pure import Interval

__all__ = ["extend_calendars", "pauses_of", "publish_calendar", "set_pauses"]


@transaction.atomic
def set_pauses(source: models.Model, pauses: Iterable[tuple[str, dt.datetime, dt.datetime]]) -> None:
    """Make the pauses of `source` exactly these (feature, start, end); an empty list lifts them all."""
    content_type = ContentType.objects.get_for_model(source)
    Pause.objects.filter(content_type=content_type, object_id=source.pk).delete()
    Pause.objects.bulk_create(
        Pause(feature=feature, start=start, end=end, content_type=content_type, object_id=source.pk)
        for feature, start, end in sorted(set(pauses))
    )


def pauses_of(feature: str, since: dt.datetime) -> list[Interval]:
    """Return the pauses of a feature that end after `since`."""
    return [Interval(p.start, p.end) for p in Pause.objects.filter(feature=feature, end__gt=since)]
