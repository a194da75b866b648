"""Every page about signing in: in both languages, under the strict policy, in our design."""

import re

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.utils import translation

from shopops.accounts.models import User
from shopops.notifications.models import Message
from shopops.notifications.rendering import render
from tests.signin.conftest import PASSWORD, code_for, sign_in, with_totp

PAGES = [
    "/accounts/security/",
    "/accounts/sign-ins/",
    "/accounts/sessions/",
    "/accounts/email/",
    "/accounts/password/change/",
    "/accounts/reauthenticate/",
    "/accounts/2fa/",
    "/accounts/2fa/totp/deactivate/",
    "/accounts/2fa/webauthn/",
    "/accounts/2fa/webauthn/add/",
    "/accounts/2fa/recovery-codes/",
    "/accounts/2fa/recovery-codes/generate/",
    "/accounts/2fa/reauthenticate/",
    "/accounts/logout/",
]
OUTSIDE = ["/accounts/login/", "/accounts/signup/", "/accounts/password/reset/", "/accounts/password/reset/done/"]


def assert_ours(answer, language: str) -> None:
    content = answer.content.decode()
    assert answer.status_code == 200
    assert "ui/shopops.css" in content and content.count("<h1") == 1
    assert f'<html lang="{language}"' in content
    assert not re.search(r"""\sstyle=|\son\w+=["']""", content)
    for script in re.findall(r"<script\b([^>]*)>", content):
        assert "src=" in script or "application/json" in script
    policy = answer["Content-Security-Policy"]
    assert "unsafe" not in policy and "data:" not in policy


@pytest.fixture
def protected(browser_of, make_user):
    """Somebody with an authenticator app and recovery codes, who has just confirmed the password."""
    user, client = make_user("chen"), browser_of()
    secret = with_totp(user)
    RecoveryCodes.activate(user)
    sign_in(client, user)
    client.post("/accounts/2fa/authenticate/", {"code": code_for(secret)})
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    return client


@pytest.mark.parametrize(("asked", "language"), [("en", "en"), ("zh-hans", "zh-Hans")])
@pytest.mark.parametrize("url", PAGES)
def test_pages_of_ones_own_account(protected, url, asked, language):
    assert_ours(protected.get(url, {"lang": asked}), language)


@pytest.mark.parametrize("url", OUTSIDE)
def test_pages_for_who_is_not_signed_in(client, db, url):
    assert_ours(client.get(url, {"lang": "zh-hans"}), "zh-Hans")


def test_the_second_step(browser_of, make_user):
    user, client = make_user("chen"), browser_of()
    with_totp(user)
    sign_in(client, user)
    assert_ours(client.get("/accounts/2fa/authenticate/"), "en")


def test_setting_up_the_app_shows_a_picture_without_data_addresses(browser_of, make_user):
    client = browser_of()
    sign_in(client, make_user("chen"))
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    assert_ours(client.get("/accounts/2fa/totp/activate/"), "en")


def test_names_of_keys_are_changed_and_keys_removed_on_our_pages(protected):
    user = User.objects.get()
    key = Authenticator.objects.create(user=user, type="webauthn", data={"name": "Yubi", "credential": {}})
    assert_ours(protected.get(f"/accounts/2fa/webauthn/keys/{key.pk}/edit/"), "en")
    assert protected.post(f"/accounts/2fa/webauthn/keys/{key.pk}/edit/", {"name": "Desk key"}).status_code == 302
    assert_ours(protected.get(f"/accounts/2fa/webauthn/keys/{key.pk}/remove/"), "en")
    assert b"Desk key" in protected.get("/accounts/2fa/webauthn/").content
    protected.post(f"/accounts/2fa/webauthn/keys/{key.pk}/remove/")
    assert not Authenticator.objects.filter(type="webauthn").exists()


def test_recovery_codes_download_as_text(protected):
    answer = protected.get("/accounts/2fa/recovery-codes/download/")
    assert len(answer.content.split()) == 10


def test_the_device_cookie_is_secure_in_a_deployment(browser_of, make_user, settings):
    settings.SESSION_COOKIE_SECURE = True
    client = browser_of()
    sign_in(client, make_user("chen"))
    assert client.cookies["shopops_device"]["secure"] and client.cookies["sessionid"]["httponly"]


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_warning_says_what_when_where_and_what_to_do(browser_of, make_user, language):
    user = make_user("chen")
    sign_in(browser_of("203.0.113.7"), user)
    sign_in(browser_of("198.51.100.7"), user)
    with translation.override(language):
        words = render(Message.objects.get(kind="signin.suspicious"), language)
    assert "198.51.100.0/24" in words.body and "Chrome · Windows" in words.body
    assert words.body.rstrip().endswith("/accounts/security/")


def test_a_hold_is_shown_with_the_way_out(browser_of, make_user):
    user = make_user("chen")
    sign_in(browser_of("203.0.113.7"), user)
    thief = browser_of("198.51.100.7")
    sign_in(thief, user)
    answer = thief.get("/accounts/security/")
    assert_ours(answer, "en")
    assert b"An unusual sign-in needs a look" in answer.content
