"""Warnings through the API: one's own, with facts; acknowledging."""

import pytest

from tests.warning_center.factories import DAY, HOUR, NOW, check, document, only_warning, ship
from warning_center import services

URL = "/api/v1/warnings/"


@pytest.fixture
def warned(shop):
    ship(shop, late=12, of=169)
    check()
    return only_warning()


@pytest.fixture
def api(client, owner):
    client.force_login(owner)
    return client


def test_the_list_has_ones_own_warnings(api, warned, new_shop):
    ship(new_shop("stranger"), late=50, of=100)
    check(NOW + HOUR)
    (found,) = api.get(URL, headers={"accept-language": "en"}).json()["results"]
    assert found["number"] == warned.number
    assert found["title"] == "Late shipment is 7.1% (12 of 169 orders); the limit is 4%"
    assert (found["numerator"], found["denominator"], found["limit"]) == (12, 169, "0.0400")
    assert found["value"] == pytest.approx(12 / 169)
    assert found["due_at"].startswith((NOW + 14 * DAY).isoformat()[:16])
    assert found["last_day"] == "2026-03-17"


@pytest.mark.parametrize(("query", "count"), [({"state": "open"}, 1), ({"state": "expired"}, 0), ({"intensity": 3}, 0)])
def test_the_list_is_filtered(api, warned, query, count):
    assert len(api.get(URL, query).json()["results"]) == count


def test_a_warning_comes_with_its_facts(api, warned):
    facts = api.get(f"{URL}{warned.number}/").json()["facts"]
    assert len(facts) == 12
    assert facts[0]["kind"] == "late_order"
    assert facts[0]["data"]["currency"] == "CNY"


def test_acknowledging_succeeds_also_the_second_time(api, warned):
    for _press in range(2):
        answer = api.post(f"{URL}{warned.number}/acknowledge/")
        assert (answer.status_code, answer.json()["state"]) == (200, "acknowledged")


def test_acknowledging_what_is_closed_is_a_conflict(api, warned, make_user):
    services.withdraw(warning=warned, actor=make_user("wu"), reason="Wrong data.", at=NOW)
    assert api.post(f"{URL}{warned.number}/acknowledge/").status_code == 409


def test_another_merchant_finds_nothing(client, new_shop, warned):
    client.force_login(new_shop("stranger").members.get().user)
    assert client.get(f"{URL}{warned.number}/").status_code == 404
    assert client.post(f"{URL}{warned.number}/acknowledge/").status_code == 404
    assert only_warning().state == "open"


@pytest.mark.parametrize(("role", "count"), [("risk_analyst", 1), ("auditor", 1), ("announcer", 0)])
def test_operators_read_every_warning_if_their_role_may_but_acknowledge_none(client, make_user, warned, role, count):
    client.force_login(make_user("operator", roles=[role]))
    assert len(client.get(URL).json().get("results", [])) == count
    assert client.get(f"{URL}{warned.number}/").status_code == (200 if count else 403)
    assert client.post(f"{URL}{warned.number}/acknowledge/").status_code == 403
    assert only_warning().state == "open"


def test_strangers_are_refused(client, warned):
    assert client.get(URL).status_code in (401, 403)


def test_the_list_asks_the_same_number_of_questions_for_one_and_for_many(api, shop, owner, warned):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def count() -> int:
        api.get(URL)
        with CaptureQueriesContext(connection) as asked:
            assert api.get(URL).status_code == 200
        return len(asked)

    one = count()
    for days in range(1, 15):
        document(shop, owner, days=days)
    check()
    assert count() == one
