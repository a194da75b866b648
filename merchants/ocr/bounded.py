"""Reading a picture in a child process with bounded memory and time; nothing of the reader is imported here."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

_ROOT = Path(__file__).resolve().parents[2]
#: Waiting for the processor counts as well: a busy machine gets more than the seconds of work that are allowed.
_PATIENCE = 3


class Crashed(RuntimeError):
    """The child ended without an answer, such as killed by somebody; another attempt may succeed."""


def read(content: bytes, *, megabytes: int, seconds: int) -> dict[str, Any]:
    """Read a licence (JPEG, PNG, PDF with one picture) within so much address space and so much work.

    Returns what merchants.ocr.child answers; `problem` "too_big" or "too_long" when a limit was hit. Raises Crashed.
    """
    command = [sys.executable, "-m", "merchants.ocr.child", str(megabytes), str(seconds)]
    try:
        done = subprocess.run(
            command,
            input=content,
            capture_output=True,
            timeout=seconds * _PATIENCE,
            check=False,
            cwd=_ROOT,
            # One arena of the allocator and one thread of each library: the bound is on address space.
            env=os.environ | {"MALLOC_ARENA_MAX": "1", "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"},
        )
    except subprocess.TimeoutExpired:
        return {"problem": "too_long"}
    if done.returncode == 0:
        return dict(json.loads(done.stdout))
    if done.returncode == -24:  # SIGXCPU: its seconds of work were over
        return {"problem": "too_long"}
    said = done.stderr.decode(errors="replace")[-2000:]
    # A library that gets no memory while it is loaded does not always say so in an error of its own.
    if any(word in said for word in ("MemoryError", "bad_alloc", "Cannot allocate memory", "failed to map segment")):
        return {"problem": "too_big"}
    raise Crashed(f"The reader ended with {done.returncode}: {said}")
