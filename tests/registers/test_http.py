"""The HTTP provider against a register that really listens."""

import datetime as dt
import json

import pytest

from merchants.registers.facts import Registration
from merchants.registers.http import ANSWER_BYTES, HttpProvider
from merchants.registers.providers import Away, provider
from shopops.webhooks import signing
from tests.registers.conftest import SECRET

CODE = "91330100799655058B"


def test_the_entry_of_a_company_is_read(register):
    told = provider().ask(CODE, "registration")
    assert told.source == "Test register"
    assert isinstance(told.facts, Registration)
    assert (told.facts.name, told.facts.established_on) == ("杭州北岭户外用品有限公司", dt.date(2019, 9, 3))
    asked = register.asked[0]
    assert (asked["path"], asked["uscc"], asked["kind"]) == ("/v1/registration", CODE, "registration")


def test_the_question_is_signed(register):
    provider().ask(CODE, "credit_record")
    asked = register.asked[0]
    headers = {name.lower(): value for name, value in asked["headers"].items()}
    assert headers["webhook-id"] == asked["id"]
    expected = signing.sign(
        SECRET, uid=headers["webhook-id"], timestamp=int(headers["webhook-timestamp"]), body=asked["raw"]
    )
    assert headers["webhook-signature"] == expected


def test_a_company_that_the_register_does_not_know(register):
    register.found = False
    assert provider().ask(CODE, "registration").facts is None


@pytest.mark.parametrize("status", [302, 400, 401, 404, 429, 500, 503])
def test_any_other_status_is_no_answer(register, status):
    register.status = status
    register.headers = {"Retry-After": "120", "Location": register.url}
    with pytest.raises(Away) as away:
        provider().ask(CODE, "registration")
    assert str(away.value) == f"HTTP {status}"
    assert away.value.again_in == 120
    assert len(register.asked) == 1  # a redirect is not followed


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>Maintenance</html>",
        b'{"uscc": "91330100799655058B", "found": true, "source": "x"}',
        b'{"uscc": "91330100799655058B", "found": true, "source": "x", "facts": {"name": "x", "status": "odd"}}',
        b'{"uscc": "91330100799655058B", "found": true, "source": "x", "facts": {"name": 7, "status": "active"}}',
        b'{"uscc": "914403001922038216", "found": false, "source": "x", "facts": null}',
        b'{"uscc": "91330100799655058B", "found": false, "source": "' + b"x" * ANSWER_BYTES + b'"}',
        b"\xff\xfe\x00",
    ],
)
def test_what_is_no_answer_about_this_company_is_none(register, body):
    register.body = body
    with pytest.raises(Away):
        provider().ask(CODE, "registration")


def test_a_record_with_hundreds_of_penalties_is_read_whole(register):
    penalty = {"decided_on": "2025-05-21", "authority": "深圳市市场监督管理局", "reason": "销售未经认证的产品" * 8}
    register.answers["credit_record"] = {"penalties": [penalty] * 500}
    assert len(json.dumps(register.answers["credit_record"])) > 200_000
    assert len(provider().ask(CODE, "credit_record").facts.penalties) == 500


def test_a_register_that_is_not_there_is_away(register):
    with pytest.raises(Away):
        HttpProvider("http://127.0.0.1:9/v1", SECRET).ask(CODE, "registration")


def test_a_register_that_says_nothing_for_long_is_away(register, monkeypatch):
    monkeypatch.setattr("shopops.webhooks.calling.SILENCE_SECONDS", 0.2)
    register.pause = 1.0
    with pytest.raises(Away):
        provider().ask(CODE, "registration")


def test_a_private_address_is_refused_unless_it_is_allowed(register, settings):
    settings.WEBHOOK_ALLOWED_NETWORKS = []
    with pytest.raises(Away):
        provider().ask(CODE, "registration")
    assert register.asked == []
