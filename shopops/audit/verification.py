"""Recomputing the whole chain, streamed: what was changed, taken away, put in or put elsewhere is named."""

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from shopops.audit import chain, receipt
from shopops.audit.models import DailyRoot, Entry, Link, Seal, Unsealed

#: Entries, about, that are read with one query and held at once.
_ENTRIES_AT_ONCE = 20_000


@dataclass(frozen=True)
class Finding:
    """Something that is not as it was sealed. `where` names the entry, seal or day."""

    where: str
    what: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what}"


def verify(since: dt.date | None = None, progress: Callable[[int], None] = lambda done: None) -> Iterator[Finding]:
    """Yield everything that does not agree. `since`: only seals of that marketplace day and later.

    `progress` is called with the number of entries recomputed so far.
    """
    seals = Seal.objects.order_by("number")
    before: Seal | None = None
    if since:
        before = seals.filter(day__lt=since).last()
        seals = seals.filter(day__gte=since)
    done = 0
    batch: list[Seal] = []
    for seal in seals.iterator(chunk_size=500):
        yield from _check_header(seal, before)
        before = seal
        batch.append(seal)
        if sum(each.count for each in batch) >= _ENTRIES_AT_ONCE:
            done += yield from _check_entries(batch)
            progress(done)
            batch = []
    done += yield from _check_entries(batch)
    progress(done)
    yield from _check_days(since)
    yield from _check_outside()


def _check_header(seal: Seal, before: Seal | None) -> Iterator[Finding]:
    where = f"Seal {seal.number}"
    number, first = (before.number + 1, before.last + 1) if before else (1, 1)
    if seal.number != number or seal.first != first:
        yield Finding(
            where, f"expected was seal {number} from entry sequence {first}: a seal is missing or was put in."
        )
    if seal.previous != (before.hash if before else receipt.GENESIS):
        yield Finding(where, "does not continue the seal before it.")
    yield from _check_signed(where, seal, chain.seal_header(seal))


def _check_signed(where: str, row: Seal | DailyRoot, header: dict[str, Any]) -> Iterator[Finding]:
    if receipt.header_hash(header) != row.hash:
        yield Finding(where, "its own values were changed: they do not give its hash.")
    if row.public_key:
        try:
            receipt.check_signature(header, row.signature, row.public_key)
        except receipt.BadReceipt as error:
            yield Finding(where, str(error))
    elif row.signature:
        yield Finding(where, "has a signature, but its public key was taken away.")


def _check_entries(seals: list[Seal]) -> Any:
    """Yield findings; return how many entries were recomputed."""
    if not seals:
        return 0
    links = Link.objects.filter(seal__in=seals).order_by("sequence")
    stored = {
        sequence: (pk, seal, value)
        for sequence, pk, seal, value in links.values_list("sequence", "entry_id", "seal_id", "hash")
    }
    entries = Entry.objects.filter(link__seal__in=seals)
    computed = {
        values[-1]: chain.entry_hash(chain.entry_content(values, values[-1]))
        for values in chain.contents(entries, "link__sequence")
    }
    for seal in seals:
        wrong = list(_check_seal(seal, stored, computed))
        yield from wrong
        leaves = [stored[n][2] for n in range(seal.first, seal.last + 1) if n in stored]
        if not wrong and receipt.merkle_root(leaves) != seal.root:
            yield Finding(
                f"Seal {seal.number}", "its entries and their hashes were replaced: they do not give its root."
            )
    return len(computed)


def _check_seal(seal: Seal, stored: dict[int, Any], computed: dict[int, str]) -> Iterator[Finding]:
    for sequence in range(seal.first, seal.last + 1):
        if sequence not in stored:
            yield Finding(f"Sequence {sequence}", f"its link is missing from seal {seal.number}: an entry was deleted.")
            continue
        pk, in_seal, value = stored[sequence]
        where = f"Entry {pk} (sequence {sequence})"
        if in_seal != seal.number:
            yield Finding(where, f"was moved from seal {seal.number} to {in_seal}.")
        if sequence not in computed:
            yield Finding(where, "was deleted after it was sealed.")
        elif computed[sequence] != value:
            yield Finding(where, _what_is_now(pk))
    for sequence, (pk, in_seal, _value) in stored.items():
        if in_seal == seal.number and not seal.first <= sequence <= seal.last:
            yield Finding(f"Entry {pk} (sequence {sequence})", f"was put into seal {seal.number} afterwards.")


def _what_is_now(pk: int) -> str:
    entry = Entry.objects.get(pk=pk)
    return (
        "was changed or put elsewhere after it was sealed; it now says "
        f"“{entry.action}” on “{entry.target_name}” by {entry.actor_name} at {chain.moment(entry.at)}."
    )


def _check_days(since: dt.date | None) -> Iterator[Finding]:
    before: DailyRoot | None = None
    days = DailyRoot.objects.order_by("day")
    if since:
        before = days.filter(day__lt=since).last()
        days = days.filter(day__gte=since)
    for day in days:
        where = f"Day {day.day}"
        if day.previous != (before.hash if before else receipt.GENESIS):
            yield Finding(where, "does not continue the day before it: a day is missing or was put in.")
        yield from _check_signed(where, day, chain.day_header(day))
        seals = Seal.objects.filter(number__range=(day.first_seal, day.last_seal)).order_by("number")
        hashes = list(seals.values_list("hash", flat=True))
        if not hashes or receipt.merkle_root(hashes) != day.root:
            yield Finding(where, "its seals do not give its root.")
        before = day


def _check_outside() -> Iterator[Finding]:
    """Entries that neither were sealed nor wait for it came in past the trigger."""
    strangers = Entry.objects.filter(link__isnull=True).exclude(pk__in=Unsealed.objects.values("entry_id"))
    for entry in strangers.order_by("pk").iterator(chunk_size=1000):
        yield Finding(
            f"Entry {entry.pk}", "was put in beside the chain: it is neither sealed nor waiting for its seal."
        )
    latest = Seal.objects.order_by("-number").first()
    last = latest.last if latest else 0
    beyond = Link.objects.filter(sequence__gt=last, seal_id__lte=latest.number if latest else 0)
    for link in beyond.order_by("sequence"):
        yield Finding(f"Entry {link.entry_id} (sequence {link.sequence})", "was put in behind the end of the chain.")
