"""Reading, writing, updating and compiling the Chinese catalogue (PO and MO files, through Babel)."""

import io
import os
import re
from dataclasses import dataclass, field
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, PoFileParser, write_po

from shopops.i18n.findings import Finding, quoted
from shopops.i18n.messages import Key, Messages, Source

LOCALE = "zh_Hans"
_HEADER = rf"""# Simplified Chinese texts. Update with: make messages
msgid ""
msgstr ""
"Language: {LOCALE}\n"
"MIME-Version: 1.0\n"
"Content-Type: text/plain; charset=UTF-8\n"
"Content-Transfer-Encoding: 8bit\n"
"Plural-Forms: nplurals=1; plural=0;\n"

"""
_LINE = re.compile(r'(?:(?:#~\s*)?(?:(?:msgctxt|msgid|msgid_plural|msgstr|msgstr\[0\])\s+)?"(?:[^"\\]|\\.)*"|#.*)?\Z')


class CatalogError(Exception):
    """A PO file that cannot be read; says file, line and reason."""


class _Catalog(Catalog):
    """Babel's catalogue, but a second entry with another translation is remembered instead of being dropped."""

    def __init__(self) -> None:
        super().__init__(locale=LOCALE, fuzzy=False)
        self.repeated: list[tuple[str, int]] = []

    def __setitem__(self, id: str | tuple[str, ...] | list[str], message: Message) -> None:
        known = self.get(message.id, message.context) if message.id else None
        if known is not None and translation(known) != translation(message):
            self.repeated.append((singular(message), message.lineno or 0))
        super().__setitem__(id, message)


@dataclass
class Changes:
    """What an update or a merge did to the catalogue."""

    added: list[str] = field(default_factory=list)
    removed: list[tuple[str, str]] = field(default_factory=list)
    """Message ids that no source uses any more, with the translation they had."""
    translated: int = 0
    conflicts: list[Finding] = field(default_factory=list)
    unknown: list[Finding] = field(default_factory=list)


def po_path(root: Path) -> Path:
    """Return where the Chinese catalogue of a tree is."""
    return root / "locale" / LOCALE / "LC_MESSAGES" / "django.po"


def singular(message: Message) -> str:
    """Return the msgid."""
    return str(message.id[0] if isinstance(message.id, list | tuple) else message.id)


def plural(message: Message) -> str | None:
    """Return the msgid_plural, None for a text without one."""
    return str(message.id[1]) if isinstance(message.id, list | tuple) else None


def translation(message: Message) -> str:
    """Return the Chinese text; Chinese has one form for every count."""
    string = message.string
    if isinstance(string, list | tuple):
        string = string[0] if string else ""
    return str(string or "")


def entries(catalog: Catalog) -> dict[Key, Message]:
    """Return the entries by key, without the header."""
    return {(singular(message), message.context or ""): message for message in catalog if message.id}


def read(path: Path) -> Catalog:
    """Read a PO file or fragment; raises CatalogError for what is not PO and for repeated entries that differ."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise CatalogError(f"{path}: not UTF-8 at byte {error.start}") from error
    for number, line in enumerate(text.split("\n"), start=1):
        if not _LINE.match(line.strip()):
            raise CatalogError(f'{path}:{number}: not a PO line (keyword "text", inner quotes as \\"): {line.strip()}')
    catalog = _Catalog()
    try:
        PoFileParser(catalog, abort_invalid=True).parse(io.StringIO(text))
    except PoFileError as error:
        raise CatalogError(f"{path}:{error.lineno + 1}: {error}") from error
    if catalog.repeated:
        msgid, line_number = catalog.repeated[0]
        raise CatalogError(f"{path}:{line_number}: {quoted(msgid)} is there twice with two translations")
    return catalog


def read_or_empty(root: Path) -> Catalog:
    """Read the catalogue of a tree; one that does not exist yet is empty."""
    path = po_path(root)
    return read(path) if path.exists() else _Catalog()


def updated(messages: Messages, existing: Catalog) -> tuple[Catalog, Changes]:
    """Return a catalogue with exactly the texts of the sources, in their order, keeping the translations there are.

    While sources have problems, what they do not seem to use any more stays: a file that cannot be read must not cost
    its translations.
    """
    known = entries(existing)
    catalog, changes = _Catalog(), Changes()
    unused = {key: message for key, message in known.items() if key not in messages.sources}
    kept = {key: Source(plural=plural(message)) for key, message in unused.items()} if messages.problems else {}
    if not kept:
        changes.removed = [(msgid, translation(message)) for (msgid, _context), message in unused.items()]
    for (msgid, context), source in sorted({**dict(messages), **kept}.items(), key=lambda item: item[0]):
        old = known.get((msgid, context))
        if old is None:
            changes.added.append(msgid)
        string = translation(old) if old else ""
        catalog.add(
            (msgid, source.plural) if source.plural is not None else msgid,
            (string,) if source.plural is not None else string,
            locations=[(path, 0) for path in sorted(source.files)],
            auto_comments=sorted(source.comments),
            user_comments=old.user_comments if old else (),
            flags={"fuzzy"} if old is not None and old.fuzzy else (),
            context=context or None,
        )
    return catalog, changes


def merge(catalog: Catalog, fragment: Path, changes: Changes, *, prefer_fragment: bool = False) -> None:
    """Take the translations of a fragment into the catalogue, in place.

    An entry that no source uses is reported as unknown; one that is translated differently already is a conflict and
    keeps what it has, unless `prefer_fragment`.
    """
    known = entries(catalog)
    for key, message in entries(read(fragment)).items():
        string, line = translation(message), message.lineno or 0
        entry = known.get(key)
        if not string:
            continue
        if entry is None:
            changes.unknown.append(Finding(str(fragment), line, f"{quoted(key[0])} is in no source"))
            continue
        current = translation(entry)
        if current == string and not entry.fuzzy:
            continue
        if current and not entry.fuzzy and not prefer_fragment:
            text = f"{quoted(key[0])}: catalogue has {quoted(current)}, fragment has {quoted(string)}"
            changes.conflicts.append(Finding(str(fragment), line, text))
            continue
        entry.string = (string,) if entry.pluralizable else string
        entry.flags.discard("fuzzy")
        changes.translated += 1


def serialise(catalog: Catalog) -> str:
    """Return the PO text: sorted as given, file names without lines, no dates, so that only changed texts differ."""
    buffer = io.BytesIO()
    write_po(buffer, catalog, width=0, omit_header=True, include_lineno=False, ignore_obsolete=True)
    return _HEADER + buffer.getvalue().decode("utf-8").strip("\n") + "\n"


def write(path: Path, catalog: Catalog) -> None:
    """Write the PO file, all at once and only if it changes."""
    text = serialise(catalog)
    if not path.exists() or path.read_text(encoding="utf-8") != text:
        _replace(path, text.encode("utf-8"))


def compile_mo(root: Path) -> tuple[Path, int]:
    """Write django.mo beside the PO file, without fuzzy and empty texts; returns its path and how many it holds."""
    catalog = read(po_path(root))
    buffer = io.BytesIO()
    write_mo(buffer, catalog)
    path = po_path(root).with_suffix(".mo")
    _replace(path, buffer.getvalue())
    return path, sum(1 for message in entries(catalog).values() if translation(message) and not message.fuzzy)


def _replace(path: Path, content: bytes) -> None:
    """Write a file so that a reader sees the old or the new one, never half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    temporary.write_bytes(content)
    temporary.replace(path)
