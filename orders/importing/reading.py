"""Reading a CSV file into rows of typed values, ready for COPY, and rejects."""

import csv
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from orders.importing.errors import ImportFailed
from orders.importing.files import Source
from orders.importing.rejects import Reason, Reject
from orders.importing.schema import Mapping
from orders.importing.values import Bad, Parser, parser

#: The longest field in characters; a greater one stops the file, because the rest of it cannot be told apart any more.
LONGEST_FIELD = 32 * 1024 * 1024
_DELIMITERS = ",;\t|"
_NULL = "\\N"


@dataclass(frozen=True)
class Row:
    """A row as a line of COPY's text format, led by its line number."""

    text: str


@dataclass(frozen=True)
class Broken:
    """The `group` of a rejected row, as a line of COPY's text format: its other rows must not land without it."""

    text: str


def rows(source: Source, mapping: Mapping, on_bytes: Callable[[int], None]) -> Iterator[Row | Broken | Reject]:
    """Yield what is in a file, row by row; blank lines are passed over.

    `on_bytes` hears how far the file is read. Raises ImportFailed when the header lacks columns or is separated
    otherwise.
    """
    csv.field_size_limit(LONGEST_FIELD)
    with source.path.open("rb") as raw, io.TextIOWrapper(raw, source.encoding, newline="") as file:
        reader = csv.reader(file, delimiter=mapping.delimiter, strict=True)
        try:
            header = next(reader)
        except (StopIteration, csv.Error):
            raise ImportFailed(_("%(file)s has no header line.") % {"file": source.path.name}) from None
        layout = _Layout(source, mapping, header)
        for number, (line, fields) in enumerate(_records(reader)):
            if isinstance(fields, Reason):
                yield Reject(source.path.name, line, "", "", fields)
            elif fields:
                yield from layout.read(line, fields)
            if number % 2000 == 0:
                on_bytes(raw.tell())
    on_bytes(source.size)


def _records(reader: Any) -> Iterator[tuple[int, list[str] | Reason]]:
    """Yield (first line, fields) of every record. After one that cannot be parsed, the next line begins a new one."""
    while True:
        line = reader.line_num + 1
        try:
            yield line, next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield line, Reason.OPEN_QUOTE if "end of data" in str(error) else Reason.BAD_QUOTES


class _Layout:
    """Where the mapping's columns are in this file, and how each is read."""

    def __init__(self, source: Source, mapping: Mapping, header: list[str]) -> None:
        self.file = source.path.name
        self.width = len(header)
        places = _places(source, mapping, header)
        self.columns: list[tuple[str, int | None, Parser]] = [
            (column.header(name), places[name], parser(column, mapping)) for name, column in source.spec.columns.items()
        ]
        order = list(source.spec.columns)
        self.group = [self.columns[order.index(name)] for name in source.spec.group]

    def read(self, line: int, fields: list[str]) -> Iterator[Row | Broken | Reject]:
        """Yield the row, or why it is rejected (and its group)."""
        if len(fields) != self.width:
            yield Reject(self.file, line, "", _as_text(fields), Reason.WRONG_WIDTH)
            return
        out = [str(line)]
        for name, place, parse in self.columns:
            value = "" if place is None else fields[place]
            try:
                parsed = parse(value)
            except Bad as bad:
                yield Reject(self.file, line, name, value, bad.reason)
                yield from self._broken(fields)
                return
            out.append(_NULL if parsed is None else parsed)
        yield Row("\t".join(out))

    def _broken(self, fields: list[str]) -> Iterator[Broken]:
        """Yield the group of a rejected row, if it can be read."""
        if not self.group:
            return
        try:
            values = [parse("" if place is None else fields[place]) for _name, place, parse in self.group]
        except Bad:
            return
        if None not in values:
            yield Broken("\t".join(value for value in values if value is not None))


def _as_text(fields: list[str]) -> str:
    """A row that cannot be told apart, as it would stand in the file."""
    return ",".join(fields)


def _places(source: Source, mapping: Mapping, header: list[str]) -> dict[str, int | None]:
    """Find every column of the mapping in the header, without regard to case."""
    found: dict[str, list[int]] = {}
    for place, text in enumerate(header):
        found.setdefault(_normal(text), []).append(place)
    places: dict[str, int | None] = {}
    missing = []
    for name, column in source.spec.columns.items():
        hits = next((found[_normal(text)] for text in column.headers(name) if _normal(text) in found), None)
        if hits is None and not column.optional:
            missing.append(column.header(name))
        elif hits and len(hits) > 1:
            raise ImportFailed(
                _("%(file)s has the column %(column)s twice.") % {"file": source.path.name, "column": header[hits[0]]}
            )
        places[name] = hits[0] if hits else None
    if missing:
        raise ImportFailed(_complaint(source, mapping, header, missing))
    return places


def _complaint(source: Source, mapping: Mapping, header: list[str], missing: list[str]) -> str:
    """Say which columns are missing, and whether the file is separated by something else."""
    joined = mapping.delimiter.join(header)
    for delimiter in _DELIMITERS:
        if delimiter != mapping.delimiter and joined.count(delimiter) > joined.count(mapping.delimiter):
            return _("%(file)s seems to be separated by %(found)r, not by %(expected)r. Say --delimiter %(found)r.") % {
                "file": source.path.name,
                "found": delimiter,
                "expected": mapping.delimiter,
            }
    return _("%(file)s has no column %(missing)s. It has: %(header)s.") % {
        "file": source.path.name,
        "missing": ", ".join(missing),
        "header": ", ".join(header),
    }


def _normal(text: str) -> str:
    return text.strip().lstrip("\ufeff").casefold()
