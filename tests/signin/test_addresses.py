"""Whoever takes over a mailbox's account cannot do it in silence: the addresses that go are told."""

import pytest
from allauth.account.models import EmailAddress

from shopops.audit.models import Entry
from shopops.notifications.models import Delivery
from tests.signin.conftest import PASSWORD, sign_in


@pytest.fixture
def signed_in(browser_of, make_user):
    user, client = make_user("wren"), browser_of()
    EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=True)
    sign_in(client, user)
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    return user, client


def told(what):
    found = Delivery.objects.filter(message__context__what=what, channel="email")
    return [delivery.address for delivery in found]


def test_a_new_address_is_told_to_the_present_one(signed_in):
    _user, client = signed_in
    client.post("/accounts/email/", {"action_add": "", "email": "thief@example.com"})
    assert told("email_added") == ["wren@example.com"]
    assert Entry.objects.filter(action="signin.security.email_added").exists()


def test_the_address_that_is_replaced_is_told_and_so_is_the_one_removed(signed_in):
    user, client = signed_in
    EmailAddress.objects.create(user=user, email="new@example.com", verified=True)
    client.post("/accounts/email/", {"action_primary": "", "email": "new@example.com"})
    user.refresh_from_db()
    assert user.email == "new@example.com"
    assert told("email_changed") == ["wren@example.com"]
    client.post("/accounts/email/", {"action_remove": "", "email": "wren@example.com"})
    assert told("email_removed") == ["wren@example.com"]


def test_the_main_address_made_the_main_one_again_is_no_news(signed_in):
    _user, client = signed_in
    client.post("/accounts/email/", {"action_primary": "", "email": "wren@example.com"})
    assert told("email_changed") == []


def test_the_message_says_that_the_support_gives_the_account_back(signed_in, sink):
    from shopops.notifications.tasks import deliver_queued

    user, client = signed_in
    EmailAddress.objects.create(user=user, email="new@example.com", verified=True)
    client.post("/accounts/email/", {"action_primary": "", "email": "new@example.com"})
    Delivery.objects.exclude(message__context__what="email_changed").delete()
    deliver_queued()
    (mail,) = sink.to("wren@example.com")
    assert "give you the account back" in mail.get_body().get_content()


def test_an_address_that_somebody_else_confirmed_is_not_taken_over(signed_in, make_user, browser_of):
    victim, (_user, client) = make_user("victim"), signed_in
    EmailAddress.objects.create(user=victim, email=victim.email, primary=True, verified=True)
    client.post("/accounts/email/", {"action_add": "", "email": victim.email})
    mine = EmailAddress.objects.filter(user__email="wren@example.com", email=victim.email)
    assert not mine.filter(verified=True).exists()
    client.post("/accounts/email/", {"action_primary": "", "email": victim.email})
    assert not victim.emailaddress_set.filter(primary=False).exists()
    thief = browser_of()
    assert sign_in(thief, victim, password="not-the-victims-1").status_code == 200
    assert "_auth_user_id" not in thief.session
