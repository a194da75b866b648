"""Digests: the daily one, and the one after an outage."""

import datetime as dt

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from shopops.notifications import delivery
from shopops.notifications.digest import digest_since, send_digests
from shopops.notifications.models import Delivery, Message, Preferences
from shopops.notifications.services import mark_read

HOUR = dt.timedelta(hours=1)


def run(as_of):
    return send_digests(as_of, lambda *_: None)


def test_what_can_wait_leaves_in_one_email_at_the_persons_hour_and_the_ledger_says_in_which(make_user, tell, sink):
    user = make_user()
    Preferences.objects.create(user=user, time_zone="Asia/Shanghai", digest_hour=8)
    first = tell([user], key="n:1", name="One", owed=False, digest=True)
    tell([user], key="n:2", name="Two")
    tell([user], code="test.owed", key="n:3", name="Owed")
    delivery.deliver_queued()
    assert [mail["subject"] for mail in sink.to(user.email)] == ["Home Owed"], "what is owed does not wait"
    due = Delivery.objects.filter(state="held").values_list("due_at", flat=True)
    assert {moment.astimezone(dt.timezone(8 * HOUR)).hour for moment in due} == {8}
    assert run(min(due) - HOUR) == {"digests": 0, "messages": 0}
    assert run(max(due)) == {"digests": 1, "messages": 2}
    assert run(max(due)) == {"digests": 0, "messages": 0}, "once"
    delivery.deliver_queued()
    mail = sink.to(user.email)[1]
    text = mail.get_body(("plain",)).get_content()
    assert mail["subject"].startswith("2 messages") and "Home One" in text and f"/portal/messages/{first.pk}/" in text
    row = Delivery.objects.get(message=first, channel="email")
    assert row.state == "digested" and row.carried_by.deliveries.get(channel="email").state == "sent"


def test_after_an_outage_everybody_hears_once_what_they_have_not_read(make_user, tell, sink, capsys):
    users = [make_user("a"), make_user("b"), make_user("c")]
    read = tell(users[:2], key="n:1", name="Read")
    tell(users[:1], key="n:2", name="Missed")
    mark_read(user=users[0], message_id=read.pk)
    mark_read(user=users[1], message_id=read.pk)
    start, end = timezone.now() - HOUR, timezone.now() + HOUR
    for _again in range(2):
        call_command("send_catch_up", start.isoformat(), end.isoformat())
    catch_up = Message.objects.filter(kind="notifications.catch_up")
    assert [user.pk for message in catch_up for user in [message.deliveries.first().recipient]] == [users[0].pk]
    delivery.deliver_queued()
    text = sink.to(users[0].email)[-1].get_body(("plain",)).get_content()
    assert "Home Missed" in text and "Home Read" not in text
    assert digest_since(users[1], start, end) is None


@pytest.mark.parametrize("times", [("yesterday", "today"), ("2026-11-20T04:00", "2026-11-20T02:00")])
def test_the_command_says_what_is_wrong_with_its_times(db, times):
    with pytest.raises(CommandError):
        call_command("send_catch_up", *times)
