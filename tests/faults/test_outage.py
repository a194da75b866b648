"""The database and the broker are gone for half a minute while people work: nothing is lost, nothing is doubled, and
everything resumes by itself."""

import datetime as dt
import http.client
import os
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg2
import pytest

from shopops.embedded import addresses, places
from shopops.embedded.postgres import Postgres
from shopops.embedded.processes import stop
from shopops.embedded.valkey import Valkey
from tests.embedded.helpers import PROJECT_DIR, short_folder
from tests.faults.conftest import wait_for
from tests.mail import Sink
from tests.webhooks.receiver import Receiver, receiving

pytestmark = pytest.mark.slow

AWAY_SECONDS = 30
#: Everything flows again so soon after the servers are back.
RESUME_SECONDS = 45


class House:
    """An installation of its own: database, broker, web server, worker, beat, and people who use it."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch, mail_port: int) -> None:
        self._folder, self._patch = folder, monkeypatch
        with self._own_state():
            self.postgres, self.valkey = Postgres(), Valkey()
            self.postgres.start()
            self.valkey.start()
            sockets = places.postgres_socket_dir()
            self._dsn = {"host": str(sockets), "user": addresses.DATABASE_USER, "dbname": addresses.DATABASE_NAME}
            broker = places.valkey_socket()
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("SHOPOPS_TEST", "PYTEST"))}
        self.environment = kept | {
            "STATE": str(folder),
            "SHOPOPS_TEST_SERVERS": "0",
            "PYTHONPATH": f"{PROJECT_DIR}:{PROJECT_DIR / 'warnings'}",
            "SMTP_HOST": "127.0.0.1",
            "SMTP_PORT": str(mail_port),
            "WEBHOOK_ALLOWED_NETWORKS": "127.0.0.0/8",
            "DATABASE_URL": "postgres://{user}@{host}/{dbname}".format(**self._dsn | {"host": quote(str(sockets), "")}),
            "REDIS_URL": f"unix://{quote(str(broker))}?db=1",
            "BROKER_URL": f"redis+socket://{quote(str(broker))}?virtual_host=0",
            "SECRET_KEY": "outage-outage-outage-outage-outage-outage-outage-outage",
            "FIELD_KEYS": "sJmC4n4QxPWkIhp8cEoZ0Zq7xv2nBG0y1d5r1m1p1n0=",
            "ALLOWED_HOSTS": "*",
            "HTTPS": "0",
            "PORT": str(_free_port()),
        }
        self.running: list[subprocess.Popen[bytes]] = []

    def _own_state(self):
        context = self._patch.context()
        patch = context.__enter__()
        patch.setenv("STATE", str(self._folder))
        patch.setenv("SHOPOPS_TEST_SERVERS", "0")
        return _Leaving(context)

    def run(self, *arguments: str) -> None:
        subprocess.run([sys.executable, *arguments], cwd=PROJECT_DIR, env=self.environment, check=True)

    def start(self, *arguments: str, without: str = "", **pipes: Any) -> "subprocess.Popen[bytes]":
        environment = {name: value for name, value in self.environment.items() if name != without}
        process = subprocess.Popen(
            [sys.executable, *arguments], cwd=PROJECT_DIR, env=environment, start_new_session=True, **pipes
        )
        self.running.append(process)
        return process

    def crash_database(self) -> None:
        """SIGQUIT: PostgreSQL ends at once, like after a power cut of its machine."""
        assert self.postgres._process
        stop(self.postgres._process, signal.SIGQUIT, 10)

    def crash_broker(self) -> None:
        """kill -9: it keeps nothing, so every message in it is lost as well."""
        assert self.valkey._process
        stop(self.valkey._process, signal.SIGKILL, 10)
        shutil.rmtree(self._folder / "valkey" / "appendonlydir")

    def start_servers(self) -> None:
        with self._own_state():
            self.postgres.start()
            self.valkey.start()

    def rows(self, query: str) -> list[tuple]:
        with psycopg2.connect(**self._dsn) as connection, connection.cursor() as cursor:
            cursor.execute(query)
            return cursor.fetchall()

    def page(self, path: str) -> tuple[int, str]:
        connection = http.client.HTTPConnection("127.0.0.1", int(self.environment["PORT"]), timeout=10)
        try:
            connection.request("GET", path, headers={"Cookie": f"sessionid={'a' * 32}", "Accept-Language": "zh-CN"})
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        finally:
            connection.close()

    def close(self) -> None:
        for process in self.running:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        self.postgres.stop()
        self.valkey.stop()


class _Leaving:
    def __init__(self, context) -> None:
        self._context = context

    def __enter__(self) -> None:
        pass

    def __exit__(self, *error: object) -> None:
        self._context.__exit__(None, None, None)


@pytest.fixture
def house(monkeypatch, mailbox: tuple[Sink, int]) -> Iterator[House]:
    with short_folder() as folder:
        made = House(folder, monkeypatch, mailbox[1])
        try:
            yield made
        finally:
            made.close()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as started:
        yield started


def test_database_and_broker_gone_for_half_a_minute(house: House, mailbox, receiver, tmp_path):
    house.run("manage.py", "migrate", "-v0")
    house.run("manage.py", "load_policies")
    log = tmp_path / "people.log"
    with log.open("wb") as stream:
        house.start("tests/faults/outage_load.py", receiver.url, stdout=stream)
    celery = ("-m", "celery", "-A", "shopops")
    house.start(*celery, "worker", "-c", "2", "-l", "WARNING")
    house.start(*celery, "beat", "-l", "WARNING")
    # The same database by STATE alone: a deployment would want its style sheets collected first.
    house.start("-m", "gunicorn", "--config", "python:shopops.webserver", "shopops.wsgi", without="DATABASE_URL")
    wait_for(lambda: len(receiver.taken) >= 10 and len(mailbox[0].mails) >= 10, 60)
    wait_for(lambda: house.page("/accounts/login/")[0] == 200, 30)

    house.crash_broker()
    house.crash_database()
    gone = time.monotonic()
    status, page = house.page("/portal/")
    assert status == 503 and 'lang="zh-Hans"' in page and ">503<" in page, page
    assert house.page("/healthz")[0] == 503
    before = confirmed(log)
    time.sleep(max(0.0, AWAY_SECONDS - (time.monotonic() - gone)))
    assert confirmed(log) == before, "somebody was told that a complaint was filed while there was no database"
    back = dt.datetime.now(dt.UTC)
    house.start_servers()

    wait_for(lambda: len(confirmed(log)) > len(before) + 20, RESUME_SECONDS)
    house.running.pop(0).kill()  # people go home
    filed = {row[0] for row in house.rows("SELECT order_reference FROM complaints_complaint")}
    assert set(confirmed(log)) <= filed, "a confirmed complaint is lost"

    wait_for(lambda: len({call.uid for call in receiver.taken}) >= len(filed), RESUME_SECONDS)
    wait_for(lambda: runs_since(house, back), 75)
    # What a worker held when the database went is given back when its claim lapses; these two minutes pass at once.
    house.rows(
        "UPDATE notifications_delivery SET claimed_at = claimed_at - interval '3 minutes'"
        " WHERE state = 'sending' AND claimed_at < now() - interval '20 seconds' RETURNING id"
    )
    wait_for(lambda: waiting_mail(house) == 0, RESUME_SECONDS)
    assert house.page("/accounts/login/")[0] == 200
    told = [call.json["data"]["order_reference"] for call in receiver.taken]
    assert set(told) == filed
    # In flight when the database went: taken by the receiver, not written down here, sent again with the same id.
    assert sum(Counter(told).values()) - len(filed) <= 2
    assert_in_order([call.uid for call in receiver.taken])
    sent = Counter(mail["Message-ID"] for _to, mail in mailbox[0].mails)
    assert len(sent) == len(filed)
    assert sum(sent.values()) - len(sent) <= 2
    assert house.rows("SELECT count(*) FROM notifications_delivery WHERE state = 'failed'") == [(0,)]
    assert house.rows("SELECT count(*) FROM webhooks_delivery WHERE state = 'waiting'") == [(0,)]


def waiting_mail(house: House) -> int:
    rows = house.rows("SELECT count(*) FROM notifications_delivery WHERE state IN ('queued', 'sending')")
    return int(rows[0][0])


def confirmed(log: Path) -> list[str]:
    finished = log.read_text().rpartition("\n")[0]  # a line that is still being written is read the next time
    lines = [line.split() for line in finished.splitlines()]
    return [line[1] for line in lines if line[:1] == ["confirmed"]]


def runs_since(house: House, moment: dt.datetime) -> bool:
    """The job of every minute runs again."""
    rows = house.rows("SELECT started_at FROM jobs_jobrun WHERE job = 'send_due_notices' AND state = 'succeeded'")
    return any(started > moment for (started,) in rows)


def assert_in_order(uids: list[str]) -> None:
    """First arrivals come in the order of the events; a repetition comes before anything newer."""
    firsts = list(dict.fromkeys(uids))
    assert [uid for index, uid in enumerate(uids) if index == 0 or uids[index - 1] != uid] == firsts


def _free_port() -> int:
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
