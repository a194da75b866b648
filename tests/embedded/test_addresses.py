"""The addresses that settings hand to Django, redis-py and Celery."""

import dj_database_url
import pytest
import redis
from kombu.utils.url import url_to_parts

from shopops import embedded
from shopops.embedded import places


@pytest.fixture(autouse=True)
def local(monkeypatch):
    for name in ("DATABASE_URL", "REDIS_URL", "BROKER_URL"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def odd_path(monkeypatch):
    """A folder whose name every reader of an address must decode."""
    folder = places.Path("/srv/Shop Ops/100%/商家?#@")
    monkeypatch.setattr(places, "postgres_socket_dir", lambda: folder)
    monkeypatch.setattr(places, "valkey_socket", lambda: folder / "valkey.sock")
    return folder


def test_django_reads_the_database_address(odd_path):
    parsed = dj_database_url.parse(embedded.database_url())
    assert parsed["HOST"] == str(odd_path)
    assert (parsed["NAME"], parsed["USER"]) == ("shopops", "shopops")


def test_redis_reads_the_cache_address(odd_path):
    pool = redis.ConnectionPool.from_url(embedded.redis_url())
    assert pool.connection_kwargs["path"] == str(odd_path / "valkey.sock")


def test_celery_reads_the_broker_address(odd_path):
    parts = url_to_parts(embedded.celery_broker_url())
    assert f"/{parts.path}" == str(odd_path / "valkey.sock")
    assert parts.query["virtual_host"].isdigit()


def test_addresses_given_are_used(monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgres://db/x")
    monkeypatch.setenv("REDIS_URL", "redis://cache/1")
    assert embedded.database_url() == "postgres://db/x"
    assert embedded.redis_url() == embedded.celery_broker_url() == "redis://cache/1"
    monkeypatch.setenv("BROKER_URL", "redis://cache/0")
    assert embedded.celery_broker_url() == "redis://cache/0"


def test_cache_and_broker_are_apart():
    """Emptying the cache must not lose a message."""
    cache = redis.ConnectionPool.from_url(embedded.redis_url()).connection_kwargs["db"]
    assert f"virtual_host={cache}" not in embedded.celery_broker_url()
