"""Finding the files of an import, their encodings and their fingerprint."""

import codecs
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext as _

from orders.importing.errors import ImportFailed
from orders.importing.schema import File, Mapping

_BLOCK = 1 << 20
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


@dataclass(frozen=True)
class Source:
    """A file that will be read: its code in the mapping, where it is, how it is encoded, how many bytes it has."""

    code: str
    spec: File
    path: Path
    encoding: str
    size: int


def find(mapping: Mapping, path: Path, encodings: Sequence[str]) -> tuple[list[Source], str]:
    """Return the files to read and their common SHA-256.

    `path` is a folder with the mapping's files, or one file, which is then the one that orders come from. Raises
    ImportFailed for files that are missing, empty, or in none of the encodings.
    """
    digest = hashlib.sha256()
    sources = []
    for code, spec in mapping.files.items():
        file = path / spec.name if path.is_dir() else path
        is_main = code == mapping.order.source
        if not path.is_dir() and not is_main:
            if not spec.optional:
                raise ImportFailed(_("This mapping reads several files: give the folder they are in, not a file."))
            continue
        if not file.is_file():
            if spec.optional and file != path:
                continue
            raise ImportFailed(_("There is no file %(file)s.") % {"file": file})
        sources.append(_examine(code, spec, file, encodings, digest))
    return sources, digest.hexdigest()


def _examine(code: str, spec: File, path: Path, encodings: Sequence[str], digest: "hashlib._Hash") -> Source:
    """Read a file once through: hash it, and find the first encoding that all of it is written in."""
    try:
        with path.open("rb") as file:
            head = file.read(_BLOCK)
            if not head.strip(b"\xef\xbb\xbf \t\r\n"):
                raise ImportFailed(_("%(file)s is empty.") % {"file": path.name})
            marked = [encoding for bom, encoding in _BOMS if head.startswith(bom)]
            decoders = {name: _decoder(name) for name in marked or encodings}
            size = 0
            digest.update(code.encode() + b"\0")
            block = head
            while block:
                digest.update(block)
                for name, decoder in list(decoders.items()):
                    if not _fits(decoder, block):
                        del decoders[name]
                size += len(block)
                block = file.read(_BLOCK)
    except OSError as error:
        raise ImportFailed(
            _("%(file)s cannot be read: %(error)s.") % {"file": path, "error": error.strerror}
        ) from error
    fitting = [name for name, decoder in decoders.items() if _fits(decoder, b"", final=True)]
    if not fitting:
        raise ImportFailed(
            _("%(file)s is not written in %(encodings)s. Say which with --encoding, such as gb18030 or latin-1.")
            % {"file": path.name, "encodings": ", ".join(marked or encodings)}
        )
    return Source(code, spec, path, fitting[0], size)


def _decoder(name: str) -> codecs.IncrementalDecoder:
    try:
        return codecs.getincrementaldecoder(name)("strict")
    except LookupError:
        raise ImportFailed(_("There is no encoding %(name)s.") % {"name": name}) from None


def _fits(decoder: codecs.IncrementalDecoder, block: bytes, *, final: bool = False) -> bool:
    try:
        decoder.decode(block, final)
    except UnicodeError:
        return False
    return True
