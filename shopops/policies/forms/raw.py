"""Raw values: a document as it stands in inputs, and back from a posted form.

A scalar is a string ("on" for a ticked box), a text {"en": …, "zh": …}, a list of plain values one string with a line
each, ticked values a list of strings, a dict a list of {"key": …, "value": …}.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from shopops.policies.nodes import Node
from shopops.policies.words import duration_seconds, exact, percent_of

#: Names that no field of a policy has; a document's fields come from Python names without a leading underscore.
COUNT, TAG, KEY, VALUE = "__n", "__tag", "__key", "__value"
#: More rows than any policy has; a forged count must not keep the server busy.
MOST_ROWS = 2000


class Posted(Protocol):
    """What of a QueryDict is used."""

    def get(self, key: str, default: str, /) -> Any: ...
    def getlist(self, key: str, /) -> list[Any]: ...


def raw_of(node: Node, value: Any) -> Any:
    """Return what stands in the inputs for a value."""
    if value is None:
        return blank(node) if not node.optional else ""
    if node.is_picks and node.item:
        return [_scalar(node.item, each) for each in value]
    if node.is_lines and node.item:
        item = node.item
        return "\n".join(_scalar(item, each) for each in value)
    if node.kind == "text":
        return {"en": value["en"], "zh": value["zh"]}
    if node.kind in ("struct", "union"):
        struct = node.variant(value) if node.kind == "union" else node
        fields = {part.name: raw_of(part.node, value.get(part.name, part.default)) for part in struct.fields}
        return {**fields, TAG: value[node.tag_field]} if node.kind == "union" else fields
    if node.kind == "tuple":
        return [raw_of(part, each) for part, each in zip(node.items, value, strict=True)]
    if node.kind == "list" and node.item:
        return [raw_of(node.item, each) for each in value]
    if node.kind == "dict" and node.item and node.key:
        return [{"key": _scalar(node.key, key), "value": raw_of(node.item, each)} for key, each in value.items()]
    return _scalar(node, value)


def _scalar(node: Node, value: Any) -> str:
    if node.kind == "bool":
        return "on" if value else ""
    if node.kind == "float" and node.unit == "share":
        return percent_of(float(value))
    if node.kind == "float":
        return exact(float(value))
    if node.kind == "duration":
        return _duration(duration_seconds(value))
    return str(value)


def _duration(seconds: float) -> str:
    """Write seconds as people type them: 2 d 3 h, 90 s; fractions of a second stay."""
    parts: list[str] = []
    sign, left = ("-", -seconds) if seconds < 0 else ("", seconds)
    left = round(left, 6)
    for unit, size in (("d", 86400), ("h", 3600), ("min", 60)):
        count = int(left // size)
        left = round(left - count * size, 6)
        if count:
            parts.append(f"{sign}{count} {unit}")
    if left or not parts:
        parts.append(f"{sign}{exact(float(left))} s")
    return " ".join(parts)


def blank(node: Node, tag: str = "") -> Any:
    """Return the inputs of a new row: defaults where the type has some, else nothing."""
    if node.kind == "text":
        return {"en": "", "zh": ""}
    if node.kind == "union":
        tag = tag if tag in node.variants else next(iter(node.variants))
        return {**blank(node.variants[tag]), TAG: tag}
    if node.kind == "struct":
        return {
            part.name: blank(part.node) if part.required else raw_of(part.node, part.default) for part in node.fields
        }
    if node.kind == "tuple":
        return [blank(part) for part in node.items]
    if node.is_lines or node.is_scalar:
        return ""
    return []


def read(node: Node, posted: Posted, name: str = "") -> Any:
    """Return the raw values of a posted form; what is missing from it is empty."""
    if node.kind == "text":
        return {language: _text(posted.get(f"{name}.{language}", "")) for language in ("en", "zh")}
    if node.is_picks:
        return [_text(each) for each in posted.getlist(name)]
    if node.is_scalar or node.is_lines:
        return _text(posted.get(name, ""))
    if node.kind == "struct":
        return {part.name: read(part.node, posted, join(name, part.name)) for part in node.fields}
    if node.kind == "union":
        tag = _text(posted.get(join(name, TAG), ""))
        tag = tag if tag in node.variants else next(iter(node.variants))
        return {**read(node.variants[tag], posted, name), TAG: tag}
    if node.kind == "tuple":
        return [read(part, posted, join(name, number)) for number, part in enumerate(node.items)]
    if node.item is None:
        raise TypeError("Only lists and dicts have rows.")
    rows = range(_count(posted.get(join(name, COUNT), "0")))
    if node.kind == "dict" and node.key:
        return [
            {
                "key": _text(posted.get(join(name, number, KEY), "")),
                "value": read(node.item, posted, join(name, number, VALUE)),
            }
            for number in rows
        ]
    return [read(node.item, posted, join(name, number)) for number in rows]


def change_rows(node: Node, raw: Any, operation: str) -> bool:
    """Add, remove or move a row: "add:rules", "add:rules:metric", "remove:rules.2", "up:rules.2", "down:rules.2".

    Changes the raw tree in place and returns whether there was such a place.
    """
    verb, _colon, rest = operation.partition(":")
    path, _colon, tag = rest.partition(":")
    if verb == "add":
        target, rows = _find(node, raw, path.split(".") if path else [])
        if not isinstance(rows, list) or target is None or target.item is None or len(rows) >= MOST_ROWS:
            return False
        new = blank(target.item, tag)
        rows.append({"key": "", "value": new} if target.kind == "dict" else new)
        return True
    place, _dot, last = path.rpartition(".")
    target, rows = _find(node, raw, place.split(".") if place else [])
    if target is None or target.item is None or not isinstance(rows, list) or not last.isdecimal():
        return False
    number = int(last)
    other = {"remove": number, "up": number - 1, "down": number + 1}.get(verb, -1)
    if not (0 <= number < len(rows) and 0 <= other < len(rows)):
        return False
    if verb == "remove":
        del rows[number]
    else:
        rows[number], rows[other] = rows[other], rows[number]
    return True


def _find(node: Node, raw: Any, path: Sequence[str]) -> tuple[Node | None, Any]:
    """Follow a path of names and numbers through node and raw values."""
    for part in path:
        if node.kind in ("struct", "union") and isinstance(raw, Mapping):
            struct = node.variants[raw[TAG]] if node.kind == "union" else node
            found = next((field.node for field in struct.fields if field.name == part), None)
            if found is None:
                return None, None
            node, raw = found, raw[part]
        elif (
            node.kind in ("list", "dict")
            and node.item
            and isinstance(raw, list)
            and part.isdecimal()
            and int(part) < len(raw)
        ):
            node, raw = node.item, raw[int(part)]
        elif part == VALUE and isinstance(raw, Mapping) and VALUE not in raw and "value" in raw:
            raw = raw["value"]
        else:
            return None, None
    return node, raw


def _text(posted: Any) -> str:
    """Browsers send line ends as CRLF."""
    return str(posted).replace("\r\n", "\n").replace("\x00", "")


def _count(posted: Any) -> int:
    text = str(posted)
    return min(int(text), MOST_ROWS) if text.isascii() and text.isdecimal() and len(text) < 6 else 0


def join(*parts: object) -> str:
    return ".".join(str(part) for part in parts if part != "")
