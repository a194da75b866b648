"""Starting and stopping child processes that must not outlive their parent."""

import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import IO

_PR_SET_PDEATHSIG = 1
# Loaded before any fork: a child under another account may be unable to read the interpreter's files.
_libc = ctypes.CDLL(None) if sys.platform == "linux" else None
_LOG_LIMIT = 5_000_000


def die_with_parent(number: signal.Signals) -> Callable[[], None]:
    """Return what a child runs before its program so that it gets this signal when its parent dies.

    Linux only; elsewhere a child outlives a parent that is killed. The parent is the *thread* that starts the child:
    start children from a thread that lives as long as the process.
    """
    parent = os.getpid()

    def bind() -> None:
        if _libc is None:
            return
        _libc.prctl(_PR_SET_PDEATHSIG, int(number))
        if os.getppid() != parent:  # it died before we asked
            os.kill(os.getpid(), signal.SIGKILL)

    return bind


def stop(process: subprocess.Popen[bytes], number: signal.Signals, seconds: float) -> bool:
    """Ask a process to stop and kill it after so many seconds; return whether it stopped by itself."""
    if process.poll() is not None:
        return True
    process.send_signal(number)
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        return False
    return True


def open_log(path: Path) -> IO[bytes]:
    """Open a log to append to; a long one is first put aside as NAME.1."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists() and path.stat().st_size > _LOG_LIMIT:
        path.replace(path.with_name(path.name + ".1"))
    return path.open("ab")


def last_lines(path: Path, count: int = 12) -> str:
    """Return the end of a log for an error message."""
    try:
        return "\n".join(path.read_text(errors="replace").splitlines()[-count:])
    except OSError:
        return ""
