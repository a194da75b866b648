"""Files people upload: looked into by content, kept where no web server looks, handed out by permission.

What a file is called counts for nothing. It is stored under a random name outside of everything that is served, and
leaves through a view that has checked who asks (`hand_out`).
"""

import hashlib
import re
import secrets
import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.core.files.storage import FileSystemStorage
from django.core.files.uploadedfile import UploadedFile
from django.db import models
from django.db.models.fields.files import FieldFile
from django.http import FileResponse
from django.utils.deconstruct import deconstructible
from django.utils.translation import gettext_lazy as _

#: 10 MB, the limit of the big marketplaces for a scan.
MAX_BYTES = 10 * 1024 * 1024
#: A scan of A3 at 600 dpi has 70 million pixels; more is a picture made to exhaust who decodes it.
MAX_PIXELS = 100_000_000

_PNG = b"\x89PNG\r\n\x1a\n"
_JPEG = b"\xff\xd8\xff"
_PDF = b"%PDF-"
#: JPEG segments that carry the picture's size (all start-of-frame markers; C4, C8 and CC are something else).
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}


#: The record that ends a ZIP archive: 22 bytes and a comment, whose length are its last two.
_ZIP_END = b"PK\x05\x06"
#: The last chunk of a PNG.
_PNG_END = b"\x00\x00\x00\x00IEND\xaeB`\x82"
#: Samples per pixel by the PNG's colour type.
_CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}


@dataclass(frozen=True)
class Inspected:
    """What a file is: content type and ending by content, size in bytes, SHA-256 in hexadecimal."""

    content_type: str
    ending: str
    size: int
    sha256: str


def described(file: UploadedFile, inspected: Inspected) -> dict[str, Any]:
    """What a row keeps of its file: its name (at most 200 characters), type, size and hash."""
    return {
        "original_name": Path(file.name or "").name[:200],
        "content_type": inspected.content_type,
        "size": inspected.size,
        "sha256": inspected.sha256,
    }


def inspect(file: UploadedFile) -> Inspected:
    """Return what the file is; raises ValidationError for anything but a readable JPG, PNG or PDF of at most 10 MB."""
    size = file.size or 0
    if not size:
        raise ValidationError(_("“%(name)s” is empty (0 bytes). Choose another file."), "empty", {"name": file.name})
    if size > MAX_BYTES:
        raise ValidationError(
            _("“%(name)s” has %(size)s MB, at most 10 MB are allowed. Scan it with a lower resolution."),
            "too_big",
            {"name": file.name, "size": f"{size / 1024 / 1024:.1f}"},
        )
    file.seek(0)
    content = file.read()
    file.seek(0)
    content_type, ending = _kind(content, file.name or "")
    if _is_archive(content):
        raise _wrong_kind(file.name or "")
    return Inspected(content_type, ending, len(content), hashlib.sha256(content).hexdigest())


def _kind(content: bytes, name: str) -> tuple[str, str]:
    if content.startswith(_PNG):
        _check_pixels(_png_size(content), name)
        _check_unpacked(content, name)
        return "image/png", ".png"
    if content.startswith(_JPEG):
        _check_pixels(_jpeg_size(content), name)
        return "image/jpeg", ".jpg"
    if content.startswith(_PDF) and b"%%EOF" in content[-2048:]:
        return "application/pdf", ".pdf"
    raise _wrong_kind(name)


def _wrong_kind(name: str) -> ValidationError:
    return ValidationError(
        _("“%(name)s” is not a JPG, PNG or PDF, whatever its name says. Save it as one of these and choose it again."),
        "wrong_kind",
        {"name": name},
    )


def _is_archive(content: bytes) -> bool:
    """Is the file a ZIP archive as well (a JAR behind a picture)? Its last record reaches to the end of the file."""
    at = content.rfind(_ZIP_END)
    return (
        at >= 0 and len(content) >= at + 22 and at + 22 + struct.unpack_from("<H", content, at + 20)[0] >= len(content)
    )


def _check_pixels(size: tuple[int, int] | None, name: str) -> None:
    if size is None or not all(size):
        raise ValidationError(
            _("“%(name)s” is damaged: the picture cannot be read. Save it again and choose it again."),
            "damaged",
            {"name": name},
        )
    if size[0] * size[1] > MAX_PIXELS:
        raise ValidationError(
            _("“%(name)s” has too many pixels. Scan it with a lower resolution."), "too_many_pixels", {"name": name}
        )


def _check_unpacked(content: bytes, name: str) -> None:
    """Refuse a PNG whose data unpack to more than its header says: made to exhaust who decodes it.

    Nothing is kept of what is unpacked, a megabyte at a time.
    """
    width, height, depth, colour = struct.unpack_from(">IIBB", content, 16)
    bits = width * depth * _CHANNELS.get(colour, 4)
    # Interlaced pictures have up to twice the lines, each with a byte in front and a last byte that is not full.
    most = height * (bits // 8 + 2) + 4 * height + 4 * width + 1024
    unpacker, at, total = zlib.decompressobj(), len(_PNG), 0
    try:
        while at + 8 <= len(content) and total <= most:
            (length,) = struct.unpack_from(">I", content, at)
            if content[at + 4 : at + 8] == b"IDAT":
                packed = content[at + 8 : at + 8 + length]
                while packed and not unpacker.eof and total <= most:
                    total += len(unpacker.decompress(packed, 1024 * 1024))
                    packed = unpacker.unconsumed_tail
            at += 12 + length
    except zlib.error:
        total = most + 1
    if total > most:
        raise ValidationError(
            _("“%(name)s” is damaged: the picture cannot be read. Save it again and choose it again."),
            "damaged",
            {"name": name},
        )


def _png_size(content: bytes) -> tuple[int, int] | None:
    if len(content) < 45 or content[12:16] != b"IHDR" or b"IDAT" not in content or not content.endswith(_PNG_END):
        return None
    width, height = struct.unpack(">II", content[16:24])
    return width, height


def _jpeg_size(content: bytes) -> tuple[int, int] | None:
    """Walk the segments to the first frame header; None when the file ends before or is cut off."""
    if b"\xff\xd9" not in content[-4096:]:
        return None
    at = 2
    while found := re.compile(rb"\xff+([^\x00\xff])").match(content, at):
        marker, at = found.group(1)[0], found.end()
        if marker == 0x01 or 0xD0 <= marker <= 0xD7:
            continue
        if at + 2 > len(content):
            return None
        (length,) = struct.unpack(">H", content[at : at + 2])
        if marker in _FRAMES:
            if at + 7 > len(content):
                return None
            height, width = struct.unpack(">HH", content[at + 3 : at + 7])
            return width, height
        at += length
    return None


class PrivateStorage(FileSystemStorage):
    """MEDIA_ROOT/private, readable by this process alone; files leave only through a view that checks and logs."""

    def __init__(self) -> None:
        super().__init__(file_permissions_mode=0o600, directory_permissions_mode=0o700)

    @property
    def base_location(self) -> str:
        """Read from the settings each time: they decide where files lie, not the moment of the import."""
        return str(Path(settings.MEDIA_ROOT) / "private")

    def url(self, name: str | None) -> str:
        """Nothing in here has an address of its own; raises ValueError."""
        raise ValueError("Private files are handed out by a view only.")


def private_storage() -> PrivateStorage:
    """The storage of private files; a function, so that migrations do not keep its place."""
    return PrivateStorage()


@deconstructible
class UnguessableName:
    """For `upload_to`: a random name in one of 256 folders below `folder`; only the ending of the file's name is kept,
    and that only as letters and digits."""

    def __init__(self, folder: str) -> None:
        self.folder = folder

    def __call__(self, _instance: models.Model, filename: str) -> str:
        """Return the name to store under."""
        token = secrets.token_hex(20)
        ending = Path(filename).suffix.lower()
        kept = ending if re.fullmatch(r"\.[a-z0-9]{1,5}", ending) else ""
        return f"{self.folder}/{token[:2]}/{token}{kept}"


@contextmanager
def deleted_on_error() -> Iterator[list[FieldFile]]:
    """Delete the files that the block put into the list when it raises: the database takes its rows back by itself,
    the storage does not. Stands around the transaction, so that a commit that fails counts."""
    stored: list[FieldFile] = []
    try:
        yield stored
    except BaseException:
        for file in stored:
            if file.name:
                file.storage.delete(file.name)
        raise


def hand_out(file: File, *, original_name: str, content_type: str) -> FileResponse:
    """Return a private file to somebody who may have it; the caller has checked and logged that.

    Pictures are shown in the page; everything else is downloaded, because it may carry scripts of its own. Nothing is
    cached, and browsers take the content type as it is told. The ending follows the stored file's, which follows its
    content, so that nothing saved from here opens as something else.
    """
    stem = Path(original_name.replace("\\", "/")).name
    response = FileResponse(
        file,
        as_attachment=content_type not in ("image/png", "image/jpeg"),
        filename=(Path(stem).stem or "file") + Path(str(file.name)).suffix,
        content_type=content_type,
    )
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
