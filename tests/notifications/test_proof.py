"""The console's proof of notice."""

import csv
import io
import json

import pytest
from django.urls import reverse

from shopops.audit.models import Entry
from shopops.notifications import delivery
from shopops.notifications.models import Delivery
from shopops.notifications.services import withdraw


@pytest.fixture
def told(make_user, tell, sink):
    """A message to three people; one address does not exist."""
    users = [make_user("ann"), make_user("bo", language="zh-hans"), make_user("cy")]
    sink.refuse[users[2].email] = "550 no such user"
    message = tell(users)
    delivery.deliver_queued()
    return message


@pytest.fixture
def announcer(make_user, client):
    user = make_user("announcer", roles=["announcer"])
    client.force_login(user)
    return user


def text(response):
    return b"".join(response.streaming_content).decode() if response.streaming else response.content.decode()


def test_the_page_shows_who_by_what_when_with_what_outcome_and_no_whole_address(told, announcer, client):
    shown = text(client.get(reverse("notices:proof", args=[told.pk])))
    assert "a***@example.com" in shown and "ann@example.com" not in shown
    assert "no such user" in shown and "Second paragraph." in shown
    narrowed = client.get(reverse("notices:proof", args=[told.pk]), {"channel": "email", "state": "bounced"})
    assert [str(row.recipient) for row, _address in narrowed.context["rows"]] == ["cy"]
    covered = {each.channel: each for _label, each in narrowed.context["coverage"]}
    assert (covered["email"].total, covered["email"].delivered, covered["email"].failed) == (3, 2, 1)
    assert covered["in_app"].delivered == 3


def test_the_list_of_messages_counts_what_arrived(told, announcer, client):
    shown = text(client.get(reverse("admin:notifications_message_changelist")))
    assert "5 / 6" in shown and reverse("notices:proof", args=[told.pk]) in shown


def test_the_csv_has_a_row_per_delivery(told, announcer, client):
    rows = list(
        csv.DictReader(io.StringIO(text(client.get(reverse("notices:proof_csv", args=[told.pk]))).lstrip("\ufeff")))
    )
    assert len(rows) == 6 and {row["state"] for row in rows} == {"sent", "bounced"}
    assert not any("ann@" in value for row in rows for value in row.values())


def test_the_json_has_the_words_as_sent_whatever_the_template_says_now(told, announcer, client, templates):
    templates["messages/test.note.body.txt"] = "Something else"
    proof = json.loads(text(client.get(reverse("notices:proof_json", args=[told.pk]))))
    assert {words["language"]: words["subject"] for words in proof["texts"]} == {
        "en": "Home Chen",
        "zh-hans": "首页 Chen",
    }
    assert all("Hello Chen" in words["body"] and len(words["sha256"]) == 64 for words in proof["texts"])
    assert len(proof["deliveries"]) == 6


def test_failed_ones_are_tried_again_and_the_audit_log_knows_who_asked(told, announcer, client, sink):
    sink.refuse.clear()
    client.post(reverse("notices:retry", args=[told.pk]))
    delivery.deliver_queued()
    assert Delivery.objects.filter(state="sent").count() == 6
    entry = Entry.objects.get(action="notifications.message.retried")
    assert entry.actor == announcer and entry.after == {"deliveries": 1}
    client.post(reverse("notices:retry", args=[told.pk]))
    assert Entry.objects.filter(action="notifications.message.retried").count() == 1, "nothing failed, nothing done"


def test_a_withdrawn_message_is_not_sent_again(told, announcer, client):
    withdraw(message_ids=[told.pk], why="No longer true.")
    client.post(reverse("notices:retry", args=[told.pk]))
    assert Delivery.objects.filter(state="bounced").count() == 1


@pytest.mark.parametrize("roles", [["reviewer"], []])
def test_only_who_may_sees_it_and_reading_is_not_retrying(told, make_user, client, roles):
    client.force_login(make_user("other", roles=roles))
    for name in ("proof", "proof_csv", "proof_json"):
        assert client.get(reverse(f"notices:{name}", args=[told.pk])).status_code in (302, 403)
    client.force_login(make_user("auditor", roles=["auditor"]))
    assert client.get(reverse("notices:proof", args=[told.pk])).status_code == 200
    assert client.post(reverse("notices:retry", args=[told.pk])).status_code == 403
