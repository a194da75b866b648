"""The newest rows before a moment: what the sources of the timeline are made from."""

import datetime as dt
import heapq
from collections.abc import Callable, Iterable
from typing import Any, Protocol, TypeVar

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Q, QuerySet

from merchants.file.timeline import Cursor, Entry
from shopops.audit.models import Entry as AuditEntry
from shopops.webhooks.catalogue import event_types

M = TypeVar("M", bound=models.Model)


def newest(rows: "QuerySet[M]", field: str, before: dt.datetime | None, limit: int) -> list[M]:
    """Return the newest rows by a moment (rows without one are left out), of those before `before`."""
    found = rows.filter(**{f"{field}__isnull": False})
    if before is not None:
        found = found.filter(**{f"{field}__lt": before})
    return list(found.order_by(f"-{field}", "-pk")[:limit])


def moments(
    rows: "QuerySet[M]",
    ways: "dict[str, Callable[[M], Entry | None]]",
    before: dt.datetime | None,
    limit: int,
) -> list[Entry]:
    """Return the newest entries of rows that have several moments: {field of the moment: how it is told}.

    One query per field. A way may return None for a row that is not told by this moment.
    """
    streams = []
    for field, tell in ways.items():
        told = [tell(row) for row in newest(rows, field, before, limit)]
        streams.append([each for each in told if each is not None])
    return list(heapq.merge(*streams, key=lambda entry: entry.at, reverse=True))[:limit]


def audited(where: Q, before: dt.datetime | None, limit: int) -> list[AuditEntry]:
    """Return the newest audit entries that match."""
    return newest(AuditEntry.objects.filter(where), "at", before, limit)


def about(*kinds: type[models.Model]) -> Q:
    """Audit entries about objects of these models."""
    found: dict[Any, ContentType] = ContentType.objects.get_for_models(*kinds)
    return Q(content_type__in=[each.pk for each in found.values()])


def public() -> Q:
    """Audit entries of which shops hear."""
    return Q(action__in=[each.code for each in event_types().values() if each.for_merchants])


def told(entries: Iterable[AuditEntry], *, names: bool = True, url: str = "", tones: dict[str, str]) -> list[Entry]:
    """Tell audit entries: the action in words, its reason, and with `names` who did it and about what.

    `tones`: the tone by the end of the action ("approved").
    """
    return [
        Entry(
            at=each.at,
            title=each.action_in_words,
            text=" · ".join(filter(None, (each.target_name, each.reason))) if names else "",
            url=url,
            tone=tones.get(each.action.rpartition(".")[2], ""),
            by=who(each) if names else "",
        )
        for each in entries
    ]


def who(entry: AuditEntry) -> str:
    """Whom an audit entry names; nobody for the platform itself."""
    return entry.actor_name if entry.actor_id else ""


class HasMoment(Protocol):
    """Something that happened at a moment."""

    @property
    def at(self) -> dt.datetime: ...


R = TypeVar("R", bound=HasMoment)


def cut(rows: list[R], size: int) -> tuple[list[R], str]:
    """Cut a page off rows that were asked for with one more, newest first: the page, and the cursor of the next ("").

    The next page begins before the last moment shown, so rows of one moment stay together on a page; only a moment
    with more of them than a page holds is cut.
    """
    if len(rows) <= size:
        return rows, ""
    page = rows[:size]
    if rows[size].at == page[-1].at and page[0].at != page[-1].at:
        page = [each for each in page if each.at != page[-1].at]
    return page, str(Cursor(page[-1].at, 0))
