"""Sealing: entries that wait become links of the chain, days that are over get their root.

Nothing committed late is skipped: who writes an entry writes its place in the waiting list (`Unsealed`) in the same
transaction, by trigger; sealing takes what waits, in the order of the ids it sees, and whatever becomes visible later
waits for the next run. So the order of the chain is the order of sealing, and no id or clock has to be trusted.
"""

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from shopops.audit import chain, receipt, signing
from shopops.audit.models import DailyRoot, Link, Seal, Unsealed

#: Entries of one seal at most; a receipt's path is as long as the tree is deep.
BATCH = 4096
#: Sealing and making roots one after the other, whoever asks.
_LOCK = 0x5EA1


def seal_audit(as_of: dt.datetime, progress: Callable[..., None]) -> dict[str, Any]:
    """The job: seal everything that waits, then make the roots of days that are over. Idempotent, safe to kill."""
    entries = seals = 0
    while sealed := seal_batch():
        entries, seals = entries + sealed.count, seals + 1
        progress(entries)
    days = make_daily_roots()
    return {"entries": entries, "seals": seals, "daily_roots": len(days)}


@transaction.atomic
def seal_batch() -> Seal | None:
    """Seal up to BATCH waiting entries; returns None when none wait."""
    _lock()
    waiting = list(Unsealed.objects.order_by("entry_id").values_list("entry_id", flat=True)[:BATCH])
    if not waiting:
        return None
    latest = Seal.objects.order_by("-number").first()
    first = latest.last + 1 if latest else 1
    leaves = [
        (values[0], chain.entry_hash(chain.entry_content(values, first + place)))
        for place, values in enumerate(chain.contents(chain.of_entries(waiting)))
    ]
    Unsealed.objects.filter(entry_id__in=waiting).delete()
    if not leaves:  # rows that were taken away by hand wait no more; verify_audit misses none that was sealed
        return None
    today = timezone.localdate(timezone=timezone.get_default_timezone())
    seal = Seal(
        number=latest.number + 1 if latest else 1,
        first=first,
        last=first + len(leaves) - 1,
        at=timezone.now(),
        day=max(today, latest.day) if latest else today,
        root=receipt.merkle_root([each for _pk, each in leaves]),
        previous=latest.hash if latest else receipt.GENESIS,
        public_key=signing.public_key(),
    )
    header = chain.seal_header(seal)
    seal.hash, seal.signature = receipt.header_hash(header), signing.sign(header)
    seal.save(force_insert=True)
    Link.objects.bulk_create(
        Link(sequence=first + place, entry_id=pk, seal=seal, hash=each) for place, (pk, each) in enumerate(leaves)
    )
    return seal


@transaction.atomic
def make_daily_roots() -> list[DailyRoot]:
    """Make the root of every day that is over and has seals; returns the new ones."""
    _lock()
    today = timezone.localdate(timezone=timezone.get_default_timezone())
    latest = DailyRoot.objects.order_by("-day").first()
    seals = Seal.objects.filter(day__lt=today)
    if latest:
        seals = seals.filter(number__gt=latest.last_seal)
    days = sorted(set(seals.order_by().values_list("day", flat=True)))
    made = []
    for day in days:
        latest = _make_root(day, list(seals.filter(day=day).order_by("number")), latest)
        made.append(latest)
    return made


def _make_root(day: dt.date, seals: list[Seal], latest: DailyRoot | None) -> DailyRoot:
    root = DailyRoot(
        day=day,
        first_seal=seals[0].number,
        last_seal=seals[-1].number,
        entries=sum(seal.count for seal in seals),
        root=receipt.merkle_root([seal.hash for seal in seals]),
        previous=latest.hash if latest else receipt.GENESIS,
        public_key=signing.public_key(),
    )
    header = chain.day_header(root)
    root.hash, root.signature = receipt.header_hash(header), signing.sign(header)
    root.save(force_insert=True)
    return root


def _lock() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
