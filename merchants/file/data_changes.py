"""Which facts of a shop changed: field by field, before and after, personal values masked."""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from merchants.models import Merchant
from shopops.accounts.models import User
from shopops.audit.history import event_model
from shopops.fields import DigestField, EncryptedTextField, mask
from shopops.jobs.registry import jobs
from shopops.ui import formats

#: Told elsewhere: the state by its transitions.
LEFT_OUT = ("state",)


@dataclass(frozen=True)
class FieldChange:
    """A field before and after, in words; of personal data the ends only."""

    name: str
    label: str
    before: str
    after: str


@dataclass(frozen=True)
class DataChange:
    """What one change of a shop's row changed. `by` is empty for the platform and for SQL by hand."""

    at: dt.datetime
    by: str
    job: str
    fields: tuple[FieldChange, ...]


def changes(merchant: Merchant, before: dt.datetime | None, limit: int) -> list[DataChange]:
    """Return the newest changes before a moment, newest first; what changed nothing that is told is left out."""
    events_of: Any = event_model(Merchant)
    mine = events_of.objects.filter(pgh_obj_id=merchant.pk)
    found = mine if before is None else mine.filter(pgh_created_at__lt=before)
    events: list[Any] = list(found.select_related("pgh_context").order_by("-pgh_created_at", "-pgh_id")[:limit])
    if not events:
        return []
    # Each event is the row as it was; what it became is the next one, at last the row itself.
    later: Any = mine.filter(pgh_id__gt=events[0].pgh_id).order_by("pgh_id").first() if before else None
    after = [later or merchant, *events]
    people = User.objects.in_bulk({pk for each in events if (pk := _metadata(each).get("user"))})
    told = []
    for event, became in zip(events, after, strict=False):
        if fields := tuple(_differences(event, became)):
            person = people.get(_metadata(event).get("user"))
            code = str(_metadata(event).get("job") or "")
            job = str(jobs.get(code).label) if code in jobs else code
            told.append(DataChange(event.pgh_created_at, str(person) if person else "", job, fields))
    return told


def _metadata(event: Any) -> dict[str, Any]:
    return (event.pgh_context.metadata if event.pgh_context else None) or {}


def _differences(before: Any, after: Any) -> Iterator[FieldChange]:
    for field in Merchant._meta.concrete_fields:
        if field.name in LEFT_OUT or isinstance(field, DigestField) or not hasattr(before, field.attname):
            continue
        old, new = getattr(before, field.attname), getattr(after, field.attname)
        if old != new:
            yield FieldChange(field.name, str(field.verbose_name), in_words(field, old), in_words(field, new))


def in_words(field: Any, value: Any) -> str:
    """A value of a field as people read it."""
    if value is None or value == "":
        return formats.NOTHING
    if isinstance(field, EncryptedTextField):
        return mask(str(value))
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, dt.datetime):
        return formats.at(value)
    if isinstance(value, dt.date):
        return formats.day(value, year="always")
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    return str(value)


def labels(fields: Sequence[FieldChange]) -> str:
    """The names of the fields, for a headline."""
    return ", ".join(field.label for field in fields)
