"""Real Celery workers on a real broker, against the test's own database."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from urllib.parse import quote

import pytest
from celery import Celery
from django.db import connection

from tests.mail import Sink, smtp_sink


class Workers:
    """Starts workers as `make run` does, kills them as a crash does."""

    def __init__(self, environment: dict[str, str], broker: str) -> None:
        self._environment = environment
        self._running: list[subprocess.Popen[bytes]] = []
        self._app = Celery("sender", broker=broker, set_as_current=False)

    def start(self) -> None:
        self._running.append(
            subprocess.Popen(
                [sys.executable, "-m", "celery", "-A", "shopops", "worker", "-c", "2", "-l", "WARNING"],
                env=self._environment,
                start_new_session=True,
            )
        )

    def send(self, task: str, *args: object) -> None:
        self._app.send_task(task, args=list(args))

    def kill(self) -> None:
        """kill -9 of every worker process, the parent and its pool."""
        for process in self._running:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        self._running.clear()


@pytest.fixture
def mailbox() -> Iterator[tuple[Sink, int]]:
    with smtp_sink() as started:
        yield started


@pytest.fixture
def workers(transactional_db: None, broker_url: str, mailbox: tuple[Sink, int], settings) -> Iterator[Workers]:
    from shopops.policies.services import load_packs

    load_packs()
    database = connection.settings_dict
    environment = os.environ | {
        "DATABASE_URL": f"postgres://{database['USER']}@{quote(database['HOST'], safe='')}/{database['NAME']}",
        "BROKER_URL": broker_url,
        "REDIS_URL": settings.REDIS_URL,
        "SECRET_KEY": settings.SECRET_KEY,
        "FIELD_KEYS": ",".join(settings.FIELD_KEYS),
        "WEBHOOK_ALLOWED_NETWORKS": "127.0.0.0/8",
        "SMTP_HOST": "127.0.0.1",
        "SMTP_PORT": str(mailbox[1]),
    }
    started = Workers(environment, broker_url)
    yield started
    started.kill()


def wait_for(condition: Callable[[], object], seconds: float = 60) -> None:
    """Look again until it is so; fails with the condition's last answer."""
    end = time.monotonic() + seconds
    while not (answer := condition()):
        assert time.monotonic() < end, f"still {answer!r} after {seconds:.0f} s"
        time.sleep(0.02)
