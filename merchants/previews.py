"""Small pictures of uploaded scans, for the pages of those who uploaded them."""

import io
import logging

from merchants.models import Document

logger = logging.getLogger(__name__)

#: The longer side in pixels: twice the size it is shown in.
SIDE = 320
#: A PNG has to be unpacked whole; more pixels than these would take more than 64 MB.
MAX_PNG_PIXELS = 16_000_000


def preview(document: Document) -> bytes | None:
    """A JPEG of the scan, upright, at most SIDE pixels long. None for a PDF, a picture that is too large or damaged, a
    file that is missing, and where Pillow (extra "ocr") is not installed: then the page names the file."""
    if not document.is_image:
        return None
    try:
        from PIL import Image, ImageOps
    except ImportError:
        return None
    try:
        with document.file.open("rb") as file, Image.open(file, formats=("JPEG", "PNG")) as picture:
            if picture.format == "PNG" and picture.width * picture.height > MAX_PNG_PIXELS:
                return None
            picture.draft("RGB", (SIDE * 2, SIDE * 2))  # a JPEG is unpacked at an eighth of its size
            small = ImageOps.exif_transpose(picture)
            small.thumbnail((SIDE, SIDE))
            out = io.BytesIO()
            small.convert("RGB").save(out, "JPEG", quality=70)
            return out.getvalue()
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        # Pillow raises SyntaxError for broken PNG chunks.
        logger.info("No preview of document %s: %s", document.pk, type(error).__name__)
        return None
