"""Lists that page by key: the thousandth page costs what the first does, and new rows do not shift the others."""

import datetime as dt
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db.models import Model, Q, QuerySet

M = TypeVar("M", bound=Model)

_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_MICROSECOND = dt.timedelta(microseconds=1)


@dataclass(frozen=True)
class KeyPage(Generic[M]):
    """Rows of one page; cursors of its neighbours, None where there is none."""

    rows: list[M]
    next: str | None
    previous: str | None


@dataclass(frozen=True)
class Cursor:
    """A place between two rows: after (or, backwards, before) the row with this moment and id."""

    is_backwards: bool
    moment: dt.datetime
    pk: int

    def __str__(self) -> str:
        return f"{'b' if self.is_backwards else 'a'}{(self.moment - _EPOCH) // _MICROSECOND}.{self.pk}"

    @classmethod
    def read(cls, text: str) -> "Cursor | None":
        """Read what `str` wrote; None for anything else, so that a damaged address shows the first page."""
        moment, _dot, pk = text[1:].partition(".")
        try:
            return cls({"a": False, "b": True}[text[:1]], _EPOCH + int(moment) * _MICROSECOND, min(int(pk), 2**63 - 1))
        except (KeyError, ValueError, OverflowError):
            return None


@dataclass(frozen=True)
class Keyset:
    """An order of rows: by a moment that none lacks, then by id; both falling if `newest_first`."""

    field: str
    newest_first: bool

    def sort(self, rows: "QuerySet[M]", *, backwards: bool = False) -> "QuerySet[M]":
        """The rows in this order."""
        sign = "-" if self.newest_first != backwards else ""
        return rows.order_by(f"{sign}{self.field}", f"{sign}pk")

    def page(self, rows: "QuerySet[M]", cursor: str, size: int) -> KeyPage[M]:
        """The page at a cursor; the first one when there is none, or nothing lies there any more."""
        place = Cursor.read(cursor)
        if place is None:
            found = list(self.sort(rows)[: size + 1])
            return self._page(found[:size], has_next=len(found) > size, has_previous=False)
        found = list(self.sort(rows.filter(self._beyond(place)), backwards=place.is_backwards)[: size + 1])
        has_more = len(found) > size
        if not found or (place.is_backwards and not has_more):
            return self.page(rows, "", size)
        if place.is_backwards:
            return self._page(found[:size][::-1], has_next=True, has_previous=True)
        return self._page(found[:size], has_next=has_more, has_previous=True)

    def _beyond(self, place: Cursor) -> Q:
        side = "lt" if self.newest_first != place.is_backwards else "gt"
        # The first condition alone bounds the index scan; the rest settles rows of the same moment.
        return Q((f"{self.field}__{side}e", place.moment)) & (
            Q((f"{self.field}__{side}", place.moment)) | Q((f"pk__{side}", place.pk))
        )

    def _page(self, rows: list[M], *, has_next: bool, has_previous: bool) -> KeyPage[M]:
        return KeyPage(
            rows,
            next=str(self._cursor(rows[-1], backwards=False)) if has_next else None,
            previous=str(self._cursor(rows[0], backwards=True)) if has_previous else None,
        )

    def _cursor(self, row: Any, *, backwards: bool) -> Cursor:
        return Cursor(backwards, getattr(row, self.field), row.pk)
