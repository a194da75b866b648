"""/healthz: what it calls alive, and how soon it notices the dead."""

import os
import signal
import subprocess
import sys
import time
from urllib.parse import quote

import pytest
from celery import Celery
from django.core.cache import cache
from django.db import OperationalError, connection
from django.test import override_settings

from shopops import health, probe
from shopops.embedded.health import Answer

from .helpers import PROJECT_DIR, wait_for

GONE = "redis+socket:///nowhere/valkey.sock?virtual_host=0"


@pytest.fixture(autouse=True)
def no_signs():
    health.forget_signs()
    yield
    health.forget_signs()


def sign(name, seconds_ago=0.0):
    cache.set(f"heartbeat:{name}", time.time() - seconds_ago)


def everybody_signs():
    for name in ("beat", "worker", "job"):
        sign(name)


@pytest.mark.django_db
def test_everything_alive_is_200(client):
    everybody_signs()
    response = client.get("/healthz")
    assert response.status_code == 200
    assert response.json() == dict.fromkeys(("database", "broker", "worker", "beat"), "ok")
    assert "no-store" in response["Cache-Control"]


@pytest.mark.django_db
def test_nobody_alive_is_503(client):
    response = client.get("/healthz")
    assert response.status_code == 503
    assert response.json() == {
        "database": "ok",
        "broker": "ok",
        "worker": "no sign of life",
        "beat": "no sign of life",
    }


def test_a_silent_worker_and_a_silent_beat_are_told_apart():
    everybody_signs()
    sign("worker", 50)
    assert health.signs_of_life() == {"worker": "no sign of life for 50 s", "beat": "ok"}
    everybody_signs()
    sign("beat", 50)
    assert health.signs_of_life() == {"worker": "ok", "beat": "no sign of life for 50 s"}


def test_a_busy_worker_is_alive_and_a_stuck_one_is_not():
    everybody_signs()
    sign("job", 600)
    assert health.signs_of_life()["worker"] == "ok"
    sign("job", 1000)
    assert health.signs_of_life()["worker"] == "alive, but finishes no jobs"


@pytest.mark.django_db
def test_a_dead_broker_is_noticed_within_seconds(monkeypatch):
    everybody_signs()
    monkeypatch.setattr(health, "current_app", Celery("lost", broker=GONE, set_as_current=False))
    began = time.monotonic()
    assert health.report()["broker"] == "no answer"
    assert time.monotonic() - began < 5


@override_settings(
    CACHES={
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": "unix:///nowhere/valkey.sock?db=1",
        }
    }
)
def test_a_dead_cache_is_named():
    assert health.signs_of_life()["worker"] == "unknown: the cache does not answer"


@pytest.mark.django_db
def test_a_dead_database_is_named(monkeypatch):
    def refuse(*_):
        raise OperationalError("secret address")

    monkeypatch.setattr(connection, "cursor", refuse)
    assert health.report()["database"] == "no answer"


def test_the_containers_probe_asks_for_the_allowed_host(monkeypatch, capsys):
    asked = {}

    def ask(host, port, *, name):
        asked.update(host=host, port=port, name=name)
        return Answer(False, {"database": "ok", "worker": "no sign of life"})

    monkeypatch.setattr(probe, "ask", ask)
    monkeypatch.setenv("ALLOWED_HOSTS", ".shop.example.com, other.example.com")
    monkeypatch.setenv("PORT", "8000")
    assert probe.main("web") == 0  # a dead worker is no reason to restart the web server
    assert asked == {"host": "127.0.0.1", "port": 8000, "name": "shop.example.com"}
    assert probe.main("worker") == 1
    assert "worker: no sign of life" in capsys.readouterr().err


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_real_worker_and_beat_are_alive_soon_and_a_killed_worker_is_missed(client, settings, monkeypatch, tmp_path):
    database = settings.DATABASES["default"]
    environment = os.environ | {
        "DATABASE_URL": f"postgres://{database['USER']}@{quote(database['HOST'], safe='')}/{database['NAME']}",
        "REDIS_URL": settings.REDIS_URL,
        "BROKER_URL": settings.CELERY_BROKER_URL,
        "SECRET_KEY": settings.SECRET_KEY,
        "FIELD_KEYS": ",".join(settings.FIELD_KEYS),
    }

    def start(*arguments):
        return subprocess.Popen(
            [sys.executable, "-m", "celery", "--quiet", "--app", "shopops", *arguments],
            cwd=PROJECT_DIR,
            env=environment,
            start_new_session=True,
        )

    worker = start("worker", "--concurrency", "1", "--without-mingle")
    beat = start("beat", "--schedule", str(tmp_path / "beat"), "--pidfile=")
    try:
        wait_for(lambda: client.get("/healthz").status_code == 200, seconds=30)
        os.killpg(worker.pid, signal.SIGKILL)
        monkeypatch.setattr(health, "SILENT_SECONDS", 3)
        wait_for(lambda: client.get("/healthz").json()["worker"].startswith("no sign of life for"), seconds=10)
    finally:
        for process in (worker, beat):
            process.kill()
            process.wait()
