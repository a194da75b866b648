"""Finding and checking mappings: TOML files that say where in somebody's files our facts are (see `docs/import.md`)."""

import re
import tomllib
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec
from django.conf import settings
from django.utils.translation import gettext as _

from merchants.models import Category, Merchant
from orders.importing.errors import ImportFailed
from orders.importing.expressions import ExpressionError, Kind, Known, compile_expression, parse_join
from orders.importing.schema import FIELDS, LARGEST_INTEGER, Entity, Mapping, alternatives, columns_of
from orders.importing.values import currencies
from orders.models import CancelledBy, Order, OrderLine, Review, Shipment

FOLDER = Path(__file__).resolve().parent.parent / "mappings"

_MODELS = {"merchant": Merchant, "order": Order, "line": OrderLine, "shipment": Shipment, "review": Review}
_PERMITTED = {
    ("order", "state"): frozenset(Order.State.values),
    ("order", "cancelled_by"): frozenset({*CancelledBy.values, ""}),
    ("order", "currency"): currencies(),
    ("line", "category"): frozenset({*Category.values, ""}),
}
_RANGES = {("review", "rating"): (1, 5), ("line", "quantity"): (1, LARGEST_INTEGER)}


def names() -> list[str]:
    """The mappings that come with the project."""
    return sorted(path.stem for path in FOLDER.glob("*.toml"))


def load(name: str) -> Mapping:
    """Load a mapping by name, or from a TOML file of one's own; raises ImportFailed naming what is wrong in it."""
    path = Path(name) if name.endswith(".toml") else FOLDER / f"{name}.toml"
    if (not re.fullmatch(r"[\w-]+", name) and not name.endswith(".toml")) or not path.is_file():
        raise ImportFailed(
            _("There is no mapping %(name)s. There are: %(names)s; or give the path of a .toml file.")
            % {"name": name, "names": ", ".join(names())}
        )
    try:
        mapping = msgspec.convert(tomllib.loads(path.read_text("utf-8")), Mapping)
        if mapping.time_zone == "marketplace":
            mapping = msgspec.structs.replace(mapping, time_zone=settings.TIME_ZONE)
        _validate(mapping)
    except (msgspec.ValidationError, tomllib.TOMLDecodeError, UnicodeDecodeError, ExpressionError) as error:
        raise ImportFailed(_("The mapping %(name)s is wrong: %(error)s") % {"name": name, "error": error}) from error
    return mapping


def _validate(mapping: Mapping) -> None:
    """Raise ExpressionError for what the types cannot say."""
    try:
        ZoneInfo(mapping.time_zone)
    except (ZoneInfoNotFoundError, ValueError):
        raise ExpressionError(f"time_zone: there is no zone {mapping.time_zone!r}") from None
    if mapping.currency not in currencies():
        raise ExpressionError(f"currency: {mapping.currency!r} is not an ISO 4217 code")
    for code, file in mapping.files.items():
        for name in (*file.key, *file.group):
            if name not in file.columns:
                raise ExpressionError(f"files.{code}: its key or group names {name!r}, which is not one of its columns")
    for check in mapping.checks:
        for file_code in (check.rows, check.must_be_in):
            if file_code not in mapping.files or not set(check.by) <= set(mapping.files[file_code].columns):
                raise ExpressionError(f"checks: {file_code!r} has no columns {', '.join(check.by)}")
    for entity_name, fields in FIELDS.items():
        entity = getattr(mapping, entity_name)
        if entity is not None:
            _validate_entity(mapping, entity_name, entity, fields)


def _validate_entity(mapping: Mapping, name: str, entity: Entity, fields: dict[str, tuple[Kind, bool]]) -> None:
    if unknown := set(entity.fields) - set(fields):
        raise ExpressionError(f"{name}.fields: there is no field {', '.join(sorted(unknown))}")
    if missing := {field for field, (_kind, needed) in fields.items() if needed} - set(entity.fields):
        raise ExpressionError(f"{name}.fields: {', '.join(sorted(missing))} must be given")
    columns = columns_of(mapping)
    if entity.source not in mapping.files:
        raise ExpressionError(f"{name}.from: there is no file {entity.source!r}")
    for join in entity.join:
        parse_join(join, columns)
    if entity.only_if:
        compile_expression(entity.only_if, columns)
    for field, expression in entity.fields.items():
        for each in alternatives(expression):
            compiled = compile_expression(each, columns)
            if compiled.is_aggregate and name != "order":
                raise ExpressionError(f"{name}.fields.{field}: only orders are summed up from rows")
            if problem := _misfit(name, field, fields[field][0], compiled.known):
                raise ExpressionError(f"{name}.fields.{field}: {each!r} {problem}")


def _misfit(entity: str, field: str, wanted: Kind, known: Known) -> str:
    """Say why values of an expression could break a field's limits in the database; empty when they cannot."""
    if known.kind != wanted:
        return f"is {known.kind}, but the field is {wanted}"
    permitted = _PERMITTED.get((entity, field))
    if permitted is not None and (known.allowed is None or not known.allowed <= permitted):
        return f"must be a choice of: {', '.join(sorted(permitted)[:20])}"
    low, high = _RANGES.get((entity, field), (0, LARGEST_INTEGER))
    if wanted == "integer" and not low <= known.low <= known.high <= high:
        return f"must be limited by min and max to {low}..{high}"
    model, name = (_MODELS[field], "external_id") if field in ("merchant", "order") else (_MODELS[entity], field)
    longest = getattr(model._meta.get_field(name), "max_length", None)
    if wanted == "text" and longest and known.longest > longest:
        return f"may have {known.longest} characters, but the field takes {longest}"
    return ""
