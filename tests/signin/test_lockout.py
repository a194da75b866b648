"""Guessing is stopped per account and network; the owner elsewhere is not."""

import datetime as dt

import pytest
from django.core import mail
from django.utils import timezone

from shopops.signin.models import SignIn
from tests.signin.conftest import sign_in

GUESSES = 5


@pytest.fixture
def guesser(browser_of, make_user):
    """A browser that has guessed five times, and the account."""
    user, client = make_user("chen"), browser_of("203.0.113.7")
    answers = [sign_in(client, user, f"guess-{number}") for number in range(GUESSES)]
    assert [answer.status_code for answer in answers] == [200] * 4 + [429]
    return client, user


def test_the_page_says_until_when(guesser):
    client, user = guesser
    answer = sign_in(client, user)
    assert answer.status_code == 429
    until = answer.context["until"]
    assert abs(until - timezone.now() - dt.timedelta(minutes=15)) < dt.timedelta(seconds=20)
    assert 800 < int(answer["Retry-After"]) <= 900
    assert b"Too many failed attempts" in answer.content
    assert "_auth_user_id" not in client.session


def test_trying_on_does_not_push_the_end_away(guesser):
    client, user = guesser
    first = sign_in(client, user).context["until"]
    assert sign_in(client, user).context["until"] == first


def test_the_right_password_does_not_help_from_there_but_does_from_elsewhere(guesser, browser_of, settings):
    _client, user = guesser
    settings.ACCOUNT_RATE_LIMITS = {"login_failed": None}  # allauth's slows the account everywhere; this is the lock
    assert sign_in(browser_of("203.0.113.200"), user).status_code == 429  # the same /24
    assert sign_in(browser_of("198.51.100.7"), user).status_code == 302


def test_the_log_tells_guesses_from_what_was_refused(guesser):
    client, user = guesser
    sign_in(client, user)
    outcomes = list(SignIn.objects.order_by("at", "id").values_list("outcome", flat=True))
    assert outcomes == ["wrong_password"] * GUESSES + ["locked_out"]


def test_other_accounts_in_the_same_network_are_not_concerned(guesser, make_user):
    client, _user = guesser
    assert sign_in(client, make_user("wren")).status_code == 302


def test_a_new_password_by_e_mail_opens_the_door_at_once(guesser):
    client, user = guesser
    client.post("/accounts/password/reset/", {"email": user.email})
    link = next(word for word in mail.outbox[-1].body.split() if "/password/reset/key/" in word)
    page = client.get(link[link.index("/accounts/") :], follow=True)
    client.post(page.redirect_chain[-1][0], {"password1": "another-horse-8", "password2": "another-horse-8"})
    assert sign_in(client, user, "another-horse-8").status_code == 302


def test_a_success_forgets_the_failures(browser_of, make_user, settings):
    settings.ACCOUNT_RATE_LIMITS = {"login_failed": None}
    user, client = make_user("chen"), browser_of()
    for _round in range(2):
        for number in range(GUESSES - 2):
            sign_in(client, user, f"guess-{number}")
        assert sign_in(client, user).status_code == 302
        client.post("/accounts/logout/")


def test_the_rate_limits_of_allauth_stay_on(browser_of, make_user):
    """Five failures of one account, each from another network: no lock, but the sixth is not even looked at."""
    user = make_user("chen")
    for number in range(GUESSES):
        assert sign_in(browser_of(), user, f"guess-{number}").status_code == 200
    answer = sign_in(browser_of(), user)
    assert answer.status_code == 200
    assert SignIn.objects.count() == GUESSES
