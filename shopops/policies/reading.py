"""A document as people read it: headings, values in words, small tables. Built from the type."""

from dataclasses import dataclass, field
from typing import Any

from shopops.policies.nodes import EMPTY, Node
from shopops.policies.words import item_name, say


@dataclass(frozen=True)
class Part:
    """A labelled place of a document: either a `value`, a `table`, or `parts` of its own."""

    label: str
    help: str = ""
    value: str | None = None
    head: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    parts: "tuple[Part, ...]" = field(default=())
    level: int = 2


def readable(node: Node, body: Any, level: int = 2) -> tuple[Part, ...]:
    """Return the parts of a struct's value, in the order of the type; empty optional ones are left out."""
    struct = node.variant(body) if node.kind == "union" else node
    shown = []
    for part in struct.fields:
        value = body.get(part.name, part.default)
        if part.required or value not in EMPTY:
            shown.append(_part(part.node, value, str(part.node.label), level))
    return tuple(shown)


def is_compact(node: Node) -> bool:
    """Whether a list's items fit in one row of a table: few plain values each."""
    item = node.item
    if node.kind != "list" or item is None:
        return False
    parts = item.items if item.kind == "tuple" else tuple(part.node for part in item.fields)
    return item.kind in ("struct", "tuple") and 0 < len(parts) <= 4 and all(part.is_scalar for part in parts)


def _part(node: Node, value: Any, label: str, level: int) -> Part:
    help_text = str(node.help)
    if node.is_leaf:
        return Part(label, help_text, value=say(node, value))
    if is_compact(node) and node.item is not None:
        fields = node.item.fields
        rows = tuple(tuple(say(part.node, each.get(part.name, part.default)) for part in fields) for each in value)
        return Part(label, help_text, head=tuple(str(part.node.label) for part in fields), rows=rows, level=level)
    if node.kind in ("struct", "union"):
        return Part(label, help_text, parts=readable(node, value, level + 1), level=level)
    return Part(label, help_text, parts=tuple(_items(node, value, level + 1)), level=level)


def _items(node: Node, value: Any, level: int) -> list[Part]:
    item = node.item
    if item is None:
        raise TypeError("Only lists and dicts have items.")
    if node.kind == "dict" and node.key is not None:
        return [_part(item, each, say(node.key, key), level) for key, each in value.items()]
    if item.is_leaf:
        return [_part(item, each, f"{number}.", level) for number, each in enumerate(value, start=1)]
    return [_part(item, each, item_name(item, each, number), level) for number, each in enumerate(value)]
