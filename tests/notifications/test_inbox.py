"""The message centre, for merchants and for who has no shop yet."""

import pytest
from django.urls import reverse

from shopops.notifications.models import Delivery
from shopops.notifications.services import withdraw


@pytest.fixture
def reader(make_user, client):
    """Somebody without a shop, signed in."""
    user = make_user()
    client.force_login(user)
    return user


def page(client, **query):
    response = client.get(reverse("portal:messages"), query)
    assert response.status_code == 200
    return response


def subjects(response):
    return [item.words.subject for item in response.context["items"]]


def test_an_applicant_reads_their_messages_without_a_shop(reader, tell, client):
    message = tell([reader])
    assert subjects(page(client)) == ["Home Chen"]
    response = client.get(reverse("portal:message", args=[message.pk]))
    assert "Second paragraph." in response.content.decode()
    assert Delivery.objects.get(channel="in_app").state == "read"
    assert "E-mail" in response.content.decode(), "it says how the message was sent"


def test_a_message_of_somebody_else_is_not_there(reader, make_user, tell, client):
    message = tell([make_user("other")])
    assert client.get(reverse("portal:message", args=[message.pk])).status_code == 404
    assert subjects(page(client)) == []


def test_strangers_are_asked_to_sign_in(db, client):
    for address in (reverse("portal:messages"), reverse("portal:preferences"), reverse("short_message", args=["1"])):
        assert client.get(address).status_code == 302


def test_the_list_is_narrowed_by_category_unread_and_words(reader, tell, client):
    tell([reader], code="test.note", key="1", name="lost parcel")
    tell([reader], code="other.note", key="2", name="new fee")
    assert subjects(page(client, category="other")) == ["Home new fee"]
    assert subjects(page(client, q="PARCEL")) == ["Home lost parcel"]
    assert subjects(page(client, q="second paragraph")) == ["Home new fee", "Home lost parcel"]
    client.get(reverse("portal:message", args=[Delivery.objects.get(message__key="2", channel="in_app").message_id]))
    assert subjects(page(client, unread="on")) == ["Home lost parcel"]
    assert "No message fits" in page(client, q="%").content.decode()
    assert page(client, category="nonsense").status_code == 200


def test_pages_by_key_show_each_message_once_also_when_one_arrives_meanwhile(reader, tell, client):
    for number in range(65):
        tell([reader], key=str(number), name=str(number))
    first = page(client)
    tell([reader], key="late", name="late")
    second = page(client, cursor=first.context["older"])
    third = page(client, cursor=second.context["older"])
    seen = [*subjects(first), *subjects(second), *subjects(third)]
    assert seen == [f"Home {number}" for number in reversed(range(65))]
    assert third.context["older"] is None
    assert subjects(page(client, cursor=third.context["newer"])) == subjects(second)
    for nonsense in ("x", "--1", "9" * 30, "-"):
        page(client, cursor=nonsense)


def test_marking_all_read_leaves_what_came_after_the_page(reader, tell, client):
    tell([reader], key="1")
    latest = page(client).context["latest"]
    tell([reader], key="2")
    client.post(reverse("portal:messages_read"), {"latest": latest})
    states = Delivery.objects.filter(channel="in_app").order_by("pk").values_list("state", flat=True)
    assert list(states) == ["read", "sent"]
    assert client.get(reverse("portal:messages_read")).status_code == 405


def test_the_short_address_leads_to_the_message(reader, tell, client):
    message = tell([reader])
    from shopops.notifications import links

    path = "/" + links.short(message).split("/", 3)[3]
    assert client.get(path)["Location"] == reverse("portal:message", args=[message.pk])
    for nonsense in ("-1", "ü", "0", "z" * 20):
        assert client.get(reverse("short_message", args=[nonsense])).status_code == 404


def test_a_withdrawn_message_says_so(reader, tell, client):
    message = tell([reader])
    withdraw(message_ids=[message.pk], why="Cancelled")
    assert "withdrawn" in client.get(reverse("portal:message", args=[message.pk])).content.decode()
