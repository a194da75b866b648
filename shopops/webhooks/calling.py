"""One call of an endpoint over HTTP: to the checked address only, with limits, no redirects."""

import contextlib
import functools
import http.client
import socket
import ssl
import threading
import time
from dataclasses import dataclass

from shopops.webhooks.addresses import RefusedAddress, Target, resolve

#: Seconds for connecting, for each silence of the receiver, and for the whole call.
CONNECT_SECONDS = 5.0
SILENCE_SECONDS = 10.0
TOTAL_SECONDS = 15.0
#: Bytes of an answer that are read; a receiver that sends more is cut off.
ANSWER_BYTES = 4096
EXCERPT = 1000


@dataclass(frozen=True)
class Answer:
    """What came of a call. `status` None: there was no answer, `error` says why. Redirects are answers like others.
    `retry_after`: seconds after which the receiver wants to be called again, if it said so as a number."""

    status: int | None
    milliseconds: int
    excerpt: str = ""
    error: str = ""
    retry_after: int | None = None

    @property
    def succeeded(self) -> bool:
        return self.status is not None and 200 <= self.status < 300


@functools.cache
def _tls() -> ssl.SSLContext:
    """The system's certificates (SSL_CERT_FILE names others); loading them takes longer than many a call."""
    return ssl.create_default_context()


class _Connection(http.client.HTTPConnection):
    """Connects to the checked address, speaks for the host's name (Host header, TLS server name, certificate)."""

    def __init__(self, target: Target) -> None:
        super().__init__(target.host, target.port)
        self._target = target
        self.default_port = 443 if target.scheme == "https" else 80  # the Host header leaves a usual port out

    def connect(self) -> None:
        plain = socket.create_connection((self._target.ip, self._target.port), CONNECT_SECONDS)
        self.sock = plain
        if self._target.scheme == "https":
            self.sock = _tls().wrap_socket(plain, server_hostname=self._target.host)
        self.sock.settimeout(SILENCE_SECONDS)

    def cut(self) -> None:
        """End the call from another thread: a receiver that drips its answer must not hold a thread for long."""
        if sock := self.sock:
            with contextlib.suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)


def post(url: str, body: bytes, headers: dict[str, str], *, keep: int = EXCERPT) -> Answer:
    """Send one POST and return what came of it; never raises for what the receiver or the network does.

    `keep`: so many bytes of the answer are read and kept, at least EXCERPT characters.
    """
    started = time.monotonic()
    try:
        status, text, retry_after = _post(resolve(url), body, headers, max(keep, ANSWER_BYTES))
        return Answer(status, _since(started), text[:keep], retry_after=retry_after)
    except RefusedAddress as error:
        return Answer(None, _since(started), error=str(error))
    except (OSError, http.client.HTTPException) as error:
        took = _since(started)
        late = took >= TOTAL_SECONDS * 1000 - 100
        return Answer(None, took, error=f"no answer in {TOTAL_SECONDS:.0f} s" if late else _named(error))


def _post(target: Target, body: bytes, headers: dict[str, str], most: int) -> tuple[int, str, int | None]:
    connection = _Connection(target)
    alarm = threading.Timer(TOTAL_SECONDS, connection.cut)
    alarm.daemon = True
    alarm.start()
    try:
        connection.request("POST", target.path, body, headers)
        response = connection.getresponse()
        text = response.read(most).decode("utf-8", "replace").replace("\x00", "")
        wait = response.getheader("Retry-After", "")
        return response.status, text, int(wait) if wait.isascii() and wait.isdigit() and len(wait) < 7 else None
    finally:
        alarm.cancel()
        connection.close()


def _named(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:300].replace("\x00", "")


def _since(started: float) -> int:
    return round((time.monotonic() - started) * 1000)
