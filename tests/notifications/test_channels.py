"""SMS, chat bots, and the next channel for whoever was not reached."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from shopops.notifications import delivery
from shopops.notifications.fallback import reach_further
from shopops.notifications.models import Delivery, Preferences
from shopops.notifications.services import mark_read, withdraw
from shopops.notifications.transports.chat import chat_service

DAY = dt.timedelta(days=1)
OWED = {"fallback_after": DAY}


def prefer(user, **chosen):
    return Preferences.objects.create(user=user, **{"time_zone": "Asia/Shanghai", **chosen})


def later(days=1):
    queued = reach_further(timezone.now() + days * DAY + dt.timedelta(minutes=1), lambda *_: None)["queued"]
    Delivery.objects.filter(state="queued").update(due_at=timezone.now())
    return queued


def rows():
    return list(Delivery.objects.order_by("pk").values_list("channel", "state", "reason"))


def test_a_chat_bot_gets_subject_text_and_link(make_user, tell, bot, sink, settings):
    user = make_user()
    prefer(user, chat_url=bot.url)
    tell([user])
    delivery.deliver_queued()
    ((path, post),) = bot.posts
    assert path == "/bot" and post["title"] == "Home Chen"
    assert "Second paragraph." in post["message"] and f"{settings.SITE_URL}/portal/" in post["message"]
    row = Delivery.objects.get(channel="chat")
    assert (row.state, row.reason, row.address) == ("sent", "chosen", "JSON"), "the ledger keeps no secret"


def test_a_bot_that_refuses_for_good_bounces_and_one_in_trouble_is_tried_again(make_user, tell, bot, sink):
    user = make_user()
    prefer(user, chat_url=bot.url)
    tell([user])
    bot.answer = 503
    delivery.deliver_queued()
    row = Delivery.objects.get(channel="chat")
    assert (row.state, row.attempts) == ("queued", 1) and "503" in row.error
    bot.answer = 404
    Delivery.objects.filter(pk=row.pk).update(due_at=row.created_at)
    delivery.deliver_queued()
    row.refresh_from_db()
    assert row.state == "bounced"


def test_a_bot_is_stored_encrypted(make_user, bot):
    from django.db import connection

    user = make_user()
    prefer(user, chat_url=bot.url)
    with connection.cursor() as cursor:
        cursor.execute("SELECT chat_url FROM notifications_preferences")
        assert "127.0.0.1" not in cursor.fetchone()[0]
    assert Preferences.objects.get(user=user).chat_url == bot.url


@pytest.mark.parametrize(
    "url",
    [
        "json://127.0.0.1:5432/",
        "json://localhost/",
        "jsons://169.254.169.254/latest",
        "https://10.0.0.1/hook",
        "mailto://user:pw@example.com",
        "syslog://",
        "file:///etc/passwd",
        "nonsense",
    ],
)
def test_an_address_that_leads_anywhere_but_to_a_chat_service_is_refused(url):
    with pytest.raises(ValidationError):
        chat_service(url)


@pytest.mark.parametrize(
    "url", ["dingtalk://abc123def/", "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=abcd-ef"]
)
def test_the_usual_bots_are_taken_and_cannot_turn_checks_off(url):
    service = chat_service(url + ("&" if "?" in url else "?") + "verify=no&rto=900")
    assert service.verify_certificate and service.socket_read_timeout <= 10


def test_who_reads_nothing_for_a_day_gets_an_sms_and_then_the_bot_each_once(make_user, tell, bot, sink, settings):
    settings.SMS_URL = f"json://{bot.place}/sms/{{phone}}"
    user = make_user(phone="+86 138 0013 8000", language="zh-hans")
    prefer(user, chat_url=bot.url, off=["test:chat"])
    message = tell([user], **OWED)
    delivery.deliver_queued()
    assert later(0) == 0
    assert (later(), later(0)) == (1, 0)
    delivery.deliver_queued()
    path, post = bot.posts[0]
    assert path == "/sms/+8613800138000" or path == "/sms/%2B8613800138000"
    assert post["message"].startswith("首页 Chen http") and "/m/" in post["message"]
    assert rows()[2] == ("sms", "sent", "unread")
    assert Delivery.objects.get(channel="sms").address == "+8613800138000"
    assert later(2) == 1
    delivery.deliver_queued()
    assert [row[0] for row in rows()] == ["in_app", "email", "sms", "chat"] and rows()[3][2] == "unread"
    assert later(9) == 0 and len(bot.posts) == 2
    assert message.deliveries.count() == 4


def test_who_has_read_it_is_left_in_peace(make_user, tell, sink, settings):
    settings.SMS_URL = "json://127.0.0.1:9/{phone}"
    user = make_user(phone="13800138000")
    message = tell([user], **OWED)
    delivery.deliver_queued()
    mark_read(user=user, message_id=message.pk)
    assert later(3) == 0


def test_a_refused_email_brings_the_next_channel_at_once(make_user, tell, sink, settings):
    settings.SMS_URL = "json://127.0.0.1:9/{phone}"
    user = make_user(phone="13800138000")
    sink.refuse[user.email] = "550 no such user"
    tell([user], **OWED)
    delivery.deliver_queued()
    assert reach_further(timezone.now(), lambda *_: None) == {"queued": 1}
    assert Delivery.objects.get(channel="sms").reason == "unreached"


def test_kinds_that_do_not_say_so_and_withdrawn_messages_go_no_further(make_user, tell, sink, settings):
    settings.SMS_URL = "json://127.0.0.1:9/{phone}"
    user = make_user(phone="13800138000")
    tell([user], code="test.plain", key="plain")
    message = tell([user], code="test.owed", key="owed", **OWED)
    withdraw(message_ids=[message.pk], why="No longer true.")
    assert later(3) == 0


def test_an_sms_service_that_is_not_configured_makes_messages_wait(make_user, tell, bot, sink, settings):
    settings.SMS_URL = f"json://{bot.place}/{{phone}}"
    tell([make_user(phone="13800138000")], channels=("in_app", "sms"))
    settings.SMS_URL = ""
    delivery.deliver_queued()
    row = Delivery.objects.get(channel="sms")
    assert (row.state, row.attempts) == ("queued", 0) and row.due_at > timezone.now()
