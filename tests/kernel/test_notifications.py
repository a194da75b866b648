"""Messages: once per recipient and channel, proven by a ledger, carried by real SMTP."""

import datetime as dt
import threading

import pytest
from django.db import connection
from django.test import override_settings
from django.utils import timezone

from shopops.notifications import delivery, selectors
from shopops.notifications.kinds import MessageKind, message_kinds
from shopops.notifications.models import Delivery, Message
from shopops.notifications.services import mark_read, notify, withdraw

TEMPLATES = {
    "messages/test.note.subject.txt": "{% load i18n %}{% translate 'Home' %}: {{ number }}",
    "messages/test.note.body.txt": "{{ pair }} {{ at|date:'Y' }}\n{{ url }}",
}


@pytest.fixture(autouse=True)
def kind(monkeypatch, settings):
    monkeypatch.setattr(message_kinds, "_items", dict(message_kinds._items))
    message_kinds.register(MessageKind("test.note", "Note"))
    engine = settings.TEMPLATES[0]
    loaders = [
        ("django.template.loaders.locmem.Loader", TEMPLATES),
        "django.template.loaders.filesystem.Loader",
        "django.template.loaders.app_directories.Loader",
    ]
    options = {**engine["OPTIONS"], "loaders": loaders}
    with override_settings(TEMPLATES=[{**engine, "APP_DIRS": False, "OPTIONS": options}]):
        yield


def note(users, key="note:1"):
    return notify(
        kind="test.note",
        key=key,
        recipients=users,
        context={"number": 7, "pair": {"en": "late & lost", "zh": "迟发"}, "at": timezone.now()},
        url="/portal/",
    )


def plain(mail):
    return mail.get_body(("plain",)).get_content()


def test_asking_twice_with_one_key_tells_everybody_once(make_user, sink):
    user = make_user()
    note([user])
    note([user])
    delivery.deliver_queued()
    assert Message.objects.count() == 1
    assert sorted(Delivery.objects.values_list("channel", "state")) == [("email", "sent"), ("in_app", "sent")]
    assert len(sink.to(user.email)) == 1


def test_a_recipient_who_joins_a_repeated_notice_is_told_too(make_user, sink):
    first, second = make_user("chen"), make_user("lin")
    note([first])
    note([first, second])
    delivery.deliver_queued()
    assert [len(sink.to(user.email)) for user in (first, second)] == [1, 1]


def test_the_email_is_in_the_recipients_language_with_an_absolute_link(make_user, sink, settings):
    user = make_user(language="zh-hans")
    note([user])
    delivery.deliver_queued()
    mail = sink.to(user.email)[0]
    assert mail["subject"] == "首页: 7"
    assert "迟发" in plain(mail) and f"{settings.SITE_URL}/portal/" in plain(mail)


def test_plain_text_is_not_escaped_for_html(make_user, sink):
    user = make_user()
    note([user])
    delivery.deliver_queued()
    assert "late & lost" in plain(sink.to(user.email)[0])


def test_a_temporary_refusal_waits_and_is_tried_again(make_user, sink):
    user = make_user()
    sink.refuse[user.email] = "451 try later"
    note([user])
    delivery.deliver_queued()
    row = Delivery.objects.get(channel="email")
    assert (row.state, row.attempts) == ("queued", 1) and row.due_at > timezone.now()
    sink.refuse.clear()
    Delivery.objects.update(due_at=timezone.now())
    delivery.deliver_queued()
    assert len(sink.to(user.email)) == 1


def test_a_final_refusal_is_kept_as_bounced_with_the_servers_words(make_user, sink):
    user = make_user()
    sink.refuse[user.email] = "550 no such user"
    note([user])
    delivery.deliver_queued()
    row = Delivery.objects.get(channel="email")
    assert row.state == "bounced" and "no such user" in row.error


def test_one_refused_recipient_does_not_hold_up_the_others(make_user, sink):
    users = [make_user(name) for name in ("a", "b", "c")]
    sink.refuse[users[1].email] = "550 no such user"
    note(users)
    delivery.deliver_queued()
    assert [len(sink.to(user.email)) for user in users] == [1, 0, 1]


def test_a_server_that_cannot_be_reached_loses_nothing_and_uses_up_no_attempt(make_user, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    note([make_user("a"), make_user("b")])
    delivery.deliver_queued()
    assert set(Delivery.objects.filter(channel="email").values_list("state", "attempts")) == {("queued", 0)}


def test_a_server_that_refuses_our_sign_in_fails_no_email(make_user, sink, settings):
    settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "shopops", "wrong"
    note([make_user("a"), make_user("b")])
    delivery.deliver_queued()
    assert set(Delivery.objects.filter(channel="email").values_list("state", "attempts")) == {("queued", 0)}


def test_an_address_that_cannot_be_written_harms_only_itself(make_user, sink):
    users = [make_user(name) for name in ("a", "b", "c")]
    type(users[0]).objects.filter(pk=users[0].pk).update(email="a@" + "电" * 58 + ".com")
    note(users)
    delivery.deliver_queued()
    assert sorted(Delivery.objects.filter(channel="email").values_list("state", flat=True)) == [
        "failed",
        "sent",
        "sent",
    ]


def test_a_slow_worker_whose_claim_was_taken_over_sends_nothing_twice(make_user, sink):
    note([make_user(name) for name in ("a", "b")])
    slow = delivery.claim()
    Delivery.objects.filter(state="sending").update(claimed_at=timezone.now() - dt.timedelta(minutes=10))
    delivery.requeue_stuck()
    delivery.deliver_queued()
    late = delivery.Batch(slow, delivery.transport_for("email"))
    late.carry()
    assert late.left == []
    assert len(sink.mails) == 2


def test_a_withdrawn_message_does_not_leave_even_from_a_claimed_batch(make_user, sink):
    message = note([make_user()])
    claimed = delivery.claim()
    withdraw(message_ids=[message.pk], why="The window was cancelled.")
    batch = delivery.Batch(claimed, delivery.transport_for("email"))
    batch.carry()
    assert batch.left == [] and sink.mails == []


def test_an_email_that_kills_every_worker_fails_at_last(make_user, sink):
    note([make_user()])
    for _death in range(delivery.MAX_ATTEMPTS + 1):
        delivery.claim()
        Delivery.objects.filter(state="sending").update(claimed_at=timezone.now() - dt.timedelta(minutes=10))
        delivery.requeue_stuck()
    assert Delivery.objects.get(channel="email").state == "failed"


def test_people_who_may_no_longer_sign_in_are_not_told(make_user):
    note([make_user("gone", is_active=False)])
    assert not Delivery.objects.exists()


def test_what_a_dead_worker_had_claimed_is_sent_by_the_next(make_user, sink):
    user = make_user()
    note([user])
    delivery.claim()  # and the worker dies
    assert delivery.requeue_stuck() == 0, "a fresh claim belongs to a living worker"
    Delivery.objects.update(claimed_at=timezone.now() - dt.timedelta(minutes=10))
    assert delivery.requeue_stuck() == 1
    delivery.deliver_queued()
    assert len(sink.to(user.email)) == 1


@pytest.mark.django_db(transaction=True)
def test_four_workers_at_once_send_each_email_once(make_user, sink, settings):
    users = [make_user(f"u{number}") for number in range(120)]
    note(users)

    def work():
        delivery.deliver_queued()
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(address for address, _ in sink.mails) == sorted(user.email for user in users)


def test_opening_a_message_is_recorded_once(make_user):
    user = make_user()
    message = note([user])
    assert selectors.unread_count(user) == 1
    mark_read(user=user, message_id=message.pk)
    first = Delivery.objects.get(channel="in_app").read_at
    mark_read(user=user, message_id=message.pk)
    assert Delivery.objects.get(channel="in_app").read_at == first
    assert selectors.unread_count(user) == 0


def test_nobody_reads_anothers_messages(make_user):
    mine, other = make_user("mine"), make_user("other")
    note([mine])
    assert list(selectors.inbox(other)) == []
