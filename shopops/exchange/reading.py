"""From an uploaded file to rows: CSV in the encodings that people's programs write, or an Excel workbook."""

import csv
import hashlib
import io
import zipfile
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from tablib import Dataset

from shopops.csvfiles import FORMULA as _FORMULA
from shopops.exchange.registry import Exchange

#: An import that somebody looks at row by row is small; the bulk API takes more.
MAX_BYTES = 20 * 1024 * 1024
MAX_ROWS = 100_000
#: Cells further to the right are not read; no import has as many columns.
MAX_COLUMNS = 200
#: A workbook is a ZIP: it may unpack to so much and no more.
MAX_UNPACKED = 200 * 1024 * 1024
#: UTF-8 with and without a byte order mark, then what Chinese spreadsheets write.
ENCODINGS = ("utf-8-sig", "gb18030")
#: The column that our file of rejected rows adds; it may come back with the corrected rows.
ERRORS = "errors"


@dataclass
class Table:
    """What a file says. `names` are its columns, `rows` its cells as text, `longer` the rows (from 0) with cells behind
    the last column."""

    names: list[str]
    rows: list[list[str]]
    format: str
    encoding: str = ""
    longer: frozenset[int] = frozenset()
    size: int = 0
    sha256: str = ""
    dataset: Dataset = field(init=False)

    def __post_init__(self) -> None:
        self.dataset = Dataset(*self.rows, headers=self.names)


def read(file: Any, exchange: Exchange) -> Table:
    """Return the rows of a file (an upload, or one that was stored); raises ValidationError naming what is wrong."""
    file.seek(0)
    content = file.read(MAX_BYTES + 1)
    name = getattr(file, "name", "") or ""
    if not content:
        raise ValidationError(_("“%(name)s” is empty (0 bytes). Choose another file.") % {"name": name})
    if len(content) > MAX_BYTES:
        raise ValidationError(
            _("“%(name)s” is larger than %(limit)s MB. Divide it into several files.")
            % {"name": name, "limit": MAX_BYTES // 1024 // 1024}
        )
    table = _workbook(content, name) if content.startswith(b"PK\x03\x04") else _text(content, name)
    _check_heading(table, exchange)
    if not table.rows:
        raise ValidationError(_("“%(name)s” has a heading and no rows below it.") % {"name": name})
    if len(table.rows) > MAX_ROWS:
        raise ValidationError(
            _("“%(name)s” has %(rows)s rows, at most %(limit)s fit into one import. Divide it into several files.")
            % {"name": name, "rows": len(table.rows), "limit": MAX_ROWS}
        )
    table.size, table.sha256 = len(content), hashlib.sha256(content).hexdigest()
    return table


def _text(content: bytes, name: str) -> Table:
    if b"\0" in content:
        raise ValidationError(
            _("“%(name)s” is neither a CSV file nor an Excel workbook (.xlsx). Save it as one of these.")
            % {"name": name}
        )
    for encoding in ENCODINGS:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        return _csv(text, name, encoding)
    raise ValidationError(
        _("“%(name)s” is written in none of %(encodings)s. Save it as CSV in UTF-8.")
        % {"name": name, "encodings": "UTF-8, GB18030"}
    )


def _csv(text: str, name: str, encoding: str) -> Table:
    first = text.lstrip().split("\n", 1)[0]
    delimiter = max(",;\t", key=first.count)
    try:
        lines = [
            [_armed(cell.strip()) for cell in line]
            for line in csv.reader(io.StringIO(text), delimiter=delimiter, strict=True)
            if any(cell.strip() for cell in line)
        ]
    except csv.Error as error:
        raise ValidationError(
            _("“%(name)s” cannot be read as CSV: %(error)s.") % {"name": name, "error": error}
        ) from error
    return _table(lines, "csv", "utf-8" if encoding == "utf-8-sig" else encoding, name)


def _armed(cell: str) -> str:
    """A cell without the apostrophe that our own downloads put before what a spreadsheet would run."""
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(_FORMULA) else cell


def _workbook(content: bytes, name: str) -> Table:
    from openpyxl import load_workbook

    broken = ValidationError(
        _("“%(name)s” cannot be read as an Excel workbook (.xlsx). Save it again, or as CSV.") % {"name": name}
    )
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            unpacked = sum(each.file_size for each in archive.infolist())
        if unpacked > MAX_UNPACKED:
            raise ValidationError(
                _("“%(name)s” unpacks to more than %(limit)s MB. Save the rows as CSV.")
                % {"name": name, "limit": MAX_UNPACKED // 1024 // 1024}
            )
        sheet = load_workbook(io.BytesIO(content), read_only=True, data_only=True).worksheets[0]
        lines = _sheet_lines(sheet)
    except ValidationError:
        raise
    except Exception as error:  # openpyxl raises whatever the broken part meets
        raise broken from error
    return _table(lines, "xlsx", "", name)


def _sheet_lines(sheet: Any) -> list[list[str]]:
    """The rows of a sheet that say something, without the empty cells behind them.

    What a workbook says of its own size is often the whole sheet (a format far down is enough), so it does not count.
    """
    sheet.reset_dimensions()
    lines: list[list[str]] = []
    for row in sheet.iter_rows(values_only=True, max_col=MAX_COLUMNS):
        line = [_cell(value) for value in row]
        while line and not line[-1]:
            line.pop()
        if line:
            lines.append(line)
        if len(lines) > MAX_ROWS + 1:
            break
    return lines


def _cell(value: Any) -> str:
    """A cell as text: whole numbers without a point, days without midnight."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    text = str(value).strip()
    return text.removesuffix(" 00:00:00")


def _table(lines: list[list[str]], format: str, encoding: str, name: str) -> Table:
    if not lines:
        raise ValidationError(_("“%(name)s” has no rows.") % {"name": name})
    heading, *rows = lines
    names = [each.strip().lower().replace(" ", "_") for each in heading]
    width = len(names)
    longer = frozenset(number for number, row in enumerate(rows) if any(row[width:]))
    # Short lines are filled; empty cells behind the heading fall away.
    return Table(names, [(row + [""] * width)[:width] for row in rows], format, encoding, longer)


def _check_heading(table: Table, exchange: Exchange) -> None:
    problems = []
    if missing := [column.name for column in exchange.columns if column.required and column.name not in table.names]:
        problems.append(_("The heading has no column %(names)s.") % {"names": ", ".join(missing)})
    if unknown := [name for name in table.names if name not in (*exchange.names, ERRORS)]:
        problems.append(_("The heading has unknown columns: %(names)s.") % {"names": ", ".join(unknown)})
    if twice := sorted({name for name in table.names if table.names.count(name) > 1}):
        problems.append(_("The heading has columns twice: %(names)s.") % {"names": ", ".join(twice)})
    if problems:
        problems.append(_("Columns there can be: %(names)s.") % {"names": ", ".join(exchange.names)})
        raise ValidationError(problems)
