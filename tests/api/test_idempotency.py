"""Idempotency-Key: one effect and one answer, however often and from however many at once."""

import datetime as dt
import threading
from collections import Counter

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.client import encode_multipart
from django.utils import timezone

from complaints.models import Complaint
from merchants.models import Application
from shopops.api import idempotency
from shopops.api.models import StoredAnswer
from shopops.jobs.services import run_job
from tests.api.test_access import identifiers
from tests.merchants.factories import png, upload
from tests.orders.factories import make_order
from warning_center.models import Warning

URL = "/api/v1/complaints/"


@pytest.fixture
def body(market):
    order = make_order(market.shop, timezone.now())
    return {
        "order_reference": order.external_id, "kind": "logistics", "text": "Late.",
        "buyer_name": "Ada", "buyer_contact": "ada@example.com",
    }  # fmt: skip


def filed(body):
    return Complaint.objects.filter(order_reference=body["order_reference"]).count()


def test_the_second_time_has_no_effect_and_the_same_answer(market, body):
    first = market.platform.post(URL, body, Idempotency_Key="k-1")
    again = market.platform.post(URL, body, Idempotency_Key="k-1")
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.content == again.content and first["Location"] == again["Location"]
    assert again["Idempotency-Replayed"] == "true" and "Idempotency-Replayed" not in first
    assert filed(body) == 1


def test_without_a_key_the_second_is_a_conflict(market, body):
    assert market.platform.post(URL, body).status_code == 201
    answer = market.platform.post(URL, body)
    assert (answer.status_code, answer.json()["code"]) == (409, "conflict")


def test_the_same_key_with_another_body_or_address_is_refused(market, body):
    market.platform.post(URL, body, Idempotency_Key="k-1")
    answer = market.platform.post(URL, body | {"text": "Other."}, Idempotency_Key="k-1")
    assert (answer.status_code, answer.json()["code"]) == (422, "idempotency_key_reused")
    number = identifiers(market.shop)["warnings"]
    market.shop_key.post(f"/api/v1/warnings/{number}/acknowledge/", Idempotency_Key="k-1")
    answer = market.shop_key.post(f"/api/v1/warnings/{number}/rectify/", Idempotency_Key="k-1")
    assert answer.status_code == 422
    assert Warning.objects.get(number=number).state == "acknowledged"


def test_keys_of_two_callers_do_not_meet(market):
    for who, shop in ((market.shop_key, market.shop), (market.other_key, market.other)):
        url = f"/api/v1/warnings/{identifiers(shop)['warnings']}/acknowledge/"
        assert who.post(url, Idempotency_Key="same").status_code == 200
    assert StoredAnswer.objects.filter(key="same").count() == 2


def test_an_error_had_no_effect_and_is_not_kept(market, body):
    wrong = market.platform.post(URL, body | {"kind": "weather"}, Idempotency_Key="k-1")
    assert wrong.status_code == 400 and not StoredAnswer.objects.exists()
    assert market.platform.post(URL, body, Idempotency_Key="k-1").status_code == 201


@pytest.mark.django_db(transaction=True)
def test_a_request_that_dies_after_its_work_leaves_nothing_and_may_be_sent_again(market, body, monkeypatch):
    class Killed(BaseException):
        """Nothing catches it, as nothing catches kill -9."""

    def die(*args, **kwargs):
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(idempotency.StoredAnswer.objects, "create", die)
        with pytest.raises(Killed):
            market.platform.post(URL, body, Idempotency_Key="k-1")
    assert filed(body) == 0
    assert market.platform.post(URL, body, Idempotency_Key="k-1").status_code == 201
    assert filed(body) == 1


@pytest.mark.parametrize("key", ["", "x" * 256, "schlüssel"])
def test_a_key_that_is_none_is_refused_by_the_headers_name(market, body, key):
    answer = market.platform.post(URL, body, Idempotency_Key=key)
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["header"] == "Idempotency-Key"


@pytest.mark.django_db(transaction=True)
def test_one_that_is_being_worked_on_is_told_to_come_back(market, body):
    answers, locked, done = [], threading.Event(), threading.Event()

    def hold():
        with transaction.atomic():
            idempotency._lock(f"key:{market.platform.key.pk}\nk-1")
            locked.set()
            done.wait(10)
        connection.close()

    thread = threading.Thread(target=hold)
    thread.start()
    locked.wait(10)
    answers.append(market.platform.post(URL, body, Idempotency_Key="k-1"))
    done.set()
    thread.join()
    assert (answers[0].status_code, answers[0].json()["code"]) == (409, "in_progress")
    assert answers[0]["Retry-After"] == "1"
    assert market.platform.post(URL, body, Idempotency_Key="k-1").status_code == 201


@pytest.mark.django_db(transaction=True)
def test_32_threads_that_send_the_same_post_have_one_effect(market, body):
    start, answers = threading.Barrier(32), []

    def send():
        start.wait()
        try:
            answers.append(market.platform.post(URL, body, Idempotency_Key="k-1"))
        finally:
            connection.close()

    threads = [threading.Thread(target=send) for _ in range(32)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    statuses = Counter(answer.status_code for answer in answers)
    assert len(answers) == 32 and set(statuses) <= {201, 409} and statuses[201] >= 1
    assert {answer.json()["code"] for answer in answers if answer.status_code == 409} <= {"in_progress"}
    assert len({answer.content for answer in answers if answer.status_code == 201}) == 1
    assert sum("Idempotency-Replayed" not in answer for answer in answers if answer.status_code == 201) == 1
    assert filed(body) == 1
    assert StoredAnswer.objects.count() == 1


def test_answers_are_kept_for_a_day_and_then_forgotten(market, body):
    market.platform.post(URL, body, Idempotency_Key="k-1")
    hour = dt.timedelta(hours=1)
    StoredAnswer.objects.update(created_at=timezone.now() - 23 * hour)
    assert run_job("forget_idempotent_answers").result == {"forgotten": 0}
    StoredAnswer.objects.update(created_at=timezone.now() - 25 * hour)
    assert run_job("forget_idempotent_answers").result == {"forgotten": 1}


def test_the_database_keeps_one_answer_per_key_and_no_errors(market, body):
    market.platform.post(URL, body, Idempotency_Key="k-1")
    stored = StoredAnswer.objects.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        StoredAnswer.objects.filter(pk=stored.pk).update(status=500)
    stored.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        stored.save(force_insert=True)


def scan(content=b""):
    return {"type": "business_licence", "number": "1", "holder": "Wren", "file": upload(content=png() + content)}


@pytest.fixture
def draft(market, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return Application.objects.create(number="A-draft", applicant=market.owner, shop_name="Mine")


def test_a_file_that_is_sent_again_is_the_same_request(market, draft):
    """Each time between other boundaries, as clients make them up."""
    url = f"/api/v1/applications/{draft.number}/documents/"
    headers = market.platform.headers(**{"Idempotency-Key": "k-file"})

    def send(boundary, content=b""):
        body = encode_multipart(boundary, scan(content))
        return Client().post(url, body, content_type=f"multipart/form-data; boundary={boundary}", headers=headers)

    first, again, other = send("one"), send("two"), send("three", b"more")
    assert (first.status_code, again.status_code, other.status_code) == (201, 201, 422)
    assert again["Idempotency-Replayed"] == "true" and again.content == first.content
    assert other.json()["code"] == "idempotency_key_reused"
    assert draft.documents.count() == 1


def test_a_person_sends_a_file_with_a_key(market, draft):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(market.owner)
    browser.cookies["csrftoken"] = token = "a" * 32
    for _again in range(2):
        answer = browser.post(
            f"/api/v1/applications/{draft.number}/documents/",
            scan(),
            headers={"X-CSRFToken": token, "Idempotency-Key": "k-file"},
        )
        assert answer.status_code == 201, answer.content
    assert answer["Idempotency-Replayed"] == "true"


def test_a_large_body_may_have_a_key(market, new_key):
    """What the view takes it takes with a key, too."""
    caller = new_key(market.owner, "merchants:write", merchant_id=market.shop.pk)
    papers = [{"type": "business_licence", "file_name": "a.png", "content": "A" * 6_000_000}] * 2
    answer = caller.post("/api/v1/change-requests/", {"documents": papers}, Idempotency_Key="k-large")
    without = caller.post("/api/v1/change-requests/", {"documents": papers})
    assert (answer.status_code, answer.json()["code"]) == (without.status_code, without.json()["code"])
