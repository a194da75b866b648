"""Packing records: JSON and CSV per section, one page to read, a manifest of hashes, a signature."""

import csv
import datetime as dt
import hashlib
import io
import json
import zipfile
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import get_language

from merchants.exits import verify
from merchants.exits.records import Section, Table, sections
from merchants.models import Merchant
from shopops.audit import receipt, signing
from shopops.csvfiles import harmless
from shopops.ui import formats

#: Rows of a section that the page to read shows; JSON and CSV hold all.
SHOWN = 500
_STYLE = Path(__file__).parent / "records.css"


def pack(merchant: Merchant, target: IO[bytes], made_at: dt.datetime, progress: Callable[[int, int], None]) -> str:
    """Write a merchant's records as a ZIP into `target`, in the language in use; returns the signing key's short name,
    "" when none is configured. `progress(done, total)` is called after each section."""
    chapters = []
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        writer = _Writer(archive)
        for number, section in enumerate(found := list(sections), start=1):
            chapters.append(_section(writer, section, merchant))
            progress(number, len(found))
        context = {"merchant": merchant, "chapters": chapters, "made_at": made_at, "language": get_language()}
        writer.add("index.html", render_to_string("exits/records.html", context).encode())
        writer.add("records.css", _STYLE.read_bytes())
        return _sign(archive, writer, merchant, made_at)


class _Writer:
    """Adds files to an archive and keeps what the manifest says of them."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self.files: list[dict[str, Any]] = []

    def add(self, name: str, content: bytes) -> None:
        self._archive.writestr(name, content)
        entry = {"name": name, "size": len(content), "sha256": hashlib.sha256(content).hexdigest()}
        self.files.append(entry)


def _section(writer: _Writer, section: Section, merchant: Merchant) -> dict[str, Any]:
    table: Table = section.read(merchant)
    rows = [list(row) for row in table.rows]
    names, headings = zip(*table.columns, strict=True)
    objects = [{name: _plain(value) for name, value in zip(names, row, strict=True)} for row in rows]
    writer.add(f"{section.code}.json", json.dumps(objects, ensure_ascii=False, indent=1).encode())
    writer.add(f"{section.code}.csv", _csv(headings, rows))
    for name, content in sorted(table.files.items()):
        writer.add(name, content)
    return {
        "code": section.code,
        "label": str(section.label),
        "headings": headings,
        "rows": [[_shown(value) for value in row] for row in rows[:SHOWN]],
        "count": len(rows),
        "cut": len(rows) > SHOWN,
    }


def _csv(headings: tuple[str, ...], rows: list[list[Any]]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(headings)
    writer.writerows([harmless(_plain(value)) for value in row] for row in rows)
    return ("\ufeff" + text.getvalue()).encode()


def _plain(value: Any) -> Any:
    """A value as JSON and CSV hold it: times in the marketplace's zone."""
    if isinstance(value, dt.datetime):
        return timezone.localtime(value, timezone.get_default_timezone()).isoformat()
    if isinstance(value, dt.date):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal | Promise) else value


def _shown(value: Any) -> str:
    if value is None or value == "":
        return formats.NOTHING
    if isinstance(value, dt.datetime):
        return f"{timezone.localtime(value, timezone.get_default_timezone()):%Y-%m-%d %H:%M}"
    return str(_plain(value))


def _sign(archive: zipfile.ZipFile, writer: _Writer, merchant: Merchant, made_at: dt.datetime) -> str:
    key = signing.public_key()
    manifest = {
        "format": verify.FORMAT,
        "marketplace": settings.MARKETPLACE_NAME,
        "merchant_id": merchant.pk,
        "shop": merchant.shop_name,
        "credit_code": merchant.uscc,
        "made_at": made_at.astimezone(dt.UTC).isoformat(timespec="seconds"),
        "files": sorted(writer.files, key=lambda each: str(each["name"])),
        "public_key": key,
    }
    key_id = receipt.key_id(key) if key else ""
    archive.writestr(verify.MANIFEST, receipt.write(manifest))
    signed = {"signature": signing.sign(manifest), "public_key": key, "key_id": key_id}
    archive.writestr(verify.SIGNATURE, receipt.write(signed))
    return key_id
