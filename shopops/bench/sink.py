"""A mail server that takes everything and keeps nothing: the same for our worker and for the yardstick.

It offers what common servers offer (PIPELINING, 8BITMIME) and costs little, so that senders are measured, not it.
"""

import multiprocessing
import socket
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

_FORK = multiprocessing.get_context("fork")
_ANSWERS = {b"EHLO": b"250-sink\r\n250-PIPELINING\r\n250 8BITMIME\r\n", b"QUIT": b"221 bye\r\n"}
_OK = b"250 ok\r\n"


class Sink:
    """Where it listens, and how many mails it took."""

    def __init__(self, port: int, taken: Any) -> None:
        self.port = port
        self._taken = taken

    @property
    def taken(self) -> int:
        return int(self._taken.value)


@contextmanager
def sink() -> Iterator[Sink]:
    """Run one in a process of its own."""
    taken = _FORK.Value("q", 0)
    with socket.create_server(("127.0.0.1", 0), backlog=64) as server:
        process = _FORK.Process(target=_serve, args=(server, taken), daemon=True)
        process.start()
        try:
            yield Sink(server.getsockname()[1], taken)
        finally:
            process.terminate()
            process.join()


def _serve(server: socket.socket, taken: Any) -> None:
    while True:
        client, _address = server.accept()
        threading.Thread(target=_talk, args=(client, taken), daemon=True).start()


def _talk(client: socket.socket, taken: Any) -> None:
    client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    with client, client.makefile("rb", 65536) as lines:
        client.sendall(b"220 sink\r\n")
        while line := lines.readline():
            verb = line[:4].upper()
            if verb == b"DATA":
                client.sendall(b"354 go on\r\n")
                _swallow(lines)
                with taken.get_lock():
                    taken.value += 1
                client.sendall(_OK)
            else:
                client.sendall(_ANSWERS.get(verb, _OK))
                if verb == b"QUIT":
                    return


def _swallow(lines: Iterable[bytes]) -> None:
    for line in lines:
        if line == b".\r\n":
            return
