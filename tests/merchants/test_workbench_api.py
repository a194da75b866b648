"""Deciding on applications through the API."""

import json
from uuid import uuid4

import pytest

from merchants.models import Application, Decision
from shopops.api import services as keys
from shopops.audit.models import Entry
from tests.merchants.factories import submitted

FOOD = {"category": "food", "scope": "食品销售"}


@pytest.fixture
def post(client):
    """post(application, key, decision=…): the answer."""

    def send(application, token, **body):
        return client.post(
            f"/api/v1/applications/{application.number}/decide/",
            json.dumps(body),
            content_type="application/json",
            headers={"Authorization": f"Bearer {token}", "Idempotency-Key": uuid4().hex},
        )

    return send


@pytest.fixture
def key(make_user, policies):
    """key(user, *scopes): the token of a key that the person answers for."""

    def make(actor, *scopes):
        return keys.create_key(name="Tool", scopes=scopes or ("applications:review",), actor=actor)[1]

    return make


@pytest.fixture
def root(make_user):
    return make_user("root", is_staff=True, is_superuser=True)


def test_corrections_with_a_note_for_each_reason(post, key, root, applicant):
    application = submitted(applicant)
    reasons = [{"code": "scope", "note": "Name the goods"}, {"code": "document_unreadable:id_card"}]
    answer = post(application, key(root), decision="needs_info", submission=1, reasons=reasons, internal_note="x")
    assert (answer.status_code, answer.json()["state"]) == (200, "needs_info"), answer.content
    decision = Decision.objects.get()
    assert (decision.notes, decision.internal_note, decision.by) == ({"scope": "Name the goods"}, "x", root)
    assert "API key" in str(Entry.objects.get(action="merchants.application.needs_info").__dict__)


def test_an_approval_of_a_high_risk_category_only_proposes(post, key, root, applicant):
    application = submitted(applicant, **FOOD)
    answer = post(application, key(root), decision="approve")
    assert (answer.status_code, answer.json()["state"]) == (200, "in_review")
    again = post(application, key(root), decision="approve")
    assert again.status_code == 409


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"decision": "delete"}, 400),
        ({}, 400),
        ({"decision": "reject"}, 422),
        ({"decision": "reject", "reasons": [{"code": "nonsense"}]}, 422),
        ({"decision": "approve", "reasons": [{"code": "scope"}]}, 422),
        ({"decision": "approve", "submission": 2}, 409),
        ({"decision": "approve", "note": "x" * 2001}, 400),
    ],
)
def test_what_cannot_be_decided_is_refused_and_changes_nothing(post, key, root, applicant, body, status):
    application = submitted(applicant)
    answer = post(application, key(root), **body)
    assert answer.status_code == status, answer.content
    application.refresh_from_db()
    assert application.state == Application.State.SUBMITTED
    assert not Decision.objects.exists()


def test_the_scope_is_needed_and_drafts_do_not_exist(post, key, root, applicant, client):
    application = submitted(applicant)
    assert post(application, key(root, "applications:read"), decision="approve").status_code == 403
    assert post(application, "nonsense", decision="approve").status_code == 401
    client.force_login(applicant)
    own = client.post(f"/api/v1/applications/{application.number}/decide/", {"decision": "approve"})
    assert own.status_code in (403, 404)
    application.refresh_from_db()
    assert application.state == Application.State.SUBMITTED
