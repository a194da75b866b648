"""How often and how much: rate limits, sizes of bodies."""

import io
import threading
from contextlib import suppress

import pytest
from django.conf import settings as configured
from django.core.handlers.wsgi import WSGIHandler
from django.db import connection
from django.test import Client

from shopops.api import limits
from tests.api.conftest import Caller

URL = "/api/v1/orders/"


@pytest.fixture
def three(settings):
    settings.API_RATE_LIMITS = {"key": (3, 60), "user": (2, 60), "network": (2, 60)}


def test_every_answer_says_where_the_caller_stands(market):
    answer = market.shop_key.get(URL)
    limit, window = configured.API_RATE_LIMITS["key"]
    assert answer["RateLimit-Limit"] == str(limit)
    assert answer["RateLimit-Remaining"] == str(limit - 1)
    assert answer["RateLimit-Policy"] == f"{limit};w={window}"
    assert 0 < int(answer["RateLimit-Reset"]) <= window


def test_one_too_many_is_429_with_the_time_to_wait(market, three):
    assert [market.shop_key.get(URL).status_code for _ in range(4)] == [200, 200, 200, 429]
    answer = market.shop_key.get(URL)
    assert answer.json()["code"] == "throttled"
    assert 1 <= int(answer["Retry-After"]) <= 60 and answer["RateLimit-Remaining"] == "0"
    assert market.other_key.get(URL).status_code == 200


def test_people_and_networks_have_limits_of_their_own(market, three, client):
    client.force_login(market.owner)
    assert [client.get(URL).status_code for _ in range(3)] == [200, 200, 429]
    assert [market.anonymous.get("/api/v1/status/").status_code for _ in range(3)] == [200, 200, 429]


def test_guessing_keys_counts_for_the_network(market, three):
    guess = Caller("so_live_" + "0" * 49)
    assert [guess.get(URL).status_code for _ in range(3)] == [401, 401, 429]
    assert market.shop_key.get(URL).status_code == 200


def test_a_bucket_empties_with_time():
    import time

    from django.test import override_settings

    with override_settings(API_RATE_LIMITS={"key": (2, 1)}):
        limits.take("key", "t")
        limits.take("key", "t")
        with pytest.raises(limits.TooMany) as refused:
            limits.take("key", "t")
        assert refused.value.wait == 1
        time.sleep(0.6)
        assert limits.take("key", "t").remaining == 0


def test_threads_together_get_no_more_than_the_limit(settings):
    settings.API_RATE_LIMITS = {"key": (10, 600)}
    granted = []

    def ask():
        for _ in range(5):
            with suppress(limits.TooMany):
                granted.append(limits.take("key", "together"))

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(granted) == 10


def test_without_redis_everybody_is_let_in_and_it_is_not_asked_every_time(market, three, settings, caplog):
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    answers = [market.shop_key.get(URL) for _ in range(5)]
    assert [answer.status_code for answer in answers] == [200] * 5
    assert "RateLimit-Limit" not in answers[0]
    assert len([record for record in caplog.records if "rate limits are not applied" in record.message]) == 1


def test_a_body_that_says_it_is_too_large_is_not_read(market, settings):
    settings.API_MAX_BODY = 100
    answer = market.platform.post("/api/v1/complaints/", {"text": "x" * 200})
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")


def call(body, token, **environ):
    """One request as a server hands it over, without the test client's help."""
    started = {}
    stream = io.BytesIO(body)
    environ = {
        "REQUEST_METHOD": "POST", "PATH_INFO": "/api/v1/complaints/", "SERVER_NAME": "testserver",
        "SERVER_PORT": "80", "SERVER_PROTOCOL": "HTTP/1.1", "wsgi.url_scheme": "http", "wsgi.input": stream,
        "wsgi.errors": io.StringIO(), "wsgi.input_terminated": True, "CONTENT_TYPE": "application/json",
        "HTTP_AUTHORIZATION": f"Bearer {token}", "HTTP_HOST": "testserver", "REMOTE_ADDR": "127.0.0.1", **environ,
    }  # fmt: skip
    app = WSGIHandler()
    content = b"".join(app(environ, lambda status, headers: started.update(status=int(status[:3]))))
    return started["status"], content, stream.tell()


def test_a_chunked_body_is_read_up_to_the_limit_and_no_further(market, settings, raw_wsgi):
    settings.API_MAX_BODY = 1000
    status, content, read = call(b"x" * 1_000_000, market.platform.token, HTTP_TRANSFER_ENCODING="chunked")
    assert (status, b'"too_large"' in content, read) == (413, True, 1001)


def test_a_chunked_body_within_the_limit_is_taken(market, raw_wsgi):
    status, content, _read = call(b'{"kind": 1}', market.platform.token, HTTP_TRANSFER_ENCODING="chunked")
    assert status == 400 and b"#/order_reference" in content  # it was read, and found wanting


def test_reading_needs_no_body(market):
    assert Client().get(URL, headers=market.shop_key.headers()).status_code == 200
    assert connection.is_usable()
