"""A Valkey server of the project's own, on a Unix socket only."""

import signal
import socket
import subprocess
import time

from . import places, slots
from .binaries import valkey_program
from .places import EmbeddedError
from .processes import die_with_parent, last_lines, open_log, stop
from .servers import log_path

_START_SECONDS = 30
_STOP_SECONDS = 15


def ready() -> bool:
    """Whether the embedded Valkey answers a PING."""
    try:
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(3)
            connection.connect(str(places.valkey_socket()))
            connection.sendall(b"PING\r\n")
            return connection.recv(16).startswith(b"+PONG")  # "-LOADING" while it reads its data
    except OSError:
        return False


class Valkey:
    """Start, watch and stop the server; messages survive a kill -9 except those of the last second."""

    name = "valkey"

    def __init__(self) -> None:
        self._program = valkey_program()
        self._data = places.make_folder(places.state_dir() / "valkey", 0o700)
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it. Raises EmbeddedError."""
        places.prepare_socket_dirs()
        self._await_survivor()
        options = {
            "port": "0",
            "unixsocket": str(places.valkey_socket()),
            "unixsocketperm": "700",
            "dir": str(self._data),
            "daemonize": "no",
            "save": "",
            "appendonly": "no" if places.testing() else "yes",
            "appendfsync": "everysec",
            "databases": str(slots.SLOTS * slots.DBS_PER_SLOT) if places.testing() else "16",
        }
        arguments = [part for key, value in options.items() for part in (f"--{key}", value)]
        with open_log(log_path(self.name)) as log:
            self._process = subprocess.Popen(
                [self._program, *arguments],
                cwd=self._data,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=die_with_parent(signal.SIGTERM),  # noqa: PLW1509 - there is one thread
            )
        end = time.monotonic() + _START_SECONDS
        while self.alive() and time.monotonic() < end:
            if ready():
                return
            time.sleep(0.03)
        self.stop()
        raise EmbeddedError(f"Valkey does not start, see {log_path(self.name)}:\n{last_lines(log_path(self.name))}")

    def alive(self) -> bool:
        """Whether the process we started still runs."""
        return self._process is not None and self._process.poll() is None

    def stop(self) -> None:
        """Stop it: SIGTERM writes everything down."""
        if self._process:
            stop(self._process, signal.SIGTERM, _STOP_SECONDS)

    def _await_survivor(self) -> None:
        """Ask a server that outlived its keeper to stop: two must not write to the same files."""
        end = time.monotonic() + _STOP_SECONDS
        while ready() and time.monotonic() < end:
            with socket.socket(socket.AF_UNIX) as connection:
                connection.connect(str(places.valkey_socket()))
                connection.sendall(b"SHUTDOWN\r\n")
            time.sleep(0.1)
