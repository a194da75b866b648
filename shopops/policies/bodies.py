"""Bodies of policies: checking them against their type, their hash, and reading and writing them as files."""

import hashlib
import json
import re
import tomllib
from collections.abc import Mapping
from typing import Any

import msgspec
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from shopops.policies.kinds import PolicyKind


class InvalidPolicy(Exception):
    """A policy document that does not fit its type; the message names the field and what it must be.

    `path` is the dotted place ("components.0.items.2"), empty when the whole is meant; `words` say what is wrong there.
    """

    def __init__(self, message: str, path: str = "", words: str = "") -> None:
        super().__init__(message)
        self.path = path
        self.words = words or message

    @property
    def on_page(self) -> str:
        """The message where the kind is known: place and words."""
        return f"{self.path}: {self.words}" if self.path else self.words


def content_hash(body: dict[str, Any]) -> str:
    """Return the SHA-256 of the body in canonical form: sorted keys, no spaces."""
    return hashlib.sha256(msgspec.json.encode(body, order="deterministic")).hexdigest()


def validated(kind: PolicyKind, body: dict[str, Any]) -> dict[str, Any]:
    """Return the body as plain JSON, all defaults filled in; raises InvalidPolicy naming the field."""
    try:
        typed = msgspec.convert(body, kind.type)
    except msgspec.ValidationError as error:
        words, path = _place(str(error))
        words = _in_words(words)
        raise InvalidPolicy(
            f"{kind.code}: {path}: {words}" if path else f"{kind.code}: {words}", path, words
        ) from error
    # Through JSON, so that the body is equal to what the database will give back: lists, not tuples.
    plain: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(typed))
    return plain


#: What msgspec says of a document that does not fit. Checks of a type's own are written and translated there.
_MISFITS = (
    (re.compile(r"Expected `(?P<type>.+?)`, got `(?P<got>.+?)`$"), _lazy("It must be %(type)s; it is %(got)s.")),
    (re.compile(r"Expected `\w+` (?P<limit>[<>]=? .+)$"), _lazy("It must be %(limit)s.")),
    (re.compile(r"Object missing required field `(?P<name>.+)`$"), _lazy("“%(name)s” is missing.")),
    (re.compile(r"Object contains unknown field `(?P<name>.+)`$"), _lazy("There is no field “%(name)s”.")),
)


def _in_words(message: str) -> str:
    """Say what msgspec found in the language in use; its own words where it is something rare."""
    for pattern, words in _MISFITS:
        if found := pattern.match(message):
            return str(words) % found.groupdict()
    return message


_PLACE = re.compile(r"^(?P<words>.*?)(?: - at (?:key in )?`\$(?P<path>[^`]*)`)?$", re.DOTALL)


def _place(message: str) -> tuple[str, str]:
    """Split msgspec's message into words and dotted path; the path ends where it goes into a dict."""
    found = _PLACE.match(message)
    if found is None:
        return message, ""
    path = re.split(r"\[\.\.\.\]", found["path"] or "")[0]
    return found["words"], re.sub(r"\[(\d+)\]", r".\1", path).lstrip(".")


def parse(text: str) -> dict[str, Any]:
    """Read a document from TOML or JSON (an object); raises InvalidPolicy naming the line."""
    stripped = text.lstrip("\ufeff \r\n\t")
    try:
        found = json.loads(stripped) if stripped.startswith("{") else tomllib.loads(stripped.replace("\r\n", "\n"))
    except (json.JSONDecodeError, tomllib.TOMLDecodeError) as error:
        raise InvalidPolicy(_("The file is neither TOML nor JSON: %(error)s") % {"error": error}) from error
    # TOML has dates and times of its own; bodies are plain JSON.
    plain: dict[str, Any] = msgspec.to_builtins(found)
    return plain


def as_json(body: Mapping[str, Any]) -> str:
    """Write a body as JSON for people."""
    return json.dumps(body, ensure_ascii=False, indent=2) + "\n"


def as_toml(body: Mapping[str, Any]) -> str:
    """Write a body as TOML: plain values first, then tables and arrays of tables. Absent values (None) are left out."""
    lines: list[str] = []
    _table(body, (), lines)
    return "\n".join(lines).strip() + "\n"


def _table(table: Mapping[str, Any], path: tuple[str, ...], lines: list[str]) -> None:
    present = {name: value for name, value in table.items() if value is not None}
    later = {name: value for name, value in present.items() if _is_table(value) or _is_array_of_tables(value)}
    lines.extend(f"{_key(name)} = {_inline(value)}" for name, value in present.items() if name not in later)
    for name, value in later.items():
        place = (*path, name)
        dotted = ".".join(_key(part) for part in place)
        for each in value if isinstance(value, list) else [value]:
            lines.extend(["", f"[[{dotted}]]" if isinstance(value, list) else f"[{dotted}]"])
            _table(each, place, lines)


def _is_table(value: Any) -> bool:
    """Whether a mapping gets a heading of its own; a text in two languages stays on one line."""
    return isinstance(value, Mapping) and bool(value) and value.keys() != {"en", "zh"}


def _is_array_of_tables(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(_is_table(each) for each in value)


def _inline(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{_key(name)} = {_inline(each)}" for name, each in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(_inline(each) for each in value) + "]"
    if isinstance(value, str):
        # TOML's basic strings are JSON's, with DEL escaped too.
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(value, int | float):
        return repr(value)
    raise TypeError(f"{value!r} has no place in a policy")


def _key(name: str) -> str:
    return name if re.fullmatch(r"[A-Za-z0-9_-]+", name) else json.dumps(name, ensure_ascii=False)
