"""Lists: paged by cursor, the same number of queries for one row and for many."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.api.conftest import stock
from tests.api.routes import FURTHER_LISTS, LISTS, operations
from tests.api.test_access import identifiers

EVERY_LIST = (*LISTS, *FURTHER_LISTS)
#: Queries of those with more parts.
MOST = {"change-requests": 8, "opinion-requests": 11}
WITHOUT_DETAIL = ("check-results",)


def test_the_walk_knows_every_list():
    assert {each.path for each in operations() if each.is_list} == {f"/api/v1/{kind}/" for kind in EVERY_LIST}


@pytest.fixture
def full(market):
    stock(market.shop, market.owner, count=4)
    return market


def reader(market, kind):
    of_platform = ("applications", "merchants", "scores", *FURTHER_LISTS)
    return market.platform if kind in of_platform else market.shop_key


@pytest.mark.parametrize("kind", EVERY_LIST)
def test_every_list_pages_to_its_end_and_back_without_a_gap(full, kind):
    who = reader(full, kind)
    key = {"scores": "merchant", "warnings": "number", "applications": "number", "change-requests": "number",
           "check-results": "application"}.get(kind, "id")  # fmt: skip
    whole = [row[key] for row in who.get(f"/api/v1/{kind}/").json()["results"]]
    seen, url, last = [], f"/api/v1/{kind}/?page_size=1", None
    while url:
        page = who.get(url).json()
        assert len(page["results"]) == 1 and set(page) == {"next", "previous", "results"}
        seen += [row[key] for row in page["results"]]
        last, url = page, page["next"]
    assert seen == whole and len(set(seen)) == len(seen) >= 2
    assert [row[key] for row in who.get(last["previous"]).json()["results"]] == [whole[-2]]


def queries(who, path):
    who.get(path)  # what is looked up once per process
    with CaptureQueriesContext(connection) as asked:
        assert who.get(path).status_code == 200
    return len(asked)


@pytest.mark.parametrize("kind", EVERY_LIST)
def test_a_list_asks_the_same_number_of_questions_for_one_and_for_many(market, kind):
    who = reader(market, kind)
    path = f"/api/v1/{kind}/?page_size=200"
    few = queries(who, path)
    detail = "" if kind in WITHOUT_DETAIL else f"/api/v1/{kind}/{identifiers(market.shop)[kind]}/"
    few_detail = queries(who, detail) if detail else 0
    stock(market.shop, market.owner, count=6)
    assert queries(who, path) == few <= MOST.get(kind, 6)
    assert not detail or queries(who, detail) == few_detail <= MOST.get(kind, 7)


def test_a_key_costs_one_query(market):
    with CaptureQueriesContext(connection) as asked:
        market.shop_key.get("/api/v1/orders/")
    with CaptureQueriesContext(connection) as asked:
        assert market.shop_key.get("/api/v1/orders/").status_code == 200
    assert len(asked) == 2, [query["sql"] for query in asked]  # the key; the page


def test_the_platform_copies_orders_by_arrival_and_a_shop_reads_them_by_date(full):
    everything = [row["id"] for row in full.platform.get("/api/v1/orders/").json()["results"]]
    assert everything == sorted(everything, reverse=True)
    own = [row["placed_at"] for row in full.shop_key.get("/api/v1/orders/").json()["results"]]
    assert own == sorted(own, reverse=True)
