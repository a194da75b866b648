"""A complaint's way: filed by the buyer, answered by the merchant, decided by an agent."""

import datetime as dt
import threading

import pytest
from django.core.cache import cache
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from complaints import services, throttle
from complaints.models import Complaint
from complaints.queue import QUEUE
from merchants.models import Member, Merchant
from orders.models import Order
from shopops.audit.models import Entry
from shopops.notifications.models import Delivery
from shopops.policies.services import load_packs
from shopops.transitions.handler import TransitionRefused
from shopops.work.models import WorkItem
from shopops.work.queues import states_for


@pytest.fixture(autouse=True)
def nothing_counted():
    cache.clear()


@pytest.fixture
def shop(db, make_user):
    load_packs()
    merchant = Merchant.objects.create(shop_name="Wren")
    Member.objects.create(merchant=merchant, user=make_user("owner", language="en"))
    Order.objects.create(merchant=merchant, external_id="A-1", placed_at=timezone.now(), amount=100)
    return merchant


@pytest.fixture
def complaint(shop):
    return services.file_complaint(
        merchant=shop, order_reference="A-1", kind="quality", text="Broken.", buyer_name="Wang", buyer_contact="139"
    )


@pytest.fixture
def agent(make_user):
    return make_user("agent", roles=["complaint_agent"])


FORM = {
    "order_reference": "A-1",
    "kind": "quality",
    "text": "Broken.",
    "buyer_name": "王",
    "buyer_contact": "13900001234",
}


def test_a_buyer_files_and_follows_by_a_link_of_their_own(client, shop):
    answer = client.post(reverse("complaints:file"), FORM, follow=True)
    assert "The merchant was told" in answer.content.decode()
    assert Complaint.objects.get().merchant == shop
    assert client.get(reverse("complaints:follow", args=["1:guessed"])).status_code == 404


def test_the_merchant_is_told_at_once_in_app_and_by_mail(complaint):
    assert set(Delivery.objects.values_list("channel", flat=True)) == {"in_app", "email"}
    assert WorkItem.objects.filter(left_at__isnull=True).count() == 1


def test_an_unknown_order_is_explained_and_the_input_kept(client, shop):
    answer = client.post(reverse("complaints:file"), FORM | {"order_reference": "A-9"})
    page = answer.content.decode()
    assert answer.status_code == 422 and "A-9" in page and "Broken." in page
    assert not Complaint.objects.exists()


def test_the_same_complaint_twice_is_one(client, shop):
    client.post(reverse("complaints:file"), FORM)
    answer = client.post(reverse("complaints:file"), FORM)
    assert "open complaint of the same class" in answer.content.decode()
    assert Complaint.objects.count() == 1


def test_the_owner_answers_once(client, complaint):
    owner = complaint.merchant.members.get().user
    client.force_login(owner)
    url = reverse("complaints:detail", args=[complaint.pk])
    client.post(url, {"text": "Replaced."})
    client.post(url, {"text": "Another."})
    complaint = Complaint.objects.get()
    assert (complaint.state, complaint.answer) == ("answered", "Replaced.")


def test_another_merchant_finds_nothing(client, complaint, make_user):
    other = make_user("other")
    Member.objects.create(merchant=Merchant.objects.create(shop_name="Other"), user=other)
    client.force_login(other)
    assert client.get(reverse("complaints:detail", args=[complaint.pk])).status_code == 404
    assert client.get("/api/v1/complaints/").json()["results"] == []


def test_nothing_is_decided_while_the_merchant_may_answer(complaint, agent):
    with pytest.raises(TransitionRefused):
        services.rule(complaint=complaint, actor=agent, uphold=True, reason="Seen.")
    assert Complaint.objects.get().state == "received"


def test_silence_until_the_deadline_lets_the_platform_decide(complaint, agent):
    Complaint.objects.update(filed_at=timezone.now() - dt.timedelta(hours=49))
    services.rule(complaint=Complaint.objects.get(), actor=agent, uphold=True, reason="Photo shows it.")
    assert Complaint.objects.get().state == "upheld"
    assert not WorkItem.objects.filter(left_at__isnull=True).exists()
    assert Entry.objects.filter(action="complaints.complaint.upheld", reason="Photo shows it.").exists()


def test_an_agent_decides_on_one_screen(client, complaint, agent):
    services.answer(complaint=complaint, actor=complaint.merchant.members.get().user, text="Replaced.")
    client.force_login(agent)
    url = reverse("complaints:bench", args=[complaint.pk])
    page = client.get(url).content.decode()
    assert "Broken." in page and "Replaced." in page and "A-1" in page
    answer = client.post(url, {"decision": "reject", "reason": "Replaced in time."})
    assert answer.status_code == 302
    assert Complaint.objects.get().state == "rejected"


def test_a_decision_needs_a_reason(client, complaint, agent):
    services.answer(complaint=complaint, actor=complaint.merchant.members.get().user, text="Replaced.")
    client.force_login(agent)
    answer = client.post(reverse("complaints:bench", args=[complaint.pk]), {"decision": "reject", "reason": " "})
    assert answer.status_code == 422
    assert Complaint.objects.get().state == "answered"


@pytest.mark.django_db(transaction=True)
def test_of_two_agents_at_once_one_decides(make_user):
    load_packs()
    merchant = Merchant.objects.create(shop_name="Wren")
    owner, agents = make_user("owner"), [make_user(f"a{n}", roles=["complaint_agent"]) for n in range(8)]
    Member.objects.create(merchant=merchant, user=owner)
    complaint = services.file_complaint(
        merchant=merchant, order_reference="A-1", kind="quality", text="x", buyer_name="W", buyer_contact="1"
    )
    services.answer(complaint=complaint, actor=owner, text="y")
    done = []

    def decide(agent):
        try:
            services.rule(complaint=complaint, actor=agent, uphold=bool(agent.pk % 2), reason="r")
            done.append(agent)
        except TransitionRefused:
            pass
        connection.close()

    threads = [threading.Thread(target=decide, args=[agent]) for agent in agents]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(done) == 1 and Complaint.objects.get().ruled_by == done[0]


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_pages_open_in_both_languages(client, complaint, agent, language):
    client.force_login(complaint.merchant.members.get().user)
    for url in (reverse("complaints:list"), reverse("complaints:detail", args=[complaint.pk])):
        assert client.get(url, headers={"accept-language": language}).status_code == 200
    client.force_login(agent)
    for url in (reverse("complaints:bench", args=[complaint.pk]), "/admin/complaints/complaint/"):
        assert client.get(url, headers={"accept-language": language}).status_code == 200


def test_the_buyers_contact_is_not_in_the_api(client, complaint):
    client.force_login(complaint.merchant.members.get().user)
    assert "buyer" not in client.get("/api/v1/complaints/").content.decode()


@pytest.mark.parametrize(("role", "count"), [("complaint_agent", 1), ("auditor", 1), ("announcer", 0)])
def test_operators_read_every_complaint_in_the_api_if_their_role_may(client, complaint, make_user, role, count):
    client.force_login(make_user("operator", roles=[role]))
    answer = client.get("/api/v1/complaints/")
    assert answer.status_code == (200 if count else 403)
    assert [row["merchant"] for row in answer.json().get("results", [])] == [complaint.merchant_id][:count]
    assert client.get(f"/api/v1/complaints/{complaint.pk}/").status_code == (200 if count else 403)


def test_api_lists_are_paged(client, shop, agent):
    for number in range(3):
        services.file_complaint(
            merchant=shop, order_reference=f"A-{number}", kind="payment", text="x", buyer_name="W", buyer_contact="1"
        )
    client.force_login(agent)
    first = client.get("/api/v1/complaints/", {"page_size": 2}).json()
    second = client.get(first["next"]).json()
    ids = [row["id"] for row in first["results"] + second["results"]]
    assert len(first["results"]) == 2 and second["next"] is None
    assert ids == sorted(ids, reverse=True) and len(ids) == 3


@pytest.fixture
def namesake(shop):
    """Another shop that has an order with the same number."""
    other = Merchant.objects.create(shop_name="Heron")
    Order.objects.create(merchant=other, external_id="A-1", placed_at=timezone.now(), amount=100)
    return other


def test_an_order_number_of_two_shops_makes_the_form_ask_which(client, shop, namesake):
    answer = client.post(reverse("complaints:file"), FORM)
    page = answer.content.decode()
    assert answer.status_code == 422 and not Complaint.objects.exists()
    assert "Choose the shop you bought from" in page
    assert "Wren" in page and "Heron" in page and "Broken." in page
    answer = client.post(reverse("complaints:file"), FORM | {"shop": namesake.pk})
    assert answer.status_code == 302
    assert Complaint.objects.get().merchant == namesake


def test_a_shop_without_that_order_cannot_be_chosen(client, shop, namesake):
    stranger = Merchant.objects.create(shop_name="Stranger")
    answer = client.post(reverse("complaints:file"), FORM | {"shop": stranger.pk})
    assert answer.status_code == 422 and "Choose one of the shops listed" in answer.content.decode()
    assert not Complaint.objects.exists()


def test_shops_of_one_name_are_told_apart(client, shop, namesake):
    Merchant.objects.filter(pk=namesake.pk).update(shop_name="Wren", external_id="seller-7")
    assert "Wren (seller-7)" in client.post(reverse("complaints:file"), FORM).content.decode()


def test_the_form_does_not_ask_for_the_shop_of_a_unique_number(client, shop):
    assert 'name="shop"' not in client.get(reverse("complaints:file")).content.decode()


def test_one_address_sends_the_form_ten_times_an_hour(client, shop, monkeypatch):
    moment = timezone.now().replace(minute=30)
    monkeypatch.setattr(timezone, "now", lambda: moment)
    for _time in range(throttle.LIMIT):
        assert client.post(reverse("complaints:file"), FORM | {"order_reference": "A-9"}).status_code == 422
    answer = client.post(reverse("complaints:file"), FORM)
    page = answer.content.decode()
    assert answer.status_code == 429 and 1700 < int(answer["Retry-After"]) <= 1801
    assert "You may send more from" in page and "Broken." in page
    assert not Complaint.objects.exists()
    assert client.post(reverse("complaints:file"), FORM, REMOTE_ADDR="192.0.2.7").status_code == 302
    moment += dt.timedelta(minutes=31)
    assert client.post(reverse("complaints:file"), FORM | {"kind": "payment"}).status_code == 302


def _answered(shop, number):
    complaint = services.file_complaint(
        merchant=shop, order_reference=number, kind="logistics", text="Late.", buyer_name="W", buyer_contact="1"
    )
    return services.answer(complaint=complaint, actor=shop.members.get().user, text="Sent.")


def waiting_for(user):
    """How many complaints wait for a person, whatever else does."""
    return next(each.waiting for each in states_for(user) if each.queue.code == QUEUE)


def test_next_opens_what_can_be_decided_however_risky_the_rest(client, shop, complaint, agent):
    answered = _answered(shop, "A-2")
    client.force_login(agent)
    answer = client.get(reverse("complaints:next"), follow=True)
    page = answer.content.decode()
    assert answer.redirect_chain[-1][0] == reverse("complaints:bench", args=[answered.pk])
    assert "1 waiting" in page and complaint.number not in page.split("</ol>")[0]
    assert waiting_for(agent) == 1


def test_while_the_merchant_may_answer_nothing_is_in_the_queue(client, complaint, agent):
    client.force_login(agent)
    assert "No complaint waits for a decision" in client.get(reverse("complaints:next")).content.decode()
    assert client.get(reverse("complaints:bench", args=[complaint.pk])).status_code == 200
    assert WorkItem.objects.get().claimed_by is None
    assert waiting_for(agent) == 0


def test_silence_brings_it_into_the_queue_at_the_deadline(client, complaint, agent, monkeypatch):
    client.force_login(agent)
    moment = complaint.answer_due
    monkeypatch.setattr(timezone, "now", lambda: moment)
    assert waiting_for(agent) == 1
    assert client.get(reverse("complaints:next"))["Location"] == reverse("complaints:bench", args=[complaint.pk])


def test_two_agents_get_two_complaints(client, shop, agent, make_user):
    first, second = _answered(shop, "A-1"), _answered(shop, "A-2")
    other = make_user("other-agent", roles=["complaint_agent"])
    opened = {}
    for user in (agent, other, agent):
        client.force_login(user)
        opened[user] = client.get(reverse("complaints:next"))["Location"]
    assert set(opened.values()) == {reverse("complaints:bench", args=[each.pk]) for each in (first, second)}


def test_what_another_agent_works_on_is_read_only(client, shop, agent, make_user):
    complaint = _answered(shop, "A-1")
    url = reverse("complaints:bench", args=[complaint.pk])
    client.force_login(agent)
    assert 'name="decision"' in client.get(url).content.decode()
    client.force_login(make_user("second", roles=["complaint_agent"]))
    page = client.get(url).content.decode()
    assert "agent works on this." in page and 'name="decision"' not in page
    answer = client.post(url, {"decision": "uphold", "reason": "Seen."}, follow=True)
    assert "Nothing was changed" in answer.content.decode()
    assert "No complaint waits" in client.get(reverse("complaints:next")).content.decode()
    assert Complaint.objects.get().state == "answered"


def test_a_decision_that_was_not_chosen_is_an_error(client, shop, agent):
    complaint = _answered(shop, "A-1")
    client.force_login(agent)
    for data in ({"reason": "Seen."}, {}):
        answer = client.post(reverse("complaints:bench", args=[complaint.pk]), data)
        assert answer.status_code == 422
        assert "Choose one of the two decisions." in answer.content.decode()
