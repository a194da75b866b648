"""Reading published calendars."""

from functools import lru_cache

from shopops.clocks.models import WorkingCalendar
from shopops.clocks.pure import Calendar
from shopops.clocks.stored import from_json


class NoCalendar(LookupError):
    """No calendar of this code is published; `manage.py migrate` and `manage.py load_policies` publish those that
    ship."""


def calendar(code: str = "default") -> Calendar:
    """Return the calendar published under a code; raises NoCalendar when there is none.

    One small query each time, so that a new version counts at once in every process; what was decoded is kept by the
    hash of its content.
    """
    found = WorkingCalendar.objects.filter(code=code).values_list("pk", "content_hash").first()
    if found is None:
        raise NoCalendar(f"No calendar {code!r} is published. Run `manage.py migrate` or publish it as a policy.")
    return _decoded(*found)


@lru_cache(maxsize=64)
def _decoded(pk: int, content_hash: str) -> Calendar:
    document = WorkingCalendar.objects.values_list("document", flat=True).get(pk=pk, content_hash=content_hash)
    return from_json(document)
