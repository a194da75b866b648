"""The process that owns one embedded server for as long as anybody uses it.

Users of a server hold a shared lock on `<name>.users`. The keeper starts the server, starts it again if it dies, and
stops it when it gets that lock for itself: when the last user is gone, however it ended. The server in turn gets a
signal when the keeper dies. So nothing outlives its users, and no user pulls the server from under another.
"""

import signal
import sys
import time
from pathlib import Path
from types import FrameType

from . import places
from .locks import FileLock
from .places import EmbeddedError
from .servers import Server

_POLL_SECONDS = 0.1


def lock_path(server: str, purpose: str) -> Path:
    """Return a lock file of a server.

    `users` is shared by whoever uses it; the keeper holds `keeper` while it lives and `ready` while the server
    answers; `start` is held by the process that starts a keeper.
    """
    return places.make_folder(places.state_dir() / "run") / f"{server}.{purpose}"


def keep(server: Server) -> None:
    """Keep the server while it has users. Raises EmbeddedError when it cannot start."""
    here = FileLock(lock_path(server.name, "keeper"))
    try:
        here.wait(shared=False, seconds=2)
    except EmbeddedError:
        return  # another keeper does the work
    users = FileLock(lock_path(server.name, "users"))
    ready = FileLock(lock_path(server.name, "ready"))
    try:
        _start(server, ready)
        while not users.try_exclusive():
            if not server.alive():
                _say(f"{server.name} ended unexpectedly, starting it again")
                ready.release()
                _start(server, ready)
            time.sleep(_POLL_SECONDS)
    finally:
        ready.close()
        server.stop()
        here.close()  # before the users' lock: who gets that one must not take us for alive
        users.close()


def main(name: str) -> None:
    """Run the keeper of one server: `postgres` or `valkey`."""
    signal.signal(signal.SIGTERM, _leave)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        keep(_server(name))
    except EmbeddedError as error:
        _say(str(error))
        sys.exit(1)


def _start(server: Server, ready: FileLock) -> None:
    server.start()
    ready.wait(shared=False, seconds=10)  # others look at it for an instant at a time


def _server(name: str) -> Server:
    # Imported here: each keeper loads one server's code only.
    if name == "postgres":
        from .postgres import Postgres

        return Postgres()
    from .valkey import Valkey

    return Valkey()


def _leave(number: int, frame: FrameType | None) -> None:
    sys.exit(0)


def _say(text: str) -> None:
    sys.stderr.write(text + "\n")
    sys.stderr.flush()
