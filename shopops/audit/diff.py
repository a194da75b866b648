"""Two JSON documents, line by line in words."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

NOTHING = "–"


@dataclass(frozen=True)
class Line:
    """One value that differs; `name` is its path, "a.b"."""

    name: str
    before: str
    after: str


def lines(before: dict[str, Any], after: dict[str, Any]) -> list[Line]:
    """Return what differs between two documents, nested ones by their path, in the order of their names."""
    old, new = dict(_flat(before)), dict(_flat(after))
    return [
        Line(name, old.get(name, NOTHING), new.get(name, NOTHING))
        for name in sorted({*old, *new})
        if old.get(name) != new.get(name)
    ]


def _flat(value: Any, name: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, dict) and value:
        for key, each in value.items():
            yield from _flat(each, f"{name}.{key}" if name else str(key))
    elif name:
        yield name, NOTHING if value in (None, "", [], {}) else _text(value)


def _text(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
