"""Rows that do not land, and why."""

import csv
import os
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import TextIO

from django.db.models import TextChoices
from django.utils.translation import gettext as _g
from django.utils.translation import gettext_lazy as _

from orders.importing.errors import ImportFailed
from shopops.csvfiles import harmless

#: Longer values are cut in the file of rejects.
LONGEST_VALUE = 200


class Reason(TextChoices):
    """Why a row is rejected."""

    MISSING_VALUE = "missing_value", _("The value is missing")
    WRONG_DATE = "wrong_date", _("Not a date in the mapping's formats")
    DATE_OUT_OF_RANGE = "date_out_of_range", _("The date is not between the years 2000 and 2100")
    WRONG_AMOUNT = "wrong_amount", _("Not an amount as the mapping writes them")
    NEGATIVE_AMOUNT = "negative_amount", _("The amount is negative")
    AMOUNT_TOO_LARGE = "amount_too_large", _("The amount is too large")
    TOO_MANY_DECIMALS = "too_many_decimals", _("The amount has more decimals than its currency")
    WRONG_NUMBER = "wrong_number", _("Not a whole number")
    OUT_OF_RANGE = "out_of_range", _("The number is out of its range")
    UNKNOWN_VALUE = "unknown_value", _("The mapping does not know this value")
    UNKNOWN_CURRENCY = "unknown_currency", _("Not a currency that fits the mapping's")
    TOO_LONG = "too_long", _("The text is too long")
    BAD_CHARACTER = "bad_character", _("The text contains a NUL character")
    WRONG_WIDTH = "wrong_width", _("The row has more or fewer fields than the header")
    BAD_QUOTES = "bad_quotes", _("Quotation marks inside a field must be doubled, and a field may not go on after one")
    OPEN_QUOTE = "open_quote", _("A quotation mark is opened and never closed: everything after it is lost")
    DUPLICATE = "duplicate", _("The file has this row twice; the first one counts")
    INCOMPLETE = "incomplete", _("Another line of the same order was rejected")
    NO_LINES = "no_lines", _("The order has no items that were accepted, hence no merchant")
    UNKNOWN_ORDER = "unknown_order", _("Its order is unknown or was rejected")
    UNKNOWN_MERCHANT = "unknown_merchant", _("Its merchant is unknown")


@dataclass(frozen=True)
class Reject:
    """A row that does not land: file, line where it starts (the header is line 1), column, value, reason."""

    file: str
    line: int
    column: str
    value: str
    reason: str


class RejectFile:
    """Writes rejects to a CSV file, made when the first one comes, and counts them by reason.

    People open it in spreadsheets: what would be a formula is disarmed as in all downloads. Raises ImportFailed when
    it is entered, before anything is read, if the file could not be written.
    """

    def __init__(self, path: Path | None) -> None:
        self.path = path
        self.counts: Counter[str] = Counter()
        self._file: TextIO | None = None

    def __enter__(self) -> "RejectFile":
        if self.path:
            _check_writable(self.path)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        if self._file:
            self._file.close()

    @property
    def total(self) -> int:
        """How many rows were rejected."""
        return self.counts.total()

    def add(self, reject: Reject) -> None:
        """Count a reject and write it down."""
        self.counts[reject.reason] += 1
        if self.path is None:
            return
        if self._file is None:
            self._file = _open(self.path)
            self._writer = csv.writer(self._file)
            self._writer.writerow([_g("file"), _g("line"), _g("column"), _g("value"), _g("reason")])
        value = reject.value[:LONGEST_VALUE].replace("\0", "␀")
        row = [reject.file, reject.line, reject.column, value, str(Reason(reject.reason).label)]
        self._writer.writerow([harmless(cell) for cell in row])


def _check_writable(path: Path) -> None:
    """Find out without making anything whether rejects could be written; raises ImportFailed."""
    try:
        is_folder = path.is_dir()
        there = next(each for each in (path, *path.absolute().parents) if each.exists())
    except OSError as error:
        raise _unwritable(path, error.strerror or str(error)) from error
    if is_folder:
        raise ImportFailed(
            _g("--rejects needs a file, and %(path)s is a folder. Name a file in it, such as %(example)s.")
            % {"path": path, "example": path / "rejects.csv"}
        )
    if there != path and not there.is_dir():
        raise _unwritable(path, _g("%(path)s is not a folder") % {"path": there})
    if not os.access(there, os.W_OK if there == path else os.W_OK | os.X_OK):
        raise _unwritable(path, _g("no permission to write to %(path)s") % {"path": there})


def _open(path: Path) -> TextIO:
    """Make the file and the folders above it; raises ImportFailed."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        # utf-8-sig: spreadsheets read the Chinese reasons right
        return path.open("w", encoding="utf-8-sig", newline="")
    except OSError as error:
        raise _unwritable(path, error.strerror or str(error)) from error


def _unwritable(path: Path, why: str) -> ImportFailed:
    return ImportFailed(
        _g("The rejected rows cannot be written to %(path)s: %(why)s. Name another file with --rejects.")
        % {"path": path, "why": why}
    )
