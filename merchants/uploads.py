"""Looking into uploaded files: what they really are, whatever they are called."""

import hashlib
import re
import struct
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
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


@dataclass(frozen=True)
class Inspected:
    """What a file is: content type and ending by content, size in bytes, SHA-256 in hexadecimal."""

    content_type: str
    ending: str
    size: int
    sha256: str


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
    return Inspected(content_type, ending, len(content), hashlib.sha256(content).hexdigest())


def _kind(content: bytes, name: str) -> tuple[str, str]:
    if content.startswith(_PNG):
        _check_pixels(_png_size(content), name)
        return "image/png", ".png"
    if content.startswith(_JPEG):
        _check_pixels(_jpeg_size(content), name)
        return "image/jpeg", ".jpg"
    if content.startswith(_PDF) and b"%%EOF" in content[-2048:]:
        return "application/pdf", ".pdf"
    raise ValidationError(
        _("“%(name)s” is not a JPG, PNG or PDF, whatever its name says. Save it as one of these and choose it again."),
        "wrong_kind",
        {"name": name},
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


def _png_size(content: bytes) -> tuple[int, int] | None:
    if len(content) < 45 or content[12:16] != b"IHDR" or b"IDAT" not in content or b"IEND" not in content[-64:]:
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
