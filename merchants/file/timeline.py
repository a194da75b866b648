"""One timeline of everything that happened to a shop, merged from what every app registers.

A source is asked for its newest entries before a moment, never for all. Pages are cut by moment and by how many
entries of exactly that moment were shown already, so that "older" shows each entry once, however many share a moment.
"""

import datetime as dt
import heapq
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace

from django.utils.functional import Promise

from merchants.models import Merchant
from shopops.accounts.models import User
from shopops.registry import Registry

#: Entries on a page.
PAGE = 40
#: No cursor steps over more entries of one moment than this; a forged one would make every source read them.
MOST_SKIPPED = 5_000

_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_MICROSECOND = dt.timedelta(microseconds=1)


@dataclass(frozen=True)
class Entry:
    """Something that happened at a moment. `text` says more, `by` who did it, `tone` how it stands for the shop.

    `source` is filled in by the timeline: the code of the source that gave it.
    """

    at: dt.datetime
    title: str
    text: str = ""
    url: str = ""
    tone: str = ""
    by: str = ""
    source: str = ""


#: (merchant, before, limit) → the newest `limit` entries strictly before the moment (None: of all), newest first.
Entries = Callable[[Merchant, dt.datetime | None, int], Sequence[Entry]]


@dataclass(frozen=True)
class Source:
    """Where entries come from.

    `permission`: the Django permission of operators who may see them ("" for all who may open the file). `public`
    gives what the shop's own people may read of it, with addresses in the portal and without operators' names (None:
    nothing); `needs` is the portal right for that.
    """

    code: str
    label: str | Promise
    icon: str
    entries: Entries
    permission: str = ""
    public: Entries | None = None
    needs: str = ""


sources: Registry[Source] = Registry("timeline source")


@dataclass(frozen=True)
class Period:
    """Which days are shown: from `since` on and before `until`; None: no bound."""

    since: dt.datetime | None = None
    until: dt.datetime | None = None


EVER = Period()


@dataclass(frozen=True)
class Cursor:
    """A place in the timeline: after `skip` entries of exactly this moment."""

    at: dt.datetime
    skip: int

    def __str__(self) -> str:
        return f"{(self.at - _EPOCH) // _MICROSECOND}.{self.skip}"

    @classmethod
    def read(cls, text: str) -> "Cursor | None":
        """Read what `str` wrote; None for anything else, so that a damaged address shows the newest."""
        moment, _dot, skip = text.partition(".")
        if not (text.isascii() and moment.isdigit() and skip.isdigit() and len(moment) < 18 and len(skip) < 6):
            return None
        if int(skip) > MOST_SKIPPED:
            return None
        try:
            return cls(_EPOCH + int(moment) * _MICROSECOND, int(skip))
        except OverflowError:
            return None


@dataclass(frozen=True)
class Page:
    """Entries of one page, newest first; `older` is the cursor of what comes after, "" at the end."""

    entries: list[Entry]
    older: str


def for_operator(user: User) -> list[Source]:
    """The sources an operator may read, in the order in which they were registered."""
    return [each for each in sources if not each.permission or user.has_perm(each.permission)]


def for_shop(rights: Collection[str] | None) -> list[Source]:
    """What a shop's own people with these portal rights may read; None: with all of them. Each gives `public`."""
    return [
        replace(each, entries=each.public)
        for each in sources
        if each.public is not None and (rights is None or not each.needs or each.needs in rights)
    ]


def page(
    merchant: Merchant,
    of: Sequence[Source],
    *,
    cursor: str = "",
    period: Period = EVER,
    size: int = PAGE,
) -> Page:
    """Return the newest entries of some sources, or those older than a cursor, newest first.

    Entries of the same moment stand in the order of the sources. One call of each source, whatever the page.
    """
    place = Cursor.read(cursor)
    skip = place.skip if place else 0
    # Entries of the cursor's own moment are asked for again and stepped over.
    before = _earliest(place.at + _MICROSECOND if place else None, period.until)
    wanted = skip + size + 1
    found = list(_merged(merchant, of, before, wanted, period.since))
    shown = [each for index, each in enumerate(found) if index >= skip or place is None or each.at != place.at]
    entries, more = shown[:size], len(shown) > size
    return Page(entries, str(_after(entries, place)) if more else "")


def _merged(
    merchant: Merchant, of: Sequence[Source], before: dt.datetime | None, wanted: int, since: dt.datetime | None
) -> Iterator[Entry]:
    """The newest `wanted` entries of all sources together."""
    streams = [
        [(-((each.at - _EPOCH) // _MICROSECOND), order, replace(each, source=source.code)) for each in found]
        for order, source in enumerate(of)
        for found in [source.entries(merchant, before, wanted)]
    ]
    merged = heapq.merge(*streams, key=lambda item: item[:2])
    for count, (_at, _order, entry) in enumerate(merged):
        if count >= wanted or (since is not None and entry.at < since):
            return
        yield entry


def _after(entries: list[Entry], place: Cursor | None) -> Cursor:
    """The place behind the last entry shown."""
    last = entries[-1].at
    same = sum(each.at == last for each in entries)
    return Cursor(last, same + (place.skip if place and place.at == last else 0))


def _earliest(*moments: dt.datetime | None) -> dt.datetime | None:
    return min((each for each in moments if each is not None), default=None)
