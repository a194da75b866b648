"""From raw values to a body, with errors in words by the name of the input they belong to."""

import datetime as dt
import re
from decimal import Decimal, InvalidOperation
from typing import Any

import msgspec
from django.utils.translation import gettext as _

from shopops.policies.bodies import InvalidPolicy, validated
from shopops.policies.forms.raw import KEY, TAG, VALUE, join
from shopops.policies.kinds import PolicyKind
from shopops.policies.nodes import Field, Node, node_of
from shopops.policies.words import exact, percent_of

Errors = dict[str, str]


class _Wrong(Exception):
    """An input that cannot be used; the message goes beside it."""


def parse(kind: PolicyKind, raw: Any) -> tuple[dict[str, Any], Errors]:
    """Return the body and the errors by input; without errors the body fits its type, all defaults filled in."""
    errors: Errors = {}
    body: dict[str, Any] = _value(node_of(kind.type), raw, "", errors)
    if errors:
        return body, errors
    try:
        return validated(kind, body), errors
    except InvalidPolicy as error:
        return body, {_input_of(node_of(kind.type), error.path, body): error.words}


def _input_of(node: Node, path: str, body: Any) -> str:
    """Turn a place of the body into the name of its input: dict entries are numbered rows there."""
    names: list[str] = []
    for part in path.split(".") if path else []:
        if node.kind in ("struct", "union"):
            struct = node.variant(body) if node.kind == "union" else node
            node = next((field.node for field in struct.fields if field.name == part), Node("str"))
            body = body.get(part) if isinstance(body, dict) else None
            names.append(part)
        elif node.kind == "list" and node.item and part.isdecimal():
            node, body = node.item, body[int(part)]
            names.append(part)
        else:
            break
        if node.is_leaf or node.kind == "dict":
            break
    return ".".join(names)


def _value(node: Node, raw: Any, name: str, errors: Errors, *, required: bool = True) -> Any:
    if node.is_picks and node.item:
        item = node.item
        return [_checked(item, each, name, errors) for each in raw]
    if node.is_lines and node.item:
        return _lines(node.item, raw, name, errors)
    if node.kind == "text":
        if not required and not any(words.strip() for words in raw.values()):
            return dict.fromkeys(raw, "")
        for language in ("en", "zh"):
            if not raw[language].strip():
                errors[f"{name}.{language}"] = _("Fill this in: readers of both languages need it.")
        return dict(raw)
    if node.kind in ("struct", "union"):
        return _struct(node, raw, name, errors)
    if node.kind == "tuple":
        return [
            _value(part, each, join(name, number), errors)
            for number, (part, each) in enumerate(zip(node.items, raw, strict=True))
        ]
    if node.kind == "dict" and node.item and node.key:
        return _dict(node, raw, name, errors)
    if node.kind == "list" and node.item:
        return [_value(node.item, each, join(name, number), errors) for number, each in enumerate(raw)]
    if node.optional and raw == "":
        return None
    return _checked(node, raw, name, errors, required=required)


def _struct(node: Node, raw: Any, name: str, errors: Errors) -> dict[str, Any]:
    struct = node.variants[raw[TAG]] if node.kind == "union" else node
    body = {} if node.kind == "struct" else {node.tag_field: raw[TAG]}
    for part in struct.fields:
        body[part.name] = _value(
            part.node, raw[part.name], join(name, part.name), errors, required=part.required or not _may_be_empty(part)
        )
    return body


def _may_be_empty(part: Field) -> bool:
    return part.node.kind in ("str", "text") and part.is_optional


def _dict(node: Node, raw: Any, name: str, errors: Errors) -> dict[str, Any]:
    body: dict[str, Any] = {}
    if node.item is None or node.key is None:
        raise TypeError("A dict node has a key and an item.")
    for number, row in enumerate(raw):
        key = _checked(node.key, row["key"], join(name, number, KEY), errors)
        if key in body:
            errors[join(name, number, KEY)] = _("This is there twice: change or remove one.")
        body[key] = _value(node.item, row["value"], join(name, number, VALUE), errors)
    return body


def _lines(item: Node, raw: str, name: str, errors: Errors) -> list[Any]:
    values = []
    for number, line in enumerate(raw.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            values.append(_scalar(item, line))
        except _Wrong as wrong:
            errors.setdefault(name, _("Line %(number)s: %(wrong)s") % {"number": number, "wrong": wrong})
    return values


def _checked(node: Node, raw: str, name: str, errors: Errors, *, required: bool = True) -> Any:
    if node.kind != "bool" and raw == "" and (required or node.kind != "str"):
        errors[name] = _("Fill this in.")
        return raw
    try:
        return _scalar(node, raw)
    except _Wrong as wrong:
        errors[name] = str(wrong)
        return raw


def _scalar(node: Node, raw: str) -> Any:
    if node.kind == "bool":
        return raw == "on"
    if node.kind == "choice":
        for value, _label in node.choices:
            if str(value) == raw:
                return value
        raise _Wrong(_("“%(value)s” is not one of the choices.") % {"value": raw})
    if node.kind in ("int", "float"):
        return _number(node, raw)
    if node.kind == "date":
        return _moment(dt.date, raw, _("“%(value)s” is no date: write it as 2026-11-25.") % {"value": raw})
    if node.kind == "time":
        return _moment(dt.time, raw, _("“%(value)s” is no time: write it as 09:00.") % {"value": raw})
    if node.kind == "duration":
        return _duration(raw)
    return _string(node, raw)


def _string(node: Node, raw: str) -> str:
    shortest, longest, pattern = (node.limits.get(name) for name in ("min_length", "max_length", "pattern"))
    if shortest and len(raw) < shortest:
        raise _Wrong(_("Write at least %(number)s characters.") % {"number": shortest})
    if longest and len(raw) > longest:
        raise _Wrong(
            _("Write at most %(number)s characters; there are %(count)s.") % {"number": longest, "count": len(raw)}
        )
    if pattern and not re.search(pattern, raw):
        raise _Wrong(_("“%(value)s” does not have the form that is needed here.") % {"value": raw})
    return raw


def _number(node: Node, raw: str) -> int | float:
    text = raw.strip().removesuffix("%").strip().replace("−", "-")
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise _Wrong(_("“%(value)s” is no number.") % {"value": raw}) from None
    if not number.is_finite() or number.adjusted() > 300 or len(text) > 400:
        raise _Wrong(_("“%(value)s” is no number that can be used.") % {"value": raw})
    if node.kind == "int":
        if number != number.to_integral_value() or abs(number) > 2**53:
            raise _Wrong(_("“%(value)s” is no whole number.") % {"value": raw})
        value: int | float = int(number)
    else:
        value = float(number / 100 if node.unit == "share" else number)
    _check_limits(node, value)
    return value


def _check_limits(node: Node, value: float) -> None:
    tests = (
        ("ge", lambda limit: value >= limit, _("It must be at least %(limit)s.")),
        ("gt", lambda limit: value > limit, _("It must be more than %(limit)s.")),
        ("le", lambda limit: value <= limit, _("It must be at most %(limit)s.")),
        ("lt", lambda limit: value < limit, _("It must be less than %(limit)s.")),
    )
    for name, holds, words in tests:
        limit = node.limits.get(name)
        if limit is not None and not holds(limit):
            said = f"{percent_of(float(limit))}%" if node.unit == "share" else exact(limit)
            raise _Wrong(words % {"limit": said})


def _moment(form: type[dt.date] | type[dt.time], raw: str, words: str) -> str:
    try:
        return form.fromisoformat(raw.strip()).isoformat()
    except ValueError:
        raise _Wrong(words) from None


_DURATION = re.compile(r"(-?\d+(?:\.\d+)?)\s*(d|h|min|s)", re.ASCII)
_SECONDS = {"d": 86400, "h": 3600, "min": 60, "s": 1}


def _duration(raw: str) -> Any:
    parts = _DURATION.findall(raw)
    if not parts or _DURATION.sub("", raw).strip():
        raise _Wrong(_("“%(value)s” is no duration: write it as 2 d, 48 h or 30 min.") % {"value": raw})
    micros = sum(int(Decimal(number) * _SECONDS[unit] * 1_000_000) for number, unit in parts)
    try:
        return msgspec.to_builtins(dt.timedelta(microseconds=micros))
    except OverflowError:
        raise _Wrong(_("“%(value)s” is too long.") % {"value": raw}) from None
