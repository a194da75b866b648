"""An application from the first draft to the approval, through the API alone."""

import hashlib
from typing import Any

import pytest

from merchants import agreements, services
from merchants.agreements import AGREEMENT
from merchants.models import Application
from shopops.policies.services import load_pack
from tests.merchants.factories import ALIBABA, DETAILS, png, upload

BASE = "/api/v1/applications/"


@pytest.fixture
def caller(client: Any, applicant: Any) -> Any:
    load_pack(AGREEMENT)
    client.force_login(applicant)
    return client


def send(client: Any, method: str, path: str, body: Any = None, **headers: str) -> Any:
    return getattr(client, method)(
        f"{BASE}{path}", body if body is not None else {}, content_type="application/json", headers=headers
    )


def fill(client: Any, number: str) -> None:
    assert send(client, "patch", f"{number}/", DETAILS).status_code == 200
    facts = {
        "business_licence": {"number": ALIBABA, "holder": DETAILS["legal_name"]},
        "id_card": {},
        "bank_account": {},
        "brand_authorisation": {"expires_on": "2031-01-01"},
    }
    for position, (kind, more) in enumerate(facts.items()):
        sent = {"type": kind, "file": upload(f"{kind}.png", png(position)), **more}
        response = client.post(f"{BASE}{number}/documents/", sent)
        assert response.status_code == 201, response.content.decode()
    text = client.get("/api/v1/agreements/").json()["results"][0]
    assert hashlib.sha256(text["text"].encode()).hexdigest() == text["text_hash"]
    signature = {"version": text["id"], "language": "en", "text_hash": text["text_hash"]}
    assert send(client, "post", f"{number}/agreements/", signature).status_code == 200


def test_from_draft_to_corrections_to_the_decision(caller, applicant, reviewer):
    started = send(caller, "post", "", {"channel": "partner"}, **{"Idempotency-Key": "one"})
    assert started.status_code == 201
    number = started.json()["number"]
    assert send(caller, "post", "", {"channel": "partner"}, **{"Idempotency-Key": "one"}).json()["number"] == number
    refused = send(caller, "post", f"{number}/submit/")
    assert refused.status_code == 422
    assert "shop name is empty." in refused.json()["detail"]
    fill(caller, number)
    form = caller.get(f"{BASE}{number}/form/").json()
    assert form["missing"] == []
    assert form["details"]["bank_account"] == "571****0101"
    assert send(caller, "post", f"{number}/submit/").json()["state"] == "submitted"
    assert send(caller, "post", f"{number}/submit/").status_code == 409
    assert send(caller, "patch", f"{number}/", {"brand": "x"}).status_code == 409

    application = Application.objects.get(number=number)
    assert (application.channel, application.signings.count()) == ("partner", 1)
    services.open_case(application=application, user=reviewer)
    codes = ["legal_name", "document_unreadable:id_card"]
    services.ask_for_corrections(application=application, actor=reviewer, reason_codes=codes)
    asked = {each["item"]: each["id"] for each in caller.get(f"{BASE}{number}/requests/").json()}
    assert send(caller, "post", f"{number}/requests/{asked['field.legal_name']}/", {"value": "新名"}).status_code == 200
    id_card = f"{number}/requests/{asked['document.id_card']}/"
    assert send(caller, "post", id_card, {"text": "here"}).status_code == 422  # no new scan yet
    assert (
        caller.post(f"{BASE}{number}/documents/", {"type": "id_card", "file": upload("b.png", png(99))}).status_code
        == 201
    )
    assert send(caller, "post", id_card, {"text": "here"}).status_code == 200
    assert send(caller, "post", f"{number}/submit/").json()["state"] == "resubmitted"
    assert send(caller, "post", f"{number}/withdraw/").json()["state"] == "withdrawn"
    again = send(caller, "post", f"{number}/again/")
    assert (again.status_code, again.json()["previous"]) == (201, number)


def test_wrong_values_name_the_field_and_save_nothing(caller):
    number = send(caller, "post", "").json()["number"]
    response = send(caller, "patch", f"{number}/", {"uscc": "91330100799655058C", "shop_name": "北岭"})
    assert response.status_code == 400
    assert response.json()["errors"][0]["pointer"] == "#/uscc"
    assert "must be B" in response.json()["errors"][0]["detail"]
    assert not Application.objects.get().shop_name
    assert send(caller, "patch", f"{number}/", {"state": "approved"}).status_code == 400
    bad = {"type": "id_card", "file": upload("licence.jpg", b"<html>")}
    assert "is not a JPG" in caller.post(f"{BASE}{number}/documents/", bad).content.decode()
    forged = {"version": agreements.in_force()[0].pk, "language": "en", "text_hash": "0" * 64}
    assert send(caller, "post", f"{number}/agreements/", forged).status_code == 422


def test_nobody_elses_application_can_be_touched(caller, make_user, reviewer):
    number = send(caller, "post", "").json()["number"]
    for user in (make_user("fang"), reviewer):
        caller.force_login(user)
        assert send(caller, "patch", f"{number}/", {"brand": "x"}).status_code == 404
        for path in ("submit", "withdraw", "again", "agreements"):
            assert send(caller, "post", f"{number}/{path}/").status_code == 404
        for path in ("form", "documents", "requests", "agreements"):
            assert caller.get(f"{BASE}{number}/{path}/").status_code == 404
