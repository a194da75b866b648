"""Advisory file locks. The kernel releases them when their process ends, also after kill -9."""

import fcntl
import os
import time
from pathlib import Path

from .places import STATE_REMEDY, EmbeddedError


class FileLock:
    """One lock on one file, exclusive or shared with others."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self._handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise EmbeddedError(f"Cannot open {path}: {error.strerror}. {STATE_REMEDY}") from error

    def try_exclusive(self) -> bool:
        """Take the lock alone if nobody holds it."""
        return self._try(fcntl.LOCK_EX)

    def try_shared(self) -> bool:
        """Take the lock together with other sharers, unless somebody holds it alone."""
        return self._try(fcntl.LOCK_SH)

    def wait(self, *, shared: bool, seconds: float) -> None:
        """Take the lock, waiting for its holders; raises EmbeddedError after so many seconds."""
        end = time.monotonic() + seconds
        while not (self.try_shared() if shared else self.try_exclusive()):
            if time.monotonic() > end:
                raise EmbeddedError(f"Waited {seconds:.0f} s for {self.path}, which another process keeps locked.")
            time.sleep(0.03)

    def release(self) -> None:
        """Give the lock back; the object can be locked again."""
        fcntl.flock(self._handle, fcntl.LOCK_UN)

    def close(self) -> None:
        """Give the lock back for good."""
        if self._handle >= 0:
            os.close(self._handle)
            self._handle = -1

    def _try(self, kind: int) -> bool:
        try:
            fcntl.flock(self._handle, kind | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


def is_held(path: Path) -> bool:
    """Whether some process holds the lock alone."""
    lock = FileLock(path)
    try:
        return not lock.try_shared()
    finally:
        lock.close()
