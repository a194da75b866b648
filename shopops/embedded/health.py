"""Asking /healthz of a running web server."""

import http.client
import json
import select
import time
from dataclasses import dataclass, field

_PATIENCE_SECONDS = 10.0
_PAUSE_SECONDS = 0.4


@dataclass(frozen=True)
class Answer:
    """What /healthz said: its parts with "ok" or a reason; no parts when there was no answer."""

    healthy: bool = False
    parts: dict[str, str] = field(default_factory=dict)


def ask(host: str, port: int, *, name: str, seconds: float = 5) -> Answer:
    """Ask once and wait for the answer. `name` is the host name to ask for, one of ALLOWED_HOSTS."""
    connection = http.client.HTTPConnection(host, port, timeout=seconds)
    try:
        connection.request("GET", "/healthz", headers={"Host": name})
    except OSError:
        return Answer()
    return _read(connection)


class Probe:
    """Asks again and again without ever waiting: the supervisor has to go on printing."""

    def __init__(self, host: str, port: int) -> None:
        self.answer = Answer()
        self._address = ("127.0.0.1" if host == "0.0.0.0" else host, port)  # noqa: S104 - any address of ours
        self._connection: http.client.HTTPConnection | None = None
        self._asked = 0.0

    def look(self) -> Answer:
        """Send a question or look whether the answer is there; return the latest answer."""
        now = time.monotonic()
        if self._connection is None:
            if now - self._asked > _PAUSE_SECONDS:
                self._asked = now
                self._ask()
        elif select.select([self._connection.sock], [], [], 0)[0]:
            self.answer = _read(self._connection)
            self._connection = None
        elif now - self._asked > _PATIENCE_SECONDS:
            self._connection.close()
            self._connection = None
        return self.answer

    def _ask(self) -> None:
        connection = http.client.HTTPConnection(*self._address, timeout=1)
        try:
            connection.request("GET", "/healthz")
        except OSError:
            connection.close()
        else:
            self._connection = connection


def _read(connection: http.client.HTTPConnection) -> Answer:
    try:
        response = connection.getresponse()
        parts = json.loads(response.read())
    except (OSError, http.client.HTTPException, ValueError):
        return Answer()
    finally:
        connection.close()
    return Answer(response.status == 200, parts if isinstance(parts, dict) else {})
