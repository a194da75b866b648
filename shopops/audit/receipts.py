"""Making receipts: one entry with its way to the seal and, once the day is over, to the daily root."""

from typing import Any

from shopops.audit import chain, receipt
from shopops.audit.models import DailyRoot, Entry, Link, Seal


class NotSealed(Exception):
    """The entry is younger than the last run of the job seal_audit; it gets its receipt within a minute."""


def receipt_of(entry: Entry, *, names_person: bool = False) -> bytes:
    """Return the file of an entry's receipt; raises NotSealed. `shopops.audit.receipt` verifies it.

    `names_person`: for the house itself; without, the receipt says in which role somebody acted, not who.
    """
    link = Link.objects.select_related("seal").filter(entry_id=entry.pk).first()
    if link is None:
        raise NotSealed(f"Entry {entry.pk} is not sealed yet.")
    seal = link.seal
    leaves = list(seal.links.order_by("sequence").values_list("hash", flat=True))
    values = next(chain.contents(chain.of_entries([entry.pk])))
    return receipt.write(
        {
            "format": receipt.FORMAT,
            "entry": chain.entry_content(values, link.sequence),
            "path": receipt.merkle_path(leaves, link.sequence - seal.first),
            "seal": chain.seal_header(seal),
            "signature": seal.signature,
            "public_key": seal.public_key,
            "key_id": receipt.key_id(seal.public_key) if seal.public_key else "",
            "day": _day_part(seal),
            "person": _person(entry) if names_person else None,
        }
    )


def _day_part(seal: Seal) -> dict[str, Any] | None:
    """The seal's way to the root of its day; None while the day lasts or when its root is signed with another key."""
    day = DailyRoot.objects.filter(day=seal.day).first()
    if day is None or day.public_key != seal.public_key or not day.first_seal <= seal.number <= day.last_seal:
        return None
    seals = Seal.objects.filter(number__range=(day.first_seal, day.last_seal)).order_by("number")
    hashes = list(seals.values_list("hash", flat=True))
    return {
        "header": chain.day_header(day),
        "path": receipt.merkle_path(hashes, seal.number - day.first_seal),
        "signature": day.signature,
    }


def _person(entry: Entry) -> dict[str, Any]:
    """Who it was, with the salt that proves it."""
    return {"actor": entry.actor_id, "name": entry.actor_name, "salt": entry.salt}
