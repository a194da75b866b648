"""What differs between two documents of one type, in words: by field, items of lists found again by what identifies
them, so that an inserted rule is one change and not a hundred."""

import difflib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from shopops.policies.nodes import Node
from shopops.policies.words import NOTHING, item_name, say

LANGUAGE_NAMES = {"en": "English", "zh": "中文"}
#: Languages of texts that are stored for several readers, by the name that messages use.
_LANGUAGES = {"en": "en", "zh": "zh-hans"}


@dataclass(frozen=True)
class Change:
    """One difference. `where` are the labels from the top, `path` the dotted place; `action` is changed, added, removed
    or moved. An item that came or went has its content in `lines`; a changed text says its `language`."""

    where: tuple[str, ...]
    path: str
    action: str
    old: str = ""
    new: str = ""
    lines: tuple[tuple[str, str], ...] = ()
    language: str = ""

    @property
    def place(self) -> str:
        """The labels in one line."""
        return " › ".join(self.where)


def changes(node: Node, old: Any, new: Any) -> list[Change]:
    """Return every difference of two documents, in the order of the type; empty exactly when they are equal."""
    return list(_changes(node, old, new, (), ""))


def changes_in_all_languages(node: Node, old: Any, new: Any) -> dict[str, list[dict[str, Any]]]:
    """Return the differences for a message, by language, as plain JSON; texts only in the reader's own language."""
    result: dict[str, list[dict[str, Any]]] = {}
    for name, language in _LANGUAGES.items():
        with translation.override(language):
            result[name] = [
                {"place": each.place, "action": each.action, "old": each.old, "new": each.new, "lines": each.lines}
                for each in changes(node, old, new)
                if each.language in ("", name)
            ]
    return result


def _changes(node: Node, old: Any, new: Any, where: tuple[str, ...], path: str) -> Iterator[Change]:
    if old == new:
        return
    if node.kind == "text":
        yield from _texts(old, new, where, path)
    elif node.is_leaf:
        yield _changed(say(node, old), say(node, new), where, path)
    elif node.kind == "struct":
        yield from _struct(node, old, new, where, path)
    elif node.kind == "tuple":
        for number, part in enumerate(node.items):
            yield from _changes(part, old[number], new[number], where, _join(path, number))
    elif node.kind == "dict":
        yield from _dict(node, old, new, where, path)
    elif node.kind == "union":
        if old.get(node.tag_field) == new.get(node.tag_field):
            yield from _struct(node.variant(new), old, new, where, path)
        else:
            yield Change(where, path, "removed", lines=tuple(leaves(node, old)))
            yield Change(where, path, "added", lines=tuple(leaves(node, new)))
    else:
        yield from _list(node, old, new, where, path)


def _changed(old: str, new: str, where: tuple[str, ...], path: str, language: str = "") -> Change:
    if old == new or old.strip() == new.strip():  # they differ all the same: in blanks, or an empty list against none
        old, new = f"“{old}”", f"“{new}”"
    return Change(where, path, "changed", old, new, language=language)


def _texts(old: Mapping[str, str], new: Mapping[str, str], where: tuple[str, ...], path: str) -> Iterator[Change]:
    for code, name in LANGUAGE_NAMES.items():
        if old.get(code) != new.get(code):
            yield _changed(
                old.get(code) or NOTHING, new.get(code) or NOTHING, (*where, name), _join(path, code), language=code
            )


def _struct(
    node: Node, old: Mapping[str, Any], new: Mapping[str, Any], where: tuple[str, ...], path: str
) -> Iterator[Change]:
    known = {part.name for part in node.fields} | {node.tag_field}
    for part in node.fields:
        before, after = old.get(part.name, part.default), new.get(part.name, part.default)
        yield from _sides(part.node, before, after, (*where, str(part.node.label)), _join(path, part.name))
    for name in [*old, *(name for name in new if name not in old)]:  # fields that this type has no more
        if name not in known and old.get(name) != new.get(name):
            yield _changed(_json(old.get(name)), _json(new.get(name)), (*where, name), _join(path, name))


def _sides(node: Node, old: Any, new: Any, where: tuple[str, ...], path: str) -> Iterator[Change]:
    """Compare two values of which an older version may lack one."""
    if not node.is_scalar and (old is None) != (new is None):
        present, action = (new, "added") if old is None else (old, "removed")
        yield Change(where, path, action, lines=tuple(leaves(node, present)))
    else:
        yield from _changes(node, old, new, where, path)


def _dict(
    node: Node, old: Mapping[str, Any], new: Mapping[str, Any], where: tuple[str, ...], path: str
) -> Iterator[Change]:
    if node.item is None or node.key is None:
        raise TypeError("A dict node has a key and an item.")
    for key in [*old, *(key for key in new if key not in old)]:
        name = item_name(node.item, new.get(key, old.get(key)), 0) if node.key.kind != "choice" else say(node.key, key)
        place, at = (*where, name if name != "#1" else key), _join(path, key)
        if key not in new:
            yield Change(place, at, "removed", lines=tuple(leaves(node.item, old[key])))
        elif key not in old:
            yield Change(place, at, "added", lines=tuple(leaves(node.item, new[key])))
        else:
            yield from _changes(node.item, old[key], new[key], place, at)


def _list(node: Node, old: Sequence[Any], new: Sequence[Any], where: tuple[str, ...], path: str) -> Iterator[Change]:
    if node.item is None:
        raise TypeError("A list node has an item.")
    old_keys, new_keys = _identities(node, old), _identities(node, new)
    if old_keys is None or new_keys is None:
        yield from _aligned(node.item, old, new, where, path)
        return
    places = {key: number for number, key in enumerate(new_keys)}
    for number, (key, value) in enumerate(zip(old_keys, old, strict=True)):
        if key not in places:
            yield _gone(node.item, value, number, where, path)
    before = dict(zip(old_keys, old, strict=True))
    for number, (key, value) in enumerate(zip(new_keys, new, strict=True)):
        place = (*where, item_name(node.item, value, number))
        if key not in before:
            yield Change(place, _join(path, number), "added", lines=tuple(leaves(node.item, value)))
        else:
            yield from _changes(node.item, before[key], value, place, _join(path, number))
    was, now = [key for key in old_keys if key in places], [key for key in new_keys if key in before]
    if was != now:
        names = {key: item_name(node.item, new[number], number) for key, number in places.items()}
        yield Change(where, path, "moved", " · ".join(names[key] for key in was), " · ".join(names[key] for key in now))


def _gone(item: Node, value: Any, number: int, where: tuple[str, ...], path: str) -> Change:
    return Change(
        (*where, item_name(item, value, number)), _join(path, number), "removed", lines=tuple(leaves(item, value))
    )


def _aligned(item: Node, old: Sequence[Any], new: Sequence[Any], where: tuple[str, ...], path: str) -> Iterator[Change]:
    """Compare lists whose items nothing identifies: equal stretches are left out, the rest is paired in order."""
    matcher = difflib.SequenceMatcher(
        None, [_json(each) for each in old], [_json(each) for each in new], autojunk=False
    )
    for action, old_from, old_to, new_from, new_to in matcher.get_opcodes():
        if action == "equal":
            continue
        paired = min(old_to - old_from, new_to - new_from)
        for step in range(paired):
            value = new[new_from + step]
            place = (*where, item_name(item, value, new_from + step))
            yield from _changes(item, old[old_from + step], value, place, _join(path, new_from + step))
        for number in range(old_from + paired, old_to):
            yield _gone(item, old[number], number, where, path)
        for number in range(new_from + paired, new_to):
            place = (*where, item_name(item, new[number], number))
            yield Change(place, _join(path, number), "added", lines=tuple(leaves(item, new[number])))


def _identities(node: Node, values: Sequence[Any]) -> list[str] | None:
    """Return what identifies each item, None when something does not or when two are the same."""
    keys = []
    for value in values:
        if not isinstance(value, Mapping):
            return None
        key = [value.get(name, "") for name in node.match or ("code",)]
        if not any(key):
            return None
        keys.append(_json(key))
    return keys if len(set(keys)) == len(keys) else None


def leaves(node: Node, value: Any, label: str = "") -> Iterator[tuple[str, str]]:
    """Yield (label, value in words) of everything that is filled in below a place."""
    struct = node.variant(value) if node.kind == "union" else node
    if struct.kind == "struct":
        for part in struct.fields:
            inner = value.get(part.name, part.default)
            if inner not in (None, "", [], {}):
                yield from leaves(part.node, inner, f"{label} › {part.node.label}" if label else str(part.node.label))
    elif struct.is_leaf or struct.kind == "tuple":
        yield label or _("value"), say(struct, value) if struct.is_leaf else _json(value)
    else:
        items = value.items() if struct.kind == "dict" else enumerate(value)
        for number, (key, each) in enumerate(items):
            name = str(key) if struct.kind == "dict" else item_name(struct.item, each, number)  # type: ignore[arg-type]
            yield from leaves(struct.item, each, f"{label} › {name}" if label else name)  # type: ignore[arg-type]


def _join(path: str, part: object) -> str:
    return f"{path}.{part}" if path else str(part)


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)
