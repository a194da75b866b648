"""The one picture of a scanned PDF, taken out without a PDF library."""

import re

#: An object whose stream is a JPEG as it came from the scanner.
_IMAGE = re.compile(rb"<<(?:(?!>>\s*stream|endobj).)*?/DCTDecode(?:(?!endobj).)*?stream\r?\n", re.DOTALL)
_WIDTH = re.compile(rb"/Width\s+(\d+)")
_LEAST_WIDTH = 500


def picture(content: bytes) -> bytes | None:
    """The JPEG of a PDF that holds exactly one of page size; None for every other PDF.

    Programs of scanners and phones write such files: one page, one picture, not compressed again.
    """
    found = []
    for match in _IMAGE.finditer(content):
        width = _WIDTH.search(match.group())
        end = content.find(b"endstream", match.end())
        if width and int(width.group(1)) >= _LEAST_WIDTH and end > 0:
            found.append(content[match.end() : end].rstrip(b"\r\n"))
    return found[0] if len(found) == 1 and found[0].startswith(b"\xff\xd8\xff") else None
