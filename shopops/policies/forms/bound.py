"""A form ready for the template: labels, help, values, errors, rows and the names of inputs."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from shopops.policies.forms.parsing import Errors
from shopops.policies.forms.raw import COUNT, KEY, TAG, VALUE, join
from shopops.policies.nodes import Node
from shopops.policies.reading import is_compact
from shopops.policies.words import UNITS

#: From this many characters on a text gets several lines.
LONG = 60


@dataclass
class Input:
    """One place of the form. `control` says how it is drawn; `parts` are its fields, `rows` its rows."""

    name: str
    control: str
    label: str
    help: str = ""
    unit: str = ""
    value: Any = ""
    error: str = ""
    optional: bool = False
    lines: int = 1
    choices: list[tuple[str, str, bool]] = field(default_factory=list)
    parts: "list[Input]" = field(default_factory=list)
    rows: "list[Row]" = field(default_factory=list)
    heads: list[tuple[str, str]] = field(default_factory=list)
    additions: list[tuple[str, str]] = field(default_factory=list)
    step: str = ""
    count_name: str = ""
    level: int = 2

    @property
    def id(self) -> str:
        return f"id_{self.name}"

    @property
    def has_errors(self) -> bool:
        """Whether anything at or below this place is wrong, so that it is opened."""
        return (
            bool(self.error) or any(part.has_errors for part in self.parts) or any(row.has_errors for row in self.rows)
        )


@dataclass
class Row:
    """A row of a list or dict: its name for people, its hidden tag or its key, and its fields."""

    name: str
    title: str
    parts: list[Input]
    hidden: list[tuple[str, str]] = field(default_factory=list)
    error: str = ""
    is_first: bool = False
    is_last: bool = False
    note: str = ""

    @property
    def has_errors(self) -> bool:
        return bool(self.error) or any(part.has_errors for part in self.parts)


def bound(node: Node, raw: Any, errors: Errors) -> list[Input]:
    """Return the inputs of a document's top level."""
    return [_input(part.node, raw[part.name], part.name, errors, part.is_optional, 2) for part in node.fields]


def mistakes(inputs: list[Input], errors: Errors) -> list[tuple[str, str, str]]:
    """Every error of a form as (id of its place, the labels that lead there, what is wrong), from the top down.

    The id is empty for what concerns the whole.
    """
    found = list(_mistakes(inputs, ()))
    places = {place for place, _where, _words in found}
    return found + [("", "", words) for name, words in errors.items() if f"id_{name}" not in places]


def _mistakes(inputs: list[Input], above: tuple[str, ...]) -> Iterator[tuple[str, str, str]]:
    for shown in inputs:
        where = (*above, shown.label) if shown.label else above
        if shown.error:
            yield shown.id, " › ".join(where), shown.error
        yield from _mistakes(shown.parts, where)
        for row in shown.rows:
            inner = (*where, row.title)
            if row.error and not any(part.name == row.name and part.error for part in row.parts):
                yield f"id_{row.name}", " › ".join(inner), row.error
            yield from _mistakes(row.parts, inner)


def _input(node: Node, raw: Any, name: str, errors: Errors, optional: bool, level: int) -> Input:
    shown = Input(
        name,
        _control(node),
        str(node.label),
        str(node.help),
        str(UNITS.get(node.unit, "")),
        raw,
        errors.get(name, ""),
        optional,
        level=level,
    )
    if node.kind == "text":
        shown.parts = [
            Input(
                f"{name}.{code}", "area", label, value=raw[code], error=errors.get(f"{name}.{code}", ""),
                lines=3 if max(len(raw["en"]), len(raw["zh"]) * 2) > LONG else 1,
            )
            for code, label in (("en", "English"), ("zh", "中文"))
        ]  # fmt: skip
    elif node.is_picks and node.item:
        shown.choices = _picks(node.item, raw)
    elif node.is_lines:
        shown.lines = min(12, max(3, raw.count("\n") + 2))
    elif node.kind == "choice":
        shown.choices = [(str(value), str(label), str(value) == raw) for value, label in node.choices]
    elif node.kind in ("struct", "union"):
        shown.parts = _fields(node, raw, name, errors, level + 1)
    elif node.kind == "tuple":
        shown.parts = _places(node, raw, name, errors, level + 1)
    elif not node.is_scalar:
        _add_rows(shown, node, raw, errors, level)
    elif node.kind in ("int", "float"):
        shown.step = "1" if node.kind == "int" else "any"
    elif node.kind == "str" and len(raw) > LONG:
        shown.control, shown.lines = "area", 3
    return shown


def _control(node: Node) -> str:
    if node.is_picks:
        return "picks"
    if node.is_lines:
        return "area"
    if is_compact(node) or node.is_points:
        return "table"
    return {
        "int": "number", "float": "number", "str": "text", "bool": "box", "choice": "select", "date": "date",
        "time": "time", "duration": "text", "text": "pair", "struct": "group", "union": "group", "tuple": "group",
        "list": "rows", "dict": "rows",
    }[node.kind]  # fmt: skip


def _picks(item: Node, raw: list[str]) -> list[tuple[str, str, bool]]:
    """Ticked values first, in the document's order: a posted form keeps the order of its boxes."""
    labels = {str(value): str(label) for value, label in item.choices}
    ticked = [(value, labels.get(value, value), True) for value in raw]
    return ticked + [(value, label, False) for value, label in labels.items() if value not in raw]


def _fields(node: Node, raw: Any, name: str, errors: Errors, level: int) -> list[Input]:
    struct = node.variants[raw[TAG]] if node.kind == "union" else node
    return [
        _input(part.node, raw[part.name], join(name, part.name), errors, part.is_optional, level)
        for part in struct.fields
    ]


def _places(node: Node, raw: Any, name: str, errors: Errors, level: int) -> list[Input]:
    return [
        _input(part, each, join(name, number), errors, False, level)
        for number, (part, each) in enumerate(zip(node.items, raw, strict=True))
    ]


def _add_rows(shown: Input, node: Node, raw: list[Any], errors: Errors, level: int) -> None:
    item = node.item
    if item is None:
        raise TypeError("Only lists and dicts have rows.")
    shown.count_name = join(shown.name, COUNT)
    shown.value = len(raw)
    if item.kind == "union":
        shown.additions = [(f"add:{shown.name}:{tag}", str(each.label)) for tag, each in item.variants.items()]
    else:
        shown.additions = [(f"add:{shown.name}", _("Add a row"))]
    if shown.control == "table":
        shown.heads = _heads(item)
    for number, each in enumerate(raw):
        row = _row(node, item, each, join(shown.name, number), errors, level + 1)
        row.title, row.note = _title(item, each["value"] if node.kind == "dict" else each, number)
        row.is_first, row.is_last = number == 0, number == len(raw) - 1
        shown.rows.append(row)


def _heads(item: Node) -> list[tuple[str, str]]:
    parts = item.items if item.kind == "tuple" else tuple(part.node for part in item.fields)
    return [
        (str(part.label) or f"{number}.", str(UNITS.get(part.unit, ""))) for number, part in enumerate(parts, start=1)
    ]


def _row(node: Node, item: Node, raw: Any, name: str, errors: Errors, level: int) -> Row:
    if node.kind == "dict" and node.key is not None:
        key = _input(node.key, raw["key"], join(name, KEY), errors, False, level)
        key.label = _("Code") if node.key.kind == "str" else str(node.key.label) or _("Applies to")
        inner = join(name, VALUE)
        return Row(name, "", [key, *_inside(item, raw["value"], inner, errors, level)], error=errors.get(inner, ""))
    hidden = [(join(name, TAG), raw[TAG])] if item.kind == "union" else []
    return Row(name, "", _inside(item, raw, name, errors, level), hidden, errors.get(name, ""))


def _inside(item: Node, raw: Any, name: str, errors: Errors, level: int) -> list[Input]:
    """The inputs of one item: its fields or places, else the one that it is itself (a text, a number, a list)."""
    if item.kind in ("struct", "union"):
        return _fields(item, raw, name, errors, level)
    if item.kind == "tuple":
        return _places(item, raw, name, errors, level)
    return [_input(item, raw, name, errors, False, level)]


def _title(item: Node, raw: Any, number: int) -> tuple[str, str]:
    """Name a row by what stands in it: its name, title or code, else its number; and the variant it is."""
    from django.utils.translation import get_language

    language = "zh" if (get_language() or "").startswith("zh") else "en"
    note = str(item.variants[raw[TAG]].label) if item.kind == "union" else ""
    if item.kind == "text":
        return raw[language] or _("Row %(number)s") % {"number": number + 1}, note
    if isinstance(raw, dict):
        for part in ("name", "title", "code", "text"):
            value = raw.get(part)
            words = value.get(language) if isinstance(value, dict) else value
            if isinstance(words, str) and words.strip():
                return words, note
        for value in raw.values():
            if isinstance(value, str) and value.strip():
                return value.split("\n")[0][:60], note
    return _("Row %(number)s") % {"number": number + 1}, note
