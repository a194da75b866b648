"""Errors: problem documents, whatever answers, in the caller's language."""

import pytest
from django.db import OperationalError
from django.test import Client

from shopops.api.problem_types import TYPES
from tests.api.routes import operations

PROBLEM = "application/problem+json"


def problem(answer, status, code):
    body = answer.json()
    assert answer.status_code == body["status"] == status
    assert answer["Content-Type"] == PROBLEM
    assert body["code"] == code and body["type"].endswith(f"/api/v1/problems/#{code}")
    assert body["title"] and body["detail"] and body["remedy"]
    return body


@pytest.mark.parametrize("path", ["/api/", "/api/v1/", "/api/v1/nothing/", "/api/v2/orders/", "/api/v1/orders/x/"])
def test_an_unknown_address(db, client, path):
    problem(client.get(path), 404, "not_found")


def test_a_method_that_is_not_taken_says_which_are(market):
    answer = Client().delete("/api/v1/orders/", headers=market.shop_key.headers())
    problem(answer, 405, "method_not_allowed")
    assert "GET" in answer["Allow"]


def test_another_answer_than_json_cannot_be_had(market):
    problem(market.shop_key.get("/api/v1/orders/", Accept="text/html"), 406, "not_acceptable")


def test_another_body_than_json_is_not_taken(market):
    answer = Client().post(
        "/api/v1/complaints/",
        "a=b",
        content_type="application/x-www-form-urlencoded",
        headers=market.platform.headers(),
    )
    problem(answer, 415, "unsupported_media_type")


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"\xff\xfe",
        b'{"text": NaN}',
        b"[" * 100_000,
        b"[" * 30 + b"]" * 30,
        b'"' + b"\\ud800" + b'"',
        b"[]",
        b"1",
        b'{"\\udfff": 1}',
        b'{"kind": "\\uD800"}',
        b'{"kind": ["\\ud83d"]}',
        b'{"text": "a", "text": "b"}',
        b'{"\\ud800": 1, "\\ud800": 2}',
        b'{"merchant": ' + b"9" * 4000 + b"}",
        b'{"merchant": ' + b"9" * 6000 + b"}",
    ],
)
def test_a_body_that_is_no_document_of_ours(market, body):
    answer = Client().post(
        "/api/v1/complaints/", body, content_type="application/json", headers=market.platform.headers()
    )
    assert answer.status_code == 400 and answer["Content-Type"] == PROBLEM


def test_every_wrong_field_is_named_with_code_and_remedy(market):
    body = {"kind": "weather", "text": "", "order_reference": 7, "buyer_name": "x\0", "colour": "red"}
    answer = problem(market.platform.post("/api/v1/complaints/", body), 400, "invalid")
    assert {(error["pointer"], error["code"]) for error in answer["errors"]} == {("#/colour", "unknown")}
    del body["colour"]
    answer = problem(market.platform.post("/api/v1/complaints/", body), 400, "invalid")
    found = {error["pointer"]: error["code"] for error in answer["errors"]}
    assert found == {
        "#/kind": "invalid_choice",
        "#/text": "blank",
        "#/order_reference": "no_text",
        "#/buyer_name": "null_characters_not_allowed",
        "#/buyer_contact": "required",
    }
    assert all(error["detail"] and error["remedy"] for error in answer["errors"])


def test_an_unknown_parameter_is_refused_by_name(market):
    for path in ("/api/v1/orders/", "/api/v1/status/", "/api/v1/scores/", f"/api/v1/merchants/{market.shop.pk}/"):
        answer = problem(market.shop_key.get(path, {"colour": "red"}), 400, "invalid")
        assert answer["errors"][0]["parameter"] == "colour"


def test_a_parameter_given_twice_is_refused(market):
    answer = problem(market.shop_key.get("/api/v1/orders/?state=shipped&state=packed"), 400, "invalid")
    assert answer["errors"][0] | {"detail": "", "remedy": ""} == {
        "parameter": "state", "code": "repeated", "detail": "", "remedy": "",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("path", "name", "value"),
    [
        ("orders", "state", "weather"),
        ("orders", "merchant", "x"),
        ("orders", "merchant", "9" * 30),
        ("orders", "placed_at_after", "yesterday"),
        ("orders", "page_size", "0"),
        ("orders", "page_size", "1e2"),
        ("orders", "page_size", "9" * 50),
        ("orders", "cursor", "?"),
        ("orders", "cursor", ""),
        ("orders", "cursor", "cD1ub3doZXJl"),
        ("orders", "cursor", "cD0wMDAwLTAwLTAw"),
        ("orders", "cursor", "cD0A"),
        ("warnings", "intensity", "9"),
        ("complaints", "kind", "x"),
        ("merchants", "external_id", "x\0y"),
        ("scores", "on", "tomorrow"),
        ("scores", "on", ""),
        ("orders", "placed_at_before", ""),
        ("orders", "external_id", " "),
    ],
)
def test_a_wrong_value_of_a_parameter_is_refused_by_its_name(market, path, name, value):
    answer = problem(market.shop_key.get(f"/api/v1/{path}/", {name: value}), 400, "invalid")
    assert [error["parameter"] for error in answer["errors"]] == [name]


@pytest.mark.parametrize("path", ["orders", "merchants"])
def test_numbers_beyond_the_databases_are_not_found(market, path):
    problem(market.shop_key.get(f"/api/v1/{path}/{'9' * 18}/"), 404, "not_found")
    problem(market.shop_key.get(f"/api/v1/{path}/{'9' * 30}/"), 404, "not_found")


def test_errors_are_told_in_the_callers_language(market):
    chinese = {"Accept-Language": "zh-CN"}
    answer = market.shop_key.get("/api/v1/orders/", {"state": "weather"}, **chinese)
    assert answer["Content-Language"] == "zh-hans"
    english = market.shop_key.get("/api/v1/orders/", {"state": "weather"})
    assert answer.json()["errors"][0]["detail"] != english.json()["errors"][0]["detail"]


def test_a_bug_is_a_problem_without_its_traceback(market, monkeypatch):
    from orders.api import views

    def broken(self):
        raise RuntimeError("secret detail")

    monkeypatch.setattr(views.OrderViewSet, "get_queryset", broken)
    answer = Client(raise_request_exception=False).get("/api/v1/orders/", headers=market.shop_key.headers())
    problem(answer, 500, "internal")
    assert "secret detail" not in answer.content.decode()


def test_without_the_database_the_caller_is_asked_to_come_back(market, monkeypatch):
    from orders.api import views

    def away(self):
        raise OperationalError("connection refused")

    monkeypatch.setattr(views.OrderViewSet, "get_queryset", away)
    answer = market.shop_key.get("/api/v1/orders/")
    problem(answer, 503, "unavailable")
    assert int(answer["Retry-After"]) > 0


def test_pages_outside_the_api_keep_their_own_errors(db, client):
    assert client.get("/nothing/")["Content-Type"].startswith("text/html")


def test_every_kind_is_explained_on_its_page(client, db):
    page = client.get("/api/v1/problems/").content.decode()
    assert all(f'id="{code}"' in page for code in TYPES)
    assert "orders:read" in page


def test_letters_of_two_halves_are_whole(market):
    body = (
        rb'{"order_reference": "X-1", "merchant": %d, "kind": "quality", "text": "\ud83d\ude00",'
        rb' "buyer_name": "A", "buyer_contact": "1"}'
    )
    answer = Client().post(
        "/api/v1/complaints/", body % market.shop.pk, "application/json", headers=market.platform.headers()
    )
    assert (answer.status_code, answer.json()["text"]) == (201, "😀")


def test_a_post_without_the_last_slash_is_not_led_to_the_list(market):
    answer = problem(market.platform.post("/api/v1/complaints", {}), 404, "not_found")
    assert answer["detail"].endswith("/api/v1/complaints/")
    assert market.platform.get("/api/v1/complaints").status_code == 301


def test_answers_to_people_are_not_kept_by_caches_either(market, client):
    client.force_login(market.owner)
    assert client.get("/api/v1/orders/")["Cache-Control"] == "no-store"
    assert "public" in client.get("/api/v1/status/")["Cache-Control"]


def test_answers_to_keys_are_not_kept_by_caches(market):
    assert market.shop_key.get("/api/v1/orders/")["Cache-Control"] == "no-store"


def test_every_operation_says_what_it_may_answer(db):
    for operation in operations():
        statuses = set(operation.spec["responses"])
        assert {"400", "406", "429", "500", "503"} <= statuses, operation
        assert operation.is_public or {"401", "403"} <= statuses, operation
        assert operation.method == "get" or {"409", "413", "415", "422"} <= statuses, operation
