"""Documents made by chance: of a type from nothing, and of a pack with some values changed."""

import copy
import datetime as dt
import functools
from typing import Any

import msgspec
from hypothesis import strategies as st

from shopops.policies.nodes import Node

TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=12).filter(
    lambda text: text.strip()
)


def bodies(node: Node) -> st.SearchStrategy[Any]:
    """Values of a node as plain JSON."""
    if node.kind == "struct":
        return st.fixed_dictionaries({part.name: _field(part) for part in node.fields})
    if node.kind == "union":
        tagged = [
            bodies(each).map(functools.partial(_tagged, node.tag_field, tag)) for tag, each in node.variants.items()
        ]
        return st.one_of(*tagged)
    if node.kind == "text":
        return st.fixed_dictionaries({"en": TEXT, "zh": TEXT})
    if node.kind == "tuple":
        return st.tuples(*(bodies(part) for part in node.items)).map(list)
    if node.kind == "list" and node.item:
        return st.lists(bodies(node.item), max_size=4)
    if node.kind == "dict" and node.item and node.key:
        return st.dictionaries(bodies(node.key), bodies(node.item), max_size=3)
    return scalars(node)


def _tagged(tag_field: str, tag: str, body: dict[str, Any]) -> dict[str, Any]:
    return {tag_field: tag, **body}


def _field(part: Any) -> st.SearchStrategy[Any]:
    values = bodies(part.node)
    if part.node.kind == "str" and part.default == "":
        values = st.one_of(st.just(""), values)
    if part.node.kind == "text" and part.is_optional:
        values = st.one_of(st.just({"en": "", "zh": ""}), values)
    return st.one_of(st.none(), values) if part.node.optional else values


def scalars(node: Node) -> st.SearchStrategy[Any]:
    """Values of a scalar node within its limits."""
    low, high = node.limits.get("ge", node.limits.get("gt")), node.limits.get("le", node.limits.get("lt"))
    inside: dict[str, Any] = {"exclude_min": "gt" in node.limits, "exclude_max": "lt" in node.limits}
    return {
        "int": lambda: st.integers(
            -(2**40) if low is None else low + inside["exclude_min"], high if high is not None else 2**40
        ),
        "float": lambda: (
            st.floats(low, high, allow_nan=False, allow_infinity=False, allow_subnormal=False, **inside)
            if low is not None or high is not None
            else st.floats(-1e15, 1e15, allow_subnormal=False)
        ),
        "str": lambda: TEXT,
        "bool": st.booleans,
        "choice": lambda: st.sampled_from([value for value, _label in node.choices]),
        "date": lambda: st.dates().map(dt.date.isoformat),
        "time": lambda: st.times().map(dt.time.isoformat),
        "duration": lambda: st.timedeltas(min_value=dt.timedelta(days=-9), max_value=dt.timedelta(days=99)).map(
            msgspec.to_builtins
        ),
    }[node.kind]()


def places(node: Node, body: Any, path: tuple[Any, ...] = ()) -> list[tuple[tuple[Any, ...], Node]]:
    """Every scalar, list and dict of a document with its path."""
    found: list[tuple[tuple[Any, ...], Node]] = []
    if node.kind in ("struct", "union"):
        struct = node.variant(body) if node.kind == "union" else node
        for field in struct.fields:
            found += places(field.node, body[field.name], (*path, field.name))
    elif node.kind == "list" and node.item:
        found.append((path, node))
        for number, each in enumerate(body):
            found += places(node.item, each, (*path, number))
    elif node.kind == "dict" and node.item:
        for key, each in body.items():
            found += places(node.item, each, (*path, key))
    elif node.kind == "text":
        found += [((*path, language), Node("str")) for language in ("en", "zh")]
    elif node.kind == "tuple":
        for number, part in enumerate(node.items):
            found += places(part, body[number], (*path, number))
    elif body is not None:
        found.append((path, node))
    return found


@st.composite
def mutations(draw: st.DrawFn, node: Node, body: Any) -> Any:
    """A document with one to four changes: another value, an item removed, doubled or moved."""
    changed = copy.deepcopy(body)
    for _again in range(draw(st.integers(1, 4))):
        path, place = draw(st.sampled_from(places(node, changed)))
        target = changed
        for part in path[:-1]:
            target = target[part]
        if place.kind != "list":
            target[path[-1]] = draw(scalars(place))
            continue
        rows = target[path[-1]]
        action = draw(st.sampled_from(["remove", "double", "reverse"]))
        if action == "remove" and rows:
            rows.pop(draw(st.integers(0, len(rows) - 1)))
        elif action == "double" and rows and not place.is_picks:
            rows.insert(0, copy.deepcopy(draw(st.sampled_from(rows))))
        else:
            rows.reverse()
    return changed
