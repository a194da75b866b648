"""`python -m merchants.ocr.child MEGABYTES SECONDS`: reads the picture on standard input in a process of its own.

A picture made to exhaust its reader ends this process and nothing else. Answers one JSON object on standard output:
`fields`, `rotation`, `aspect`, `engine`, `peak_mb`; or `problem`, a code of merchants.models.Reading.Problem. No
database here.
"""

import contextlib
import ctypes
import json
import os
import resource
import signal
import sys
from typing import Any

_PR_SET_PDEATHSIG = 1


def main(megabytes: int, seconds: int) -> dict[str, Any]:
    """Read and return the answer. Memory and time are bounded by the system from here on."""
    _bound(megabytes, seconds)
    content = sys.stdin.buffer.read()
    try:
        return _read(content)
    except MemoryError:
        return {"problem": "too_big"}
    except Exception as error:
        # onnxruntime and OpenCV have errors of their own for memory that they did not get.
        text = f"{type(error).__name__}: {error}".lower()
        if any(word in text for word in ("bad_alloc", "allocat", "insufficient memory", "out of memory", "bad alloc")):
            return {"problem": "too_big"}
        raise


def _read(content: bytes) -> dict[str, Any]:
    from merchants.ocr import engine, fields, pdf

    if content.startswith(b"%PDF-"):
        picture = pdf.picture(content)
        if picture is None:
            return {"problem": "pdf"}
        content = picture
    try:
        reader = engine.Engine()
        page = reader.read(content)
    except engine.NotInstalled:
        return {"problem": "off"}
    except engine.NotAPicture:
        return {"problem": "damaged"}
    found = fields.licence(page.lines, page.size)
    if not found:
        return {"problem": "nothing"}
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // (1024 if sys.platform != "darwin" else 1024 * 1024)
    return {
        "fields": found,
        "rotation": page.rotation % 360,
        "aspect": round(page.size[0] / page.size[1], 4),
        "engine": reader.name,
        "peak_mb": peak,
    }


def _bound(megabytes: int, seconds: int) -> None:
    """Let the system refuse memory above the limit and end the process after so much work, or with its parent."""
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (megabytes * 1024 * 1024, megabytes * 1024 * 1024))
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 5))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os.nice(5)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


if __name__ == "__main__":
    answer = main(int(sys.argv[1]), int(sys.argv[2]))
    sys.stdout.write(json.dumps(answer, ensure_ascii=True))
