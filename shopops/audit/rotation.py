"""Writing personal data anew with the first key, beside everybody else who writes."""

from collections.abc import Callable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Any, TypeVar

import pgtrigger
from django.apps import apps
from django.db import connection, models, transaction

from shopops.fields import DigestField, EncryptedTextField, digest, rotated, uses_first_key
from shopops.registry import Registry

F = TypeVar("F", bound="models.Field[Any, Any]")
#: Rows of one transaction.
CHUNK = 500


@dataclass
class Count:
    """What was found in one column: values in all, under an older key, and of these written anew."""

    column: str
    values: int = 0
    old: int = 0
    written: int = 0


@dataclass(frozen=True)
class Store:
    """Values under FIELD_KEYS that lie elsewhere than in an EncryptedTextField, such as inside a JSON document.

    `rotate(check_only)` does for them what `rotate_keys` does for a column.
    """

    code: str
    rotate: Callable[[bool], Count]


#: Filled in `AppConfig.ready` by the apps that keep such values.
stores: Registry[Store] = Registry("store of encrypted values")


def rotate_keys(*, check_only: bool = False) -> Iterator[Count]:
    """Encrypt every stored value with the first key; yields a count per column. Run again after a stop: what is done
    is left out. A value that somebody changes meanwhile is theirs, and is under the first key already."""
    for model, column in _columns(EncryptedTextField):
        count = Count(f"{model._meta.label}.{column.name}")
        for chunk in _chunks(model, column):
            count.values += len(chunk)
            stale = [(pk, token) for pk, token in chunk if not uses_first_key(token)]
            count.old += len(stale)
            if not check_only:
                count.written += _replace(model, column, [(pk, token, rotated(token)) for pk, token in stale])
        yield count
    for store in stores:
        yield store.rotate(check_only)


def rotate_digests(*, check_only: bool = False) -> Iterator[Count]:
    """Write every digest anew with settings.DIGEST_KEY; yields a count per column."""
    for model, column in _columns(DigestField):
        count = Count(f"{model._meta.label}.{column.name}")
        for chunk in _chunks(model, column):
            count.values += len(chunk)
            plain = dict(model._default_manager.filter(pk__in=[pk for pk, _ in chunk]).values_list("pk", column.of))
            stale = [(pk, old, digest(plain[pk] or "")) for pk, old in chunk if pk in plain]
            stale = [each for each in stale if each[1] != each[2]]
            count.old += len(stale)
            if not check_only:
                count.written += _replace(model, column, stale)
        yield count


def _columns(kind: type[F]) -> Iterator[tuple[type[models.Model], F]]:
    for model in apps.get_models():
        if model._meta.proxy or not model._meta.managed:
            continue
        for column in model._meta.local_concrete_fields:
            if isinstance(column, kind):
                yield model, column


def _chunks(model: type[models.Model], column: "models.Field[Any, Any]") -> Iterator[list[tuple[Any, str]]]:
    """Read what is stored, as it is stored, in the order of the primary key."""
    quote, meta = connection.ops.quote_name, model._meta
    pk, name, table = quote(str(meta.pk.column)), quote(str(column.column)), quote(meta.db_table)
    after: Any = None
    while True:
        where, values = (f"AND {pk} > %s", [after]) if after is not None else ("", [])
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT {pk}, {name} FROM {table} WHERE {name} <> '' {where} ORDER BY {pk} LIMIT {CHUNK}",  # noqa: S608
                values,
            )
            rows = cursor.fetchall()
        if not rows:
            return
        yield rows
        after = rows[-1][0]


def _replace(model: type[models.Model], column: "models.Field[Any, Any]", rows: list[tuple[Any, str, str]]) -> int:
    """Replace values that are still what was read; no history is written: nothing changed for anybody."""
    if not rows:
        return 0
    quote, meta = connection.ops.quote_name, model._meta
    pk, name, table = quote(str(meta.pk.column)), quote(str(column.column)), quote(meta.db_table)
    history = [f"{meta.label}:{each.name}" for each in getattr(meta, "triggers", []) if each.name == "update_update"]
    written = 0
    silently = pgtrigger.ignore(*history) if history else nullcontext()
    with transaction.atomic(), silently, connection.cursor() as cursor:
        for key, old, new in rows:
            cursor.execute(
                f"UPDATE {table} SET {name} = %s WHERE {pk} = %s AND {name} = %s",  # noqa: S608
                [new, key, old],
            )
            written += cursor.rowcount
    return written
