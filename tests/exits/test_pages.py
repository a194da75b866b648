"""Pages and API: what the owner, the operators, the public and the wrong tenant see."""

import pytest
from django.urls import reverse

from merchants.exits.models import Exit, RecordExport
from merchants.exits.services import asking, closing, deciding, records
from merchants.models import Member, Merchant
from shopops.api import services as api
from tests.exits.conftest import all_recorded, asked, in_notice, order, settling

pytestmark = pytest.mark.django_db

FORM = {"reasons": ["business_ends"], "contact": "help@wren.example", "confirm": "Wren", "answer_fair": "4"}


def page(client, name, *args, **query):
    answer = client.get(reverse(name, args=args), query)
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def test_the_owner_reads_what_closing_means_and_asks(client, shop, owner):
    order(shop)
    client.force_login(owner)
    before = page(client, "exits:home")
    assert "1 order is not delivered" in before and "30 days" in before
    page(client, "exits:ask")
    wrong = client.post(reverse("exits:ask"), FORM | {"confirm": "Bird"})
    assert wrong.status_code == 422 and not Exit.objects.exists()
    done = client.post(reverse("exits:ask"), FORM, follow=True).content.decode()
    leaving = Exit.objects.get()
    assert leaving.answers == {"fair": 4} and leaving.number in done
    client.post(reverse("exits:cancel", args=[leaving.pk]), {"why": "We stay."})
    assert Exit.objects.get().state == "cancelled"


def test_a_manager_sees_the_exit_and_cannot_ask(client, shop, owner, make_user):
    manager = make_user("manager")
    Member.objects.create(merchant=shop, user=manager, role="manager")
    client.force_login(manager)
    assert "Only the owner can ask" in page(client, "exits:home")
    assert client.post(reverse("exits:ask"), FORM).status_code == 403
    assert client.post(reverse("exits:export")).status_code == 403
    assert not Exit.objects.exists() and not RecordExport.objects.exists()


def test_the_wrong_tenant_finds_nothing(client, shop, owner, make_user):
    leaving = asked(shop, owner)
    records.ask(merchant=shop, actor=owner)
    stranger = make_user("stranger")
    Member.objects.create(merchant=Merchant.objects.create(shop_name="Other"), user=stranger)
    client.force_login(stranger)
    export = RecordExport.objects.get()
    assert client.post(reverse("exits:cancel", args=[leaving.pk])).status_code == 404
    assert client.get(reverse("exits:download", args=[export.pk])).status_code == 404
    assert client.get("/api/v1/exits/").json()["results"] == []
    assert client.get(f"/api/v1/exits/{leaving.pk}/").status_code == 404
    assert client.post(f"/api/v1/exits/{leaving.pk}/cancel/", {}, "application/json").status_code == 404
    ask = {"merchant": shop.pk, "reasons": ["costs"], "contact": "x"}
    assert client.post("/api/v1/exits/", ask, "application/json").status_code == 422
    assert Exit.objects.get().state == "requested"


def test_the_public_notice_lists_shops_while_they_close(client, shop, owner, reviewer):
    leaving = in_notice(shop, owner, reviewer)
    answer = client.get("/notices/closing/")
    text = answer.content.decode()
    assert "Wren" in text and "help@wren.example" in text and "public" in answer["Cache-Control"]

    asking.take_back(leaving=leaving, actor=owner)
    assert "Wren" not in client.get("/notices/closing/").content.decode()


def test_the_public_notice_says_nothing_of_requests_and_private_notices(client, shop, owner, analyst, supervisor):
    leaving = asking.propose(merchant=shop, actor=analyst, reasons=["counterfeit"], facts="Lab report.", clause="9.3")
    deciding.terminate(leaving=leaving, actor=supervisor)
    assert "Wren" not in client.get("/notices/closing/").content.decode()


def test_a_proposed_termination_is_hidden_from_the_shop_everywhere(client, shop, owner, analyst):
    leaving = asking.propose(merchant=shop, actor=analyst, reasons=["inactive"], facts="No order.", clause="9.4")
    client.force_login(owner)
    assert leaving.number not in page(client, "exits:home")
    assert client.get(f"/api/v1/exits/{leaving.pk}/").status_code == 404
    assert client.get("/api/v1/exits/").json()["results"] == []


def test_an_operator_works_an_exit_from_request_to_closing(client, shop, owner, reviewer):
    leaving = asked(shop, owner, days_ago=4)
    client.force_login(reviewer)

    def press(code, **values):
        return client.post(reverse("exit_desk:act", args=[leaving.pk, code]), values, follow=True).content.decode()

    assert client.get(reverse("exit_desk:next")).status_code == 302
    assert "Check the request" in page(client, "exit_desk:bench", leaving.pk)
    assert "Accept" in press("check")
    assert "still runs" in press("accept") or Exit.objects.get().state == "notice"
    Exit.objects.update(notice_from="2026-01-01T00:00Z", notice_until="2026-01-31T00:00Z")
    press("settle")
    assert "Steps of the settlement are open" in press("close")
    for step in leaving.steps.all():
        url = reverse("exit_desk:step", args=[leaving.pk, step.pk])
        wrong = client.post(url, {f"step-{step.pk}-status": "not_owed"})
        assert wrong.status_code == 422
        client.post(url, {f"step-{step.pk}-status": "not_owed", f"step-{step.pk}-note": "Nothing outstanding."})
    press("close")
    assert Exit.objects.get().state == "closed"
    assert "Nothing outstanding." in page(client, "exit_desk:sheet", leaving.pk)


def test_terminations_take_the_right_to_terminate(client, shop, owner, reviewer, analyst, supervisor):
    client.force_login(reviewer)
    assert client.get(reverse("exit_desk:propose", args=[shop.pk])).status_code == 403
    client.force_login(analyst)
    form = {"reasons": ["inactive"], "facts": "No order since May.", "clause": "9.4"}
    assert client.post(reverse("exit_desk:propose", args=[shop.pk]), form).status_code == 302
    leaving = Exit.objects.get()
    client.force_login(reviewer)
    assert client.post(reverse("exit_desk:act", args=[leaving.pk, "terminate"])).status_code == 403
    client.force_login(analyst)
    client.post(reverse("exit_desk:act", args=[leaving.pk, "terminate"]))
    assert Exit.objects.get().state == "requested"
    client.force_login(supervisor)
    page(client, "exit_desk:bench", leaving.pk)
    client.post(reverse("exit_desk:act", args=[leaving.pk, "terminate"]))
    assert Exit.objects.get().state == "notice"
    client.force_login(owner)
    assert "No order since May." in page(client, "exits:home")
    assert "ends its business with you" in client.get("/portal/").content.decode()


def test_a_suspended_shop_is_told_why_and_restored(client, shop, owner, analyst):
    client.force_login(analyst)
    url = reverse("exit_desk:standing", args=[shop.pk])
    assert client.post(url, {"do": "suspend", "reason": ""}).status_code == 422
    client.post(url, {"do": "suspend", "reason": "Counterfeits reported."})
    client.post(url, {"do": "suspend", "reason": "Again."})  # a second click changes nothing
    assert Merchant.objects.get().state == "suspended"
    client.force_login(owner)
    assert "Counterfeits reported." in client.get("/portal/").content.decode()
    client.force_login(analyst)
    client.post(url, {"do": "restore", "reason": "Proved genuine."})
    assert Merchant.objects.get().state == "active"


def test_people_of_a_closed_shop_sign_in_and_only_read(client, shop, owner, reviewer):
    leaving = settling(shop, owner, reviewer)
    all_recorded(leaving, reviewer)
    closing.close(leaving=leaving, actor=reviewer)
    client.force_login(owner)
    assert "The shop is closed" in client.get("/portal/").content.decode()
    assert "The shop is closed" in page(client, "exits:home")
    for path in ("/portal/orders/", "/portal/warnings/", "/portal/complaints/"):
        assert client.get(path).status_code == 200, path
    refused = client.post(reverse("exits:ask"), FORM)
    assert refused.status_code == 403 and "nothing can be changed any more" in refused.content.decode()
    assert client.get("/portal/api/").status_code == 403


def test_the_analysis_counts_by_reason_and_leaves_out_who_stayed(client, shop, owner, reviewer, make_user):
    in_notice(shop, owner, reviewer)
    other = Merchant.objects.create(shop_name="Bird")
    other_owner = make_user("bird")
    Member.objects.create(merchant=other, user=other_owner)
    asking.take_back(leaving=asked(other, other_owner, reasons=["costs"]), actor=other_owner)
    client.force_login(reviewer)
    text = page(client, "exit_desk:analysis")
    assert "Gives up the business" in text and "cost too much" not in text
    rows = b"".join(client.get(reverse("exit_desk:analysis_csv")).streaming_content).decode().splitlines()
    assert len(rows) == 3 and "business_ends" in "".join(rows)


def test_operators_without_the_right_see_no_records(client, shop, owner, reviewer, supervisor):
    records.ask(merchant=shop, actor=owner)
    client.force_login(reviewer)
    assert client.get(reverse("exit_desk:records", args=[shop.pk])).status_code == 403
    client.force_login(supervisor)
    page(client, "exit_desk:records", shop.pk)


def test_a_shops_key_asks_reads_and_takes_back(client, shop, owner):
    scopes = ["exits:read", "exits:request"]
    _key, secret = api.create_key(name="ERP", scopes=scopes, actor=owner, merchant_id=shop.pk)
    headers = {"Authorization": f"Bearer {secret}"}
    ask = {"merchant": shop.pk, "reasons": ["costs"], "contact": "help@wren.example"}
    made = client.post("/api/v1/exits/", ask, "application/json", headers=headers)
    assert made.status_code == 201, made.content
    assert {each["code"] for each in made.json()["conditions"]} >= {"orders", "complaints", "warnings"}
    again = client.post("/api/v1/exits/", ask, "application/json", headers=headers)
    assert again.status_code == 409
    wrong = client.post("/api/v1/exits/", ask | {"reasons": ["nonsense"]}, "application/json", headers=headers)
    assert wrong.status_code in (409, 422)
    back = client.post(f"/api/v1/exits/{made.json()['id']}/cancel/", {}, "application/json", headers=headers)
    assert back.status_code == 200 and back.json()["state"] == "cancelled"
    assert client.get("/api/v1/exits/", headers=headers).json()["results"][0]["state"] == "cancelled"
    assert (
        client.post(f"/api/v1/exits/{made.json()['id']}/cancel/", {}, "application/json", headers=headers).status_code
        == 409
    )
