"""Reading bodies: one JSON document, not nested without end."""

import json
from collections.abc import Mapping
from typing import IO, Any

from django.utils.translation import gettext as _
from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser

MAX_DEPTH = 20


class StrictJSONParser(BaseParser):
    """UTF-8 JSON without NaN, names that stand twice and halves of letters, at most 20 levels deep."""

    media_type = "application/json"

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        """Return the document. Raises ParseError saying where it breaks."""
        try:
            text = stream.read().decode()
            parsed = json.loads(text, parse_constant=_no_constant, object_pairs_hook=_object)
        except UnicodeDecodeError as error:
            raise ParseError(_("The body is not UTF-8 (byte %(place)s).") % {"place": error.start}) from error
        except json.JSONDecodeError as error:
            where = {"line": error.lineno, "column": error.colno}
            raise ParseError(_("No JSON: line %(line)s, column %(column)s.") % where) from error
        except _Twice as error:
            raise ParseError(_("The name “%(name)s” stands twice in one object.") % {"name": error.shown}) from error
        except (RecursionError, ValueError) as error:
            raise ParseError(_("Nested too deeply, or a number that JSON does not have.")) from error
        _check_depth(parsed)
        _check_letters(text, parsed)
        return parsed


class _Twice(Exception):
    """A name that stands twice in an object: readers of JSON do not agree which one counts."""

    def __init__(self, name: str) -> None:
        self.shown = name.encode(errors="replace").decode()[:100]


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _value in pairs]
        raise _Twice(next(name for name in found if names.count(name) > 1))
    return found


def _no_constant(name: str) -> None:
    raise ValueError(name)


def _check_depth(parsed: Any) -> None:
    level = [parsed]
    for _depth in range(MAX_DEPTH):
        level = [
            inner
            for outer in level
            if isinstance(outer, dict | list)
            for inner in (outer.values() if isinstance(outer, dict) else outer)
        ]
        if not level:
            return
    raise ParseError(_("Nested more than %(depth)s levels deep.") % {"depth": MAX_DEPTH})


def _check_letters(text: str, parsed: Any) -> None:
    """Half of a surrogate pair can be written in JSON, and be stored or sent back by nobody."""
    if "\\ud" not in text.lower():
        return
    try:
        json.dumps(parsed, ensure_ascii=False).encode()
    except UnicodeEncodeError as error:
        raise ParseError(_("A text has half of a surrogate pair (\\ud800 to \\udfff) in it.")) from error
