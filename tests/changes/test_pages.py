"""The pages and the API: who sees what, what a press of a button does, what strangers get."""

import base64
import json

import pytest
from django.urls import reverse
from django.utils import timezone

from merchants.changes import selectors
from merchants.changes.jobs import verify
from merchants.changes.models import ChangeRequest, Verification
from merchants.models import Document, Member, Merchant
from shopops.audit.models import Entry
from tests.changes.conftest import make_shop
from tests.changes.factories import NEW_ADDRESS, approve, ask, bank_proof
from tests.changes.test_expiry import Quiet
from tests.changes.test_requests import hold
from tests.merchants.factories import png, upload

pytestmark = pytest.mark.django_db


@pytest.fixture
def stranger(make_user):
    user = make_user("stranger")
    make_shop(user, 7)
    return user


def test_the_shop_page_shows_facts_documents_and_requests(client, shop, owner):
    request = ask(shop, owner)
    client.force_login(owner)
    page = client.get(reverse("merchants:shop")).content.decode()
    for text in (shop.address, "622****5702", request.number, "Renew", "Ask for a change"):
        assert text in page
    for secret in ("6222021001116245702", "林志远", "138 0013 8000"):
        assert secret not in page


def test_contacts_change_from_the_page_and_a_hold_says_until_when(client, shop, owner):
    client.force_login(owner)
    answer = client.post(reverse("merchants:shop"), {"contact_name": "", "contact_phone": "", "region": "宁波"})
    assert answer.status_code == 302
    shop.refresh_from_db()
    assert shop.region == "宁波"
    hold(owner)
    answer = client.post(reverse("merchants:shop"), {"contact_phone": "13912345678", "region": "宁波"})
    assert answer.status_code == 422
    assert "has to wait until" in answer.content.decode()


def test_asking_from_the_page_hands_in_what_changed(client, shop, owner):
    client.force_login(owner)
    url = reverse("changes:new", args=["business"])
    assert client.get(url).status_code == 200
    data = {
        "legal_name": shop.legal_name, "uscc": shop.uscc, "legal_form": "", "address": NEW_ADDRESS,
        "registered_capital": "", "scope": shop.scope, "reason": "搬迁",
        "business_licence-file": upload("l.png", png(3)), "business_licence-number": shop.uscc,
        "business_licence-holder": shop.legal_name, "business_licence-issued_on": "2026-01-05",
        "business_licence-expires_on": "",
    }  # fmt: skip
    answer = client.post(url, data)
    assert answer.status_code == 302, answer.content.decode()
    request = ChangeRequest.objects.get()
    assert request.state == "submitted"
    assert [value.field for value in request.values.all()] == ["address"]
    page = client.get(reverse("changes:detail", args=[request.number])).content.decode()
    assert "<mark>" in page


def test_what_is_missing_is_said_and_nothing_is_lost(client, shop, owner):
    client.force_login(owner)
    data = {"bank_name": "招商银行", "bank_account": "6228480039000271510", "reason": "换户"}
    answer = client.post(reverse("changes:new", args=["bank"]), data, follow=True)
    request = ChangeRequest.objects.get()
    assert request.state == "draft"
    assert "is not uploaded" in answer.content.decode()
    paper = {"file": upload("b.png", png(8))}
    client.post(reverse("changes:upload", args=[request.number, "bank_account"]), {"bank_account-file": paper["file"]})
    client.post(reverse("changes:act", args=[request.number, "submit"]))
    request.refresh_from_db()
    assert request.state == "submitted"
    client.post(reverse("changes:act", args=[request.number, "withdraw"]))
    request.refresh_from_db()
    assert request.state == "withdrawn"


def test_a_document_is_renewed_from_its_line(client, shop, owner):
    client.force_login(owner)
    document = Document.objects.get()
    data = {
        "document-file": upload("n.png", png(4)), "document-number": shop.uscc, "document-holder": shop.legal_name,
        "document-issued_on": "2026-01-05", "document-expires_on": "2036-01-05",
    }  # fmt: skip
    answer = client.post(reverse("changes:renew", args=[document.pk]), data)
    assert answer.status_code == 302, answer.content.decode()
    assert ChangeRequest.objects.get().replaces == document


def test_strangers_and_people_without_the_right_get_nothing(client, shop, owner, stranger, make_user, reviewer):
    request = ask(shop, owner)
    proof, document = request.proofs.get(), Document.objects.get()
    pages = [
        reverse("changes:detail", args=[request.number]),
        reverse("changes:renew", args=[document.pk]),
        reverse("changes:proof", args=[proof.pk]),
    ]
    client.force_login(stranger)
    assert [client.get(page).status_code for page in pages] == [404, 404, 404]
    for verb in ("withdraw", "submit", "discard"):
        assert client.post(reverse("changes:act", args=[request.number, verb])).status_code == 404
    viewer = make_user("viewer")
    Member.objects.create(merchant=shop, user=viewer, role="viewer")
    client.force_login(viewer)
    assert [client.get(page).status_code for page in pages] == [403, 403, 404]
    assert client.post(reverse("merchants:shop"), {"region": "x"}).status_code == 403
    assert client.get(reverse("merchants:shop")).status_code == 200
    client.force_login(owner)
    assert client.get(reverse("change_desk:case", args=[request.pk])).status_code == 302
    client.force_login(reviewer)
    assert client.get(pages[2]).status_code == 200
    assert Entry.objects.filter(action="changes.proof.opened", actor=reviewer).exists()


def test_the_desk_shows_before_and_after_and_decides(client, shop, owner, reviewer):
    request = ask(shop, owner, {"bank_account": "6228480039000271510"}, [bank_proof()])
    client.force_login(reviewer)
    answer = client.get(reverse("change_desk:next"), follow=True)
    page = answer.content.decode()
    assert "Propose approval" in page
    assert "6228480039000271510" not in page
    shown = client.post(reverse("change_desk:show", args=[request.pk, "bank_account"])).content.decode()
    assert "<mark>" in shown
    assert Entry.objects.filter(action="merchants.personal_data.shown", actor=reviewer).exists()
    decide = reverse("change_desk:decide", args=[request.pk])
    assert client.post(decide, {"decision": "approve", "seen": "old"}).status_code == 409
    assert client.post(decide, {"decision": "reject"}).status_code == 409
    client.post(decide, {"decision": "approve", "seen": selectors.fingerprint(request)})
    request.refresh_from_db()
    assert request.proposed_by == reviewer


def test_the_owner_confirms_on_the_page(client, shop, owner):
    Merchant.objects.update(verified_at=timezone.now() - timezone.timedelta(days=300))
    verify(timezone.now(), Quiet())
    client.force_login(owner)
    page = client.get(reverse("changes:verification"))
    assert page.status_code == 200
    for section in selectors.sections_of(shop):
        seen = selectors.facts_of(shop, section)
        assert client.post(reverse("changes:confirm", args=[section]), {"seen": seen}).status_code == 302
    assert Verification.objects.get().state in ("done", "in_check")
    assert client.post(reverse("changes:confirm", args=["nonsense"])).status_code == 404
    home = client.get(reverse("portal:home"))
    assert home.status_code == 200


def test_the_campaign_page_counts_and_is_steered(client, shop, supervisor, reviewer):
    Merchant.objects.update(verified_at=timezone.now() - timezone.timedelta(days=300))
    verify(timezone.now(), Quiet())
    campaign = Verification.objects.get().campaign
    page = reverse("change_desk:campaign", args=[campaign.pk])
    client.force_login(reviewer)
    assert shop.shop_name in client.get(page).content.decode()
    act = reverse("change_desk:campaign_act", args=[campaign.pk])
    assert client.post(act, {"verb": "pause"}).status_code == 403
    client.force_login(supervisor)
    client.post(act, {"verb": "extend", "days": "5", "reason": "春节"})
    client.post(act, {"verb": "pause"})
    campaign.refresh_from_db()
    assert (campaign.state, campaign.extended_days) == ("paused", 5)
    assert client.get(reverse("change_desk:campaigns")).status_code == 200
    assert client.get(page, {"state": "late", "q": "北"}).status_code == 200
    assert client.get(reverse("admin:changes_changerequest_changelist")).status_code == 200
    assert client.get(reverse("admin:changes_verification_changelist")).status_code == 200


def send(client, url, body, method="post"):
    return getattr(client, method)(url, json.dumps(body), content_type="application/json")


def test_the_api_asks_reads_withdraws_and_decides(client, shop, owner, reviewer, stranger):
    client.force_login(owner)
    paper = {
        "type": "business_licence", "file_name": "l.png", "content": base64.b64encode(png(6)).decode(),
        "number": shop.uscc, "holder": shop.legal_name, "issued_on": "2026-01-05", "expires_on": "2036-01-05",
    }  # fmt: skip
    body = {"values": {"address": NEW_ADDRESS}, "documents": [paper], "reason": "搬迁"}
    made = send(client, "/api/v1/change-requests/", body)
    assert made.status_code == 201, made.content
    assert send(client, "/api/v1/change-requests/", body).status_code == 409
    number = made.json()["number"]
    assert client.get("/api/v1/change-requests/").json()["results"][0]["number"] == number
    client.force_login(stranger)
    assert client.get(f"/api/v1/change-requests/{number}/").status_code == 404
    assert client.post(f"/api/v1/change-requests/{number}/withdraw/").status_code == 404
    client.force_login(reviewer)
    read = client.get(f"/api/v1/change-requests/{number}/").json()
    decide = f"/api/v1/change-requests/{number}/decide/"
    assert send(client, decide, {"decision": "approve", "version": "0" * 64}).status_code == 409
    done = send(client, decide, {"decision": "approve", "version": read["version"]})
    assert done.json()["state"] == "approved", done.content
    client.force_login(owner)
    assert client.post(f"/api/v1/change-requests/{number}/withdraw/").status_code == 409


def test_the_api_changes_contacts_and_holds_the_phone(client, shop, owner, stranger):
    url = f"/api/v1/merchant-contacts/{shop.pk}/"
    client.force_login(stranger)
    assert send(client, url, {"region": "宁波"}, "patch").status_code == 404
    client.force_login(owner)
    assert send(client, url, {"region": "宁波"}, "patch").json() == {"merchant": shop.pk, "changed": ["region"]}
    assert send(client, url, {"contact_phone": "abc"}, "patch").status_code == 422
    hold(owner)
    answer = send(client, url, {"contact_phone": "13912345678"}, "patch")
    assert answer.status_code == 422
    assert "has to wait until" in answer.content.decode()


def test_the_api_masks_personal_values_and_lists_verifications(client, shop, owner):
    ask(shop, owner, {"bank_account": "6228480039000271510"}, [bank_proof()])
    Merchant.objects.update(verified_at=timezone.now() - timezone.timedelta(days=300))
    verify(timezone.now(), Quiet())
    client.force_login(owner)
    value = client.get("/api/v1/change-requests/").json()["results"][0]["values"][0]
    assert value == {"field": "bank_account", "before": "622****5702", "after": "622****1510"}
    found = client.get("/api/v1/verifications/").json()["results"][0]
    assert found["state"] == "open"
    assert "business" in found["open_sections"]


def test_a_renewal_through_the_api(client, shop, owner, reviewer):
    client.force_login(owner)
    paper = {
        "type": "business_licence", "file_name": "l.png", "content": base64.b64encode(png(6)).decode(),
        "number": shop.uscc, "holder": shop.legal_name, "issued_on": "2026-01-05", "expires_on": "2036-01-05",
    }  # fmt: skip
    assert send(client, "/api/v1/change-requests/", {"documents": [paper, paper]}).status_code == 422
    assert send(client, "/api/v1/change-requests/", {"documents": [{**paper, "type": "spell"}]}).status_code == 422
    made = send(client, "/api/v1/change-requests/", {"documents": [paper]})
    assert made.json()["kind"] == "document", made.content
    approve(ChangeRequest.objects.get(), reviewer)
