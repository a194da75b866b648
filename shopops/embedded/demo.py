"""`make run`: the whole of ShopOps on this machine, with a demo marketplace."""

import os
import socket
import sys
import time
from importlib.util import find_spec

from . import places
from .health import Answer, Probe
from .lifetime import Use, running
from .locks import FileLock
from .places import EmbeddedError
from .supervisor import Program, Stopped, Supervisor

_STOP_SECONDS = 15
_SERVERS_CHECK_SECONDS = 2.0
_SLOW_START_SECONDS = 60
_READER = (
    *("--queues", "ocr", "--hostname", "reader@%h", "--concurrency", "1", "--loglevel", "WARNING"),
    *("--without-mingle", "--without-gossip", "--without-heartbeat"),
)


class Demo:
    """One run, from the first server to the last."""

    def __init__(self) -> None:
        self._began = time.monotonic()
        self.host = os.environ.get("WEB_HOST") or "127.0.0.1"
        self.port = _port()
        self._supervisor = Supervisor(["setup", "web", "worker", "reader", "beat"], _environment(self.host, self.port))
        self._probe: Probe | None = None
        self._said_slow = False
        self._next_check = 0.0

    def run(self) -> int:
        """Run until a signal arrives; return the exit status. Raises EmbeddedError."""
        only = FileLock(places.make_folder(places.state_dir() / "run") / "demo")
        if not only.try_exclusive():
            raise EmbeddedError(f"ShopOps already runs on the data in {places.state_dir()}. Stop it, or set STATE.")
        _check_port(self.host, self.port)
        self._say("Starting PostgreSQL and Valkey")
        with self._supervisor.signals():
            try:
                with running() as servers:
                    return self._serve(servers)
            except Stopped:
                self._say("Stopped")
                return 0

    def _serve(self, servers: list[Use]) -> int:
        if status := self._supervisor.run_once("setup", _python("-m", "shopops.embedded", "prepare")):
            self._say("The setup failed, see above")
            return status
        self._probe = Probe(self.host, self.port)
        self._supervisor.start(_programs())
        try:
            self._supervisor.watch(lambda: self._look(servers))
        finally:
            self._say("Stopping (again Ctrl-C: at once)")
            self._supervisor.stop(_STOP_SECONDS)
        return 0

    def _look(self, servers: list[Use]) -> None:
        """Announce the start once, and have a killed server's keeper started again."""
        now = time.monotonic()
        if now >= self._next_check:
            self._next_check = now + _SERVERS_CHECK_SECONDS
            for server in servers:
                if server.ensure():
                    self._say(f"{server.name} had stopped and is started again")
        if self._probe and self._probe.look().healthy:
            self._probe = None
            self._announce()
        elif self._probe and not self._said_slow and now - self._began > _SLOW_START_SECONDS:
            self._said_slow = True
            self._say(f"Not ready after {_SLOW_START_SECONDS} s: {_describe(self._probe.answer)}")

    def _announce(self) -> None:
        # 0.0.0.0 means every address of this machine; a browser on it needs one of them.
        host = "127.0.0.1" if self.host == "0.0.0.0" else self.host  # noqa: S104
        base = f"http://{host}:{self.port}"
        state = places.state_dir()
        lines = [
            "",
            f"ShopOps is ready ({time.monotonic() - self._began:.1f} s)",
            "",
            f"  Merchant portal   {base}/portal/",
            f"  Console           {base}/admin/",
            f"  Status page       {base}/status/",
            f"  API               {base}/api/v1/docs/",
            f"  Health            {base}/healthz",
            f"  Data              {state}",
            f"  Sent e-mail       {state / 'mail'}",
            "",
        ]
        sign_ins = state / "sign-ins.txt"
        if sign_ins.exists():
            lines += [*(f"  {line}".rstrip() for line in sign_ins.read_text(encoding="utf-8").splitlines()), ""]
        lines += ["Ctrl-C stops everything; the data stays.", ""]
        for line in lines:
            self._say(line)

    def _say(self, text: str) -> None:
        self._supervisor.say(text)


def _programs() -> list[Program]:
    # The checks have just been made by the setup.
    celery = ("-m", "celery", "--quiet", "--skip-checks", "--app", "shopops")
    return [
        Program("web", _python("-m", "gunicorn", "--config", "python:shopops.webserver", "shopops.wsgi")),
        Program(
            "worker",
            _python(*celery, "worker", "--concurrency", "2", "--loglevel", "INFO", "--without-mingle"),
        ),
        # It reads licences, with the optional extra. The main worker alone signs that workers live (shopops.health).
        *([Program("reader", _python(*celery, "worker", *_READER))] if find_spec("rapidocr") else []),
        Program("beat", _python(*celery, "beat", "--loglevel", "WARNING", "--pidfile=")),
    ]


def _python(*arguments: str) -> list[str]:
    return [sys.executable, *arguments]


def _environment(host: str, port: int) -> dict[str, str]:
    return os.environ | {
        "DJANGO_SETTINGS_MODULE": "shopops.settings",
        "PYTHONUNBUFFERED": "1",
        "PYTHONUTF8": "1",
        # WhiteNoise misses the folder of collected files, which only a deployment has; Celery discourages root.
        "PYTHONWARNINGS": "ignore:No directory at,ignore:You're running the worker with superuser privileges",
        "WEB_HOST": host,
        "PORT": str(port),
    }


def _port() -> int:
    text = os.environ.get("PORT") or "8000"
    if not text.isdigit() or not 0 < int(text) < 65536:
        raise EmbeddedError(f"PORT={text}: write a number from 1 to 65535, for example: make run PORT=8001")
    return int(text)


def _check_port(host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as attempt:
        attempt.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            attempt.bind((host, port))
        except PermissionError:
            raise EmbeddedError(f"Port {port} is reserved for root. Choose another: make run PORT=8001") from None
        except OSError as error:
            raise EmbeddedError(
                f"Port {port} on {host} cannot be used: {(error.strerror or 'unknown').lower()}. "
                f"Choose another: make run PORT={port + 1 if port < 65535 else 8000}"
            ) from error


def _describe(answer: Answer) -> str:
    if not answer.parts:
        return "the web server does not answer, see its messages above"
    return ", ".join(f"{name}: {state}" for name, state in answer.parts.items() if state != "ok")
