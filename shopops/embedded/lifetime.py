"""Using the embedded servers: adopt what runs, start what does not, let go at the end."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from . import places
from .keeper import lock_path
from .locks import FileLock, is_held
from .places import EmbeddedError
from .processes import last_lines
from .servers import log_path

_START_SECONDS = 120
_STOP_SECONDS = 60
# Started like this, and not with -m, so that a keeper does not load Celery through the parent package.
_KEEPER = "import sys; sys.path.append(sys.argv[1]); from embedded.keeper import main; main(sys.argv[2])"


class Use:
    """This process's use of one server, from `hold` to `let_go`."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._users = FileLock(lock_path(name, "users"))
        self._keeper: subprocess.Popen[bytes] | None = None

    def hold(self) -> None:
        """Count this process as a user and have the server started if need be. Raises EmbeddedError."""
        # A keeper that is just stopping the server holds the lock alone; afterwards we start a new one.
        self._users.wait(shared=True, seconds=_STOP_SECONDS)
        self.ensure()

    def ensure(self) -> bool:
        """Start the server's keeper if there is none: at first use, and after it was killed. Return whether so."""
        if self._kept():
            return False
        start = FileLock(lock_path(self.name, "start"))
        try:
            start.wait(shared=False, seconds=_START_SECONDS)
            if self._kept():
                return False
            self._start_keeper()
            return True
        finally:
            start.close()

    def wait(self) -> None:
        """Return when the server answers. Raises EmbeddedError with what its keeper said."""
        end = time.monotonic() + _START_SECONDS
        while not is_held(lock_path(self.name, "ready")):
            if not self._kept():
                said = last_lines(log_path(f"{self.name}-keeper"))
                raise EmbeddedError(said or f"{self.name} did not start; see {log_path(self.name)}.")
            if time.monotonic() > end:
                raise EmbeddedError(f"{self.name} does not answer after {_START_SECONDS} s; see {log_path(self.name)}.")
            time.sleep(0.03)

    def let_go(self) -> None:
        """Stop using the server. As its last user, return when it has stopped."""
        self._users.release()
        end = time.monotonic() + _STOP_SECONDS
        while time.monotonic() < end and self._kept():
            if self._users.try_exclusive():  # nobody else: the keeper will find that too
                self._users.release()
            elif self._users.try_shared():  # others still use the server
                break
            time.sleep(0.03)
        self._users.close()
        if self._keeper:
            self._keeper.poll()

    def _kept(self) -> bool:
        return is_held(lock_path(self.name, "keeper"))

    def _start_keeper(self) -> None:
        if self._keeper:
            self._keeper.poll()  # one that was killed is still in the process table
        log = log_path(f"{self.name}-keeper")
        places.make_folder(log.parent)
        with log.open("wb") as stream:
            self._keeper = subprocess.Popen(
                [sys.executable, "-c", _KEEPER, places.PROJECT_DIR / "shopops", self.name],
                cwd="/",
                env=os.environ | {"STATE": _absolute_state(), "SHOPOPS_TEST_SERVERS": str(int(places.testing()))},
                stdin=subprocess.DEVNULL,
                stdout=stream,
                stderr=stream,
                start_new_session=True,  # Ctrl-C in the terminal is not for the keeper
            )
        while not self._kept() and self._keeper.poll() is None:
            time.sleep(0.01)


@contextmanager
def running() -> Iterator[list[Use]]:
    """Have PostgreSQL (unless DATABASE_URL is set) and Valkey (unless REDIS_URL is set) running inside the block.

    Servers that run already are adopted. Whoever leaves last stops them. Raises EmbeddedError when one cannot start.
    """
    needed = [] if os.environ.get("DATABASE_URL") else ["postgres"]
    if not os.environ.get("REDIS_URL"):
        needed.append("valkey")
    with ExitStack() as stack:
        uses = []
        if needed:
            places.prepare_socket_dirs()
        for name in needed:
            use = Use(name)
            stack.callback(use.let_go)
            use.hold()  # both start at the same time
            uses.append(use)
        for use in uses:
            use.wait()
        yield uses


def _absolute_state() -> str:
    """Return STATE for a process with another working directory."""
    state = places.state_dir()
    return str(state.parent if places.testing() else state)
