"""A complaint's way: filed by the buyer, answered by the merchant, decided by an agent."""

import datetime as dt
import threading

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from complaints import services
from complaints.models import Complaint
from merchants.models import Member, Merchant
from orders.models import Order
from shopops.audit.models import Entry
from shopops.notifications.models import Delivery
from shopops.policies.services import load_packs
from shopops.transitions.handler import TransitionRefused
from shopops.work.models import WorkItem


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
    assert client.get("/api/v1/complaints/").json() in ([], {"next": None, "previous": None, "results": []})


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
    client.post(reverse("complaints:bench", args=[complaint.pk]), {"decision": "reject", "reason": " "})
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
