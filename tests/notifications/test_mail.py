"""E-mails: two bodies from one text, headers that let people turn off what is not owed, and the wire."""

import re

import pytest
from django.core import mail as django_mail

from shopops.notifications import delivery
from shopops.notifications.emails import paragraphs
from shopops.notifications.models import Delivery, MessageText


def body(mail, kind):
    return mail.get_body((kind,)).get_content().replace("\r\n", "\n")


def test_text_and_html_say_the_same_and_the_link_is_a_button(make_user, tell, sink, settings):
    user = make_user()
    tell([user])
    delivery.deliver_queued()
    mail = sink.to(user.email)[0]
    html = body(mail, "html")
    assert "Hello Chen & co." in body(mail, "plain") and f"{settings.SITE_URL}/portal/\n" in body(mail, "plain")
    assert "<p>Hello Chen &amp; co.</p>" in html
    assert "See the page" not in html and f'href="{settings.SITE_URL}/portal/"' in html
    assert mail["Auto-Submitted"] == "auto-generated"


def test_an_owed_notice_has_no_way_to_unsubscribe_and_says_why(make_user, tell, sink):
    user = make_user()
    tell([user])
    delivery.deliver_queued()
    mail = sink.to(user.email)[0]
    assert mail["List-Unsubscribe"] is None
    assert "cannot be turned off" in body(mail, "plain") and "cannot be turned off" in body(mail, "html")


def test_what_is_not_owed_can_be_turned_off_with_one_click_from_the_mail_program(make_user, tell, sink, client):
    users = [make_user("a"), make_user("b")]
    tell(users, owed=False)
    delivery.deliver_queued()
    mails = [sink.to(user.email)[0] for user in users]
    links = [mail["List-Unsubscribe"].strip(" <>") for mail in mails]
    assert links[0] != links[1] and all(mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click" for mail in mails)
    assert links[0] in body(mails[0], "html").replace("&amp;", "&")
    path = re.sub(r"^https?://[^/]+", "", links[0])
    client.handler.enforce_csrf_checks = True
    assert client.post(path, {"List-Unsubscribe": "One-Click"}).status_code == 200
    tell(users, key="note:2")
    assert list(
        Delivery.objects.filter(message__key="note:2", channel="email").values_list("recipient", flat=True)
    ) == [users[1].pk]


def test_a_kind_may_bring_its_own_html(make_user, tell, sink, templates):
    user = make_user()
    templates["messages/test.note.body.html"] = "<p><b>{{ name }}</b></p>"
    tell([user], name="<Chen>")
    delivery.deliver_queued()
    html = body(sink.to(user.email)[0], "html")
    assert "<b>&lt;Chen&gt;</b>" in html and "<p>Second paragraph" not in html


def test_text_of_people_cannot_become_markup():
    assert paragraphs("<script>\n\nhttps://e.com/?a=1&b=2") == (
        '<p>&lt;script&gt;</p>\n<p><a href="https://e.com/?a=1&amp;b=2">https://e.com/?a=1&amp;b=2</a></p>'
    )


def test_the_words_are_kept_as_sent_when_the_template_changes_later(make_user, tell, sink, templates):
    user = make_user()
    message = tell([user])
    delivery.deliver_queued()
    digest = MessageText.objects.get().sha256
    templates["messages/test.note.body.txt"] = "Something else"
    tell([make_user("late")])
    delivery.deliver_queued()
    assert "Hello Chen" in body(sink.to("late@example.com")[0], "plain")
    assert MessageText.objects.get(message=message).sha256 == digest


@pytest.mark.parametrize("pipelining", [True, False])
def test_refusals_harm_only_their_own_whether_commands_go_one_by_one_or_together(make_user, tell, sink, pipelining):
    sink.pipelining = pipelining
    users = [make_user(name) for name in "abcde"]
    sink.refuse = {users[0].email: "550 no such user", users[2].email: "451 greylisted"}
    tell(users)
    delivery.deliver_queued()
    states = Delivery.objects.filter(channel="email").order_by("recipient").values_list("state", flat=True)
    assert list(states) == ["bounced", "sent", "queued", "sent", "sent"]
    assert len(sink.mails) == 3


def test_lines_that_begin_with_a_dot_arrive_as_they_are(make_user, tell, sink, templates):
    user = make_user()
    tell([user], name="\n.\n..dots")
    delivery.deliver_queued()
    assert "\n.\n..dots" in body(sink.to(user.email)[0], "plain")


def test_a_server_that_closes_in_the_middle_loses_nothing(make_user, tell, sink):
    users = [make_user(name) for name in "abc"]
    sink.refuse = {users[1].email: "421 going down"}
    tell(users)
    delivery.deliver_queued()
    states = Delivery.objects.filter(channel="email").order_by("recipient").values_list("state", "attempts")
    assert list(states) == [("sent", 1), ("queued", 0), ("queued", 0)]


def test_a_template_at_fault_is_tried_again_when_it_is_mended(make_user, tell, sink, templates):
    user = make_user()
    tell([user])
    right, templates["messages/test.note.body.txt"] = templates["messages/test.note.body.txt"], "{% nonsense %}"
    delivery.deliver_queued()
    row = Delivery.objects.get(channel="email")
    assert (row.state, row.attempts) == ("queued", 1)
    templates["messages/test.note.body.txt"] = right
    Delivery.objects.filter(pk=row.pk).update(due_at=row.created_at)
    delivery.deliver_queued()
    assert len(sink.mails) == 1


def test_mail_to_files_carries_the_same_headers(make_user, tell, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    tell([make_user()], owed=False)
    delivery.deliver_queued()
    mail = django_mail.outbox[0].message()
    assert mail["X-Delivery"] and mail["List-Unsubscribe"] and mail["To"] == "chen@example.com"
