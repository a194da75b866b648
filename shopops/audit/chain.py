"""From rows to what is hashed: entries, seals and days as the canonical content of shopops.audit.receipt."""

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import F

from shopops.audit import receipt
from shopops.audit.models import DailyRoot, Entry, Seal

#: What of an entry is sealed, beside its sequence; the kind of object is its model's name, whatever its row's id is.
_FIELDS = (
    "pk", "at", "action", "actor_id", "actor_name", "actor_roles", "kind_app", "kind_model", "object_id", "target_name",
    "merchant_id", "reason", "before", "after", "policy_version_id", "request_id", "salt",
)  # fmt: skip


def contents(entries: Any, *more: str) -> Iterator[tuple[Any, ...]]:
    """Yield what `canonical_entry` takes, then the fields `more`, for a queryset of entries; streamed."""
    kind = {"kind_app": F("content_type__app_label"), "kind_model": F("content_type__model")}
    rows: Iterable[tuple[Any, ...]] = entries.annotate(**kind).values_list(*_FIELDS, *more)
    return iter(rows.iterator(chunk_size=5000)) if hasattr(rows, "iterator") else iter(rows)


def entry_content(values: tuple[Any, ...], sequence: int) -> dict[str, Any]:
    """Return an entry as it is sealed and as it stands in a receipt. `values` come from `contents`.

    Who did it is sealed as a salted hash: a merchant's receipt proves the decision without naming the operator.
    """
    (
        pk, at, action, actor_id, actor_name, actor_roles, app, model, object_id, target_name,
        merchant_id, reason, before, after, policy_version_id, request_id, salt,
    ) = values[: len(_FIELDS)]  # fmt: skip
    return {
        "sequence": sequence,
        "id": pk,
        "at": moment(at),
        "action": action,
        "actor": receipt.person_hash(salt, actor_id, actor_name),
        "actor_roles": actor_roles,
        "object": f"{app}.{model}:{object_id}",
        "object_name": target_name,
        "merchant": merchant_id,
        "reason": reason,
        "before": before,
        "after": after,
        "policy_version": policy_version_id,
        "request": request_id,
    }


def entry_hash(content: dict[str, Any]) -> str:
    """Return the leaf of an entry's content."""
    return receipt.leaf(receipt.canonical(content))


def seal_header(seal: Seal) -> dict[str, Any]:
    """Return what a seal's hash and signature are about."""
    return {
        "number": seal.number,
        "first": seal.first,
        "last": seal.last,
        "at": moment(seal.at),
        "day": seal.day.isoformat(),
        "root": seal.root,
        "previous": seal.previous,
    }


def day_header(day: DailyRoot) -> dict[str, Any]:
    """Return what a daily root's hash and signature are about."""
    return {
        "day": day.day.isoformat(),
        "first_seal": day.first_seal,
        "last_seal": day.last_seal,
        "entries": day.entries,
        "root": day.root,
        "previous": day.previous,
    }


def moment(at: dt.datetime) -> str:
    """Write a moment the one way it is hashed: UTC, microseconds."""
    return at.astimezone(dt.UTC).isoformat(timespec="microseconds")


def of_entries(pks: Iterable[int]) -> Any:
    """The entries with these ids, in the order of their ids."""
    return Entry.objects.filter(pk__in=list(pks)).order_by("pk")
