"""Who changed which data: django-pghistory behind one decorator, one middleware and one reader.

A trigger copies the row as it was into an event table, whatever changed it: a form, a service, SQL by hand. Creating a
row costs nothing; a change is shown by comparing each copy with the next one, the last with the row itself.
"""

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

import pghistory
from django.apps import apps
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django_fsm import FSMField
from pghistory.middleware import HistoryMiddleware as _HistoryMiddleware

from shopops.fields import EncryptedTextField
from shopops.logs import request_id

M = TypeVar("M", bound=type[models.Model])


def track_changes(*, exclude: Sequence[str] = ()) -> Callable[[M], M]:
    """Keep every changed and deleted row of the decorated model, but for the fields named.

    Leave out what must not be kept (passwords) or says nothing (counters, last use): a change of those alone keeps no
    row. Encrypted columns are copied as they are, encrypted. The events lie in the model's app as `<Model>Event`, so
    that its migration has to be made anew. Unlike the audit log they may be deleted: they hold personal data, which has
    to go when its time is over.
    """

    def decorate(model: M) -> M:
        # A copy of a state makes no transitions.
        states = {
            each.name: models.CharField(each.verbose_name, max_length=each.max_length, choices=each.choices)
            for each in model._meta.local_concrete_fields
            if isinstance(each, FSMField)
        }
        trackers = (pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent())
        tracked: M = pghistory.track(*trackers, exclude=list(exclude), attrs=states)(model)
        return tracked

    return decorate


class HistoryMiddleware(_HistoryMiddleware):
    """Changes know who asked for them: the person's id, the address without its query, the request's id."""

    def get_context(self, request: HttpRequest) -> dict[str, Any]:
        return {**super().get_context(request), "request": request_id()}


@dataclass(frozen=True)
class FieldChange:
    """One field before and after, in words; `secret`: it is encrypted, only that it changed is told."""

    label: str
    before: str
    after: str
    secret: bool = False


@dataclass(frozen=True)
class Change:
    """One change of one row. `user_id`, `job`, `request`: in whose name, as far as the database was told."""

    at: dt.datetime
    is_deletion: bool
    user_id: int | None
    job: str
    request: str
    fields: list[FieldChange] = field(default_factory=list)


def event_model(model: type[models.Model]) -> type[models.Model] | None:
    """Return where the changes of a model lie; None for one that is not tracked."""
    for candidate in apps.get_models():
        tracked = getattr(candidate, "pgh_tracked_model", None)
        if tracked is not None and tracked._meta.concrete_model is model._meta.concrete_model:
            return candidate
    return None


def changes_of(model: type[models.Model], pk: int, limit: int = 200) -> list[Change]:
    """Return the latest changes of a row, the newest first; also of one that was deleted."""
    events_of = event_model(model)
    if events_of is None:
        return []
    events: list[Any] = list(
        events_of._default_manager.filter(pgh_obj_id=pk).select_related("pgh_context").order_by("-pgh_id")[:limit]
    )
    after: Any = model._default_manager.filter(pk=pk).first()
    changes = []
    for event in events:
        changes.append(_change(event, None if event.pgh_label == "delete" else after))
        after = event
    return changes


def _change(event: Any, after: Any) -> Change:
    context = (event.pgh_context.metadata if event.pgh_context else None) or {}
    return Change(
        at=event.pgh_created_at,
        is_deletion=event.pgh_label == "delete",
        user_id=context.get("user"),
        job=str(context.get("job") or ""),
        request=str(context.get("request") or ""),
        fields=list(_fields(event, after)) if after is not None else [],
    )


def _fields(before: Any, after: Any) -> Iterator[FieldChange]:
    for each in before._meta.concrete_fields:
        if each.name.startswith("pgh_") or not hasattr(after, each.attname):
            continue
        old, new = getattr(before, each.attname), getattr(after, each.attname)
        if old == new:
            continue
        label = str(each.verbose_name)
        if isinstance(each, EncryptedTextField) or each.name.endswith("_digest"):
            yield FieldChange(label, "", "", secret=True)
        else:
            yield FieldChange(label, _in_words(before, each, old), _in_words(after, each, new))


def _in_words(row: Any, each: Any, value: Any) -> str:
    if value is None or value == "":
        return "–"
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if each.choices:
        return str(dict(each.flatchoices).get(value, value))
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
