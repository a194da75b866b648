"""What a policy type looks like to people: a tree of nodes read from the type, the one source for the form, the
readable page and the comparison."""

import functools
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import Any

import msgspec
from msgspec import inspect

from shopops.policies.kinds import Text

#: Kinds of node with one input; everything else has parts.
SCALARS = frozenset({"int", "float", "str", "bool", "choice", "date", "time", "duration"})


#: Values that say nothing: as the default of a field they mean that it may be left empty.
EMPTY: tuple[Any, ...] = (None, "", [], {}, {"en": "", "zh": ""})


@dataclass(frozen=True)
class Field:
    """A field of a struct. `default` is plain JSON; meaningless when the field is required."""

    name: str
    node: "Node"
    required: bool
    default: Any = None

    @property
    def is_optional(self) -> bool:
        """Whether people may leave it empty."""
        return self.node.optional or (not self.required and self.default in EMPTY)


@dataclass(frozen=True)
class Node:
    """One place in a document.

    `kind`: a scalar, or text (two languages), struct (`fields`), list (`item`), tuple (`items`), dict (`key`, `item`)
    or union (`variants` by the value of `tag_field`).
    """

    kind: str
    label: object = ""
    help: object = ""
    unit: str = ""
    limits: Mapping[str, Any] = field(default_factory=dict)
    choices: tuple[tuple[Any, object], ...] = ()
    fields: tuple[Field, ...] = ()
    item: "Node | None" = None
    items: "tuple[Node, ...]" = ()
    key: "Node | None" = None
    variants: "Mapping[str, Node]" = field(default_factory=dict)
    tag_field: str = ""
    match: tuple[str, ...] = ()
    optional: bool = False

    @property
    def is_scalar(self) -> bool:
        return self.kind in SCALARS

    @property
    def is_lines(self) -> bool:
        """A list of plain values, written one per line."""
        return self.kind == "list" and self.item is not None and self.item.is_scalar and self.item.kind != "choice"

    @property
    def is_picks(self) -> bool:
        """A list of given values, ticked."""
        return self.kind == "list" and self.item is not None and self.item.kind == "choice"

    @property
    def is_leaf(self) -> bool:
        """Said in one phrase, without parts of its own."""
        return self.is_scalar or self.kind == "text" or self.is_lines or self.is_picks or self.is_points

    @property
    def is_points(self) -> bool:
        """A list of pairs or triples of plain values, such as a curve."""
        return self.kind == "list" and self.item is not None and self.item.kind == "tuple"

    def variant(self, value: Mapping[str, Any]) -> "Node":
        """The struct that a value of a union is."""
        return self.variants[str(value.get(self.tag_field, ""))]


@functools.cache
def node_of(body_type: type[msgspec.Struct]) -> Node:
    """Return the tree of a policy type; raises TypeError for a type that has no form."""
    return _node(inspect.type_info(body_type), {})


def _node(info: Any, extra: Mapping[str, Any]) -> Node:
    if isinstance(info, inspect.Metadata):
        return _node(info.type, {**(info.extra or {}), **extra})
    words: dict[str, Any] = {
        name: extra[source]
        for name, source in (("label", "label"), ("help", "help"), ("unit", "unit"))
        if source in extra
    }
    if extra.get("choices") and not isinstance(info, _LISTS):
        return Node("choice", choices=tuple(extra["choices"].items()), **words)
    if isinstance(info, inspect.StructType):
        return _struct(info, words)
    if isinstance(info, inspect.UnionType):
        return _union(info, extra, words)
    if isinstance(info, _LISTS):
        item = _node(info.item_type, {"choices": extra["choices"]} if extra.get("choices") else {})
        return Node("list", item=item, match=tuple(extra.get("match", ())), limits=_limits(info), **words)
    if isinstance(info, inspect.TupleType):
        return Node("tuple", items=tuple(_node(part, {}) for part in info.item_types), **words)
    if isinstance(info, inspect.DictType):
        return Node(
            "dict", key=_node(info.key_type, {}), item=_node(info.value_type, {}), limits=_limits(info), **words
        )
    if isinstance(info, inspect.EnumType) or (isinstance(info, inspect.CustomType) and issubclass(info.cls, Enum)):
        return Node("choice", choices=_choices(info.cls), **words)
    if isinstance(info, inspect.LiteralType):
        return Node("choice", choices=tuple((value, str(value)) for value in info.values), **words)
    for kind, types in _SCALAR_TYPES.items():
        if isinstance(info, types):
            return Node(kind, limits=_limits(info), **words)
    raise TypeError(f"A policy cannot have a field of the type {info!r}: the console has no form for it.")


_LISTS = (inspect.ListType, inspect.VarTupleType, inspect.SetType, inspect.FrozenSetType, inspect.CollectionType)
_SCALAR_TYPES: dict[str, Any] = {
    "bool": inspect.BoolType,
    "int": inspect.IntType,
    "float": inspect.FloatType,
    "str": inspect.StrType,
    "date": inspect.DateType,
    "time": inspect.TimeType,
    "duration": inspect.TimeDeltaType,
}


def _struct(info: inspect.StructType, words: dict[str, Any]) -> Node:
    if info.cls is Text:
        return Node("text", **words)
    return Node("struct", fields=tuple(_field(part) for part in info.fields), tag_field=info.tag_field or "", **words)


def _field(info: inspect.Field) -> Field:
    node = _node(info.type, {})
    if not node.label:
        node = replace(node, label=info.encode_name.replace("_", " ").capitalize())
    if info.default is not msgspec.NODEFAULT:
        return Field(info.encode_name, node, False, _plain(info.default))
    if info.default_factory is not msgspec.NODEFAULT:
        return Field(info.encode_name, node, False, _plain(info.default_factory()))
    return Field(info.encode_name, node, info.required)


def _plain(value: Any) -> Any:
    return msgspec.json.decode(msgspec.json.encode(value))


def _union(info: inspect.UnionType, extra: Mapping[str, Any], words: dict[str, Any]) -> Node:
    present = [part for part in info.types if not isinstance(part, inspect.NoneType)]
    if len(present) == 1:
        node = _node(present[0], extra)
        if not node.is_scalar:
            raise TypeError("Only plain values of a policy may be absent (X | None), not lists or structs.")
        return replace(node, optional=True)
    variants: dict[str, Node] = {}
    tag_field = ""
    for part in present:
        bare = part.type if isinstance(part, inspect.Metadata) else part
        if not isinstance(bare, inspect.StructType) or not bare.tag_field:
            raise TypeError("A union in a policy is made of tagged structs.")
        tag_field = bare.tag_field
        node = _node(part, {})
        variants[str(bare.tag)] = node if node.label else replace(node, label=str(bare.tag))
    return Node("union", variants=variants, tag_field=tag_field, **words)


def _choices(cls: Any) -> tuple[tuple[Any, object], ...]:
    if hasattr(cls, "choices"):
        return tuple((member.value, member.label) for member in cls)
    return tuple((member.value, member.name.replace("_", " ").capitalize()) for member in cls)


def _limits(info: Any) -> dict[str, Any]:
    names = ("ge", "gt", "le", "lt", "multiple_of", "min_length", "max_length", "pattern")
    return {name: value for name in names if (value := getattr(info, name, None)) is not None}
