"""Operators prove a second factor before anything of the console or the API opens, by whatever door they come."""

import os
import subprocess
import sys

import pytest
from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes

from shopops.accounts.models import User
from shopops.notifications.models import Message
from tests.signin.conftest import PASSWORD, code_for, sign_in, with_totp, wrong_code

BEHIND = ["/admin/", "/admin/accounts/user/", "/admin/review/", "/portal/", "/apply/", "/"]


@pytest.mark.parametrize("url", BEHIND)
def test_an_operator_without_a_factor_gets_no_further_than_its_set_up(client, make_user, mfa_required, url):
    client.force_login(make_user("lin", roles=["reviewer"]))
    answer = client.get(url)
    assert (answer.status_code, answer.url) == (302, "/accounts/2fa/")


def test_the_api_answers_the_session_of_an_unproved_operator_with_a_problem(client, make_user, mfa_required):
    client.force_login(make_user("lin", roles=["reviewer"]))
    answer = client.get("/api/v1/merchants/")
    assert (answer.status_code, answer["Content-Type"]) == (403, "application/problem+json")
    assert b"second factor" in answer.content


@pytest.mark.parametrize(
    "rights", [{"is_staff": True}, {"roles": ["auditor"], "is_staff": False}, {"is_superuser": True}]
)
def test_whoever_has_any_part_in_operations_counts_as_an_operator(client, make_user, mfa_required, rights):
    client.force_login(make_user("lin", **({"is_staff": False} | rights)))
    assert client.get("/admin/").url == "/accounts/2fa/"


def test_merchants_are_not_asked(client, make_user, mfa_required):
    client.force_login(make_user("owner"))
    assert client.get("/portal/account/").status_code == 200


def test_without_the_requirement_the_demo_opens_at_once(client, make_user):
    client.force_login(make_user("lin", roles=["reviewer"]))
    assert client.get("/admin/").status_code == 200


def test_an_operator_sets_up_an_app_and_goes_on(transactional_db, browser_of, make_user, mfa_required):
    user, client = make_user("lin", roles=["reviewer"]), browser_of()
    sign_in(client, user)
    assert client.get("/admin/").url == "/accounts/2fa/"
    asked = client.get("/accounts/2fa/totp/activate/")
    assert asked.url.startswith("/accounts/reauthenticate/")
    client.post("/accounts/reauthenticate/", {"password": PASSWORD, "next": "/accounts/2fa/totp/activate/"})
    page = client.get("/accounts/2fa/totp/activate/")
    secret = client.session["mfa.totp.secret"]
    assert secret.encode() in page.content and b"<svg" in page.content
    wrong = client.post("/accounts/2fa/totp/activate/", {"code": wrong_code(secret)})
    assert wrong.status_code == 200 and not Authenticator.objects.exists()
    done = client.post("/accounts/2fa/totp/activate/", {"code": code_for(secret)})
    assert done.url == "/accounts/2fa/recovery-codes/"
    assert client.get("/admin/").status_code == 200
    stored = Authenticator.objects.get(type="totp").data["secret"]
    assert secret not in stored
    assert Message.objects.get(kind="signin.security_changed").context["what"] == "totp_added"


def test_the_code_is_asked_for_at_the_sign_in_and_opens_the_console(browser_of, make_user, mfa_required):
    user, client = make_user("lin", roles=["reviewer"]), browser_of()
    secret = with_totp(user)
    assert sign_in(client, user).url == "/accounts/2fa/authenticate/"
    assert client.get("/admin/").url.startswith("/admin/login/")  # not signed in yet
    assert client.post("/accounts/2fa/authenticate/", {"code": wrong_code(secret)}).status_code == 200
    assert client.post("/accounts/2fa/authenticate/", {"code": code_for(secret)}).url == "/admin/"
    assert client.get("/admin/").status_code == 200


def test_a_code_works_once(browser_of, make_user):
    user = make_user("lin", roles=["reviewer"])
    secret = with_totp(user)
    code = code_for(secret)
    for client, expected in ((browser_of(), 302), (browser_of(), 200)):
        sign_in(client, user)
        assert client.post("/accounts/2fa/authenticate/", {"code": code}).status_code == expected


def test_a_recovery_code_stands_in_once(browser_of, make_user, mfa_required):
    user = make_user("lin", roles=["reviewer"])
    with_totp(user)
    code = RecoveryCodes.activate(user).get_unused_codes()[0]
    for client, expected in ((browser_of(), 302), (browser_of(), 200)):
        sign_in(client, user)
        assert client.post("/accounts/2fa/authenticate/", {"code": code}).status_code == expected


def test_a_session_from_before_the_factor_has_to_prove_it(client, make_user, mfa_required):
    user = make_user("lin", roles=["reviewer"])
    client.force_login(user)
    secret = with_totp(user)
    answer = client.get("/admin/review/")
    assert answer.url == "/accounts/2fa/reauthenticate/?next=/admin/review/"
    client.post(answer.url, {"code": code_for(secret), "next": "/admin/review/"})
    assert client.get("/admin/").status_code == 200


@pytest.mark.parametrize("data", [None, {"username": "lin@example.com", "password": PASSWORD, "next": "/admin/"}])
def test_the_consoles_own_sign_in_leads_to_the_one_that_asks_for_the_factor(client, make_user, mfa_required, data):
    with_totp(make_user("lin", roles=["reviewer"]))
    answer = client.post("/admin/login/", data) if data else client.get("/admin/login/?next=/admin/")
    assert answer.status_code == 302 and answer.url.startswith("/accounts/login/?next=")
    assert "_auth_user_id" not in client.session


def test_the_consoles_own_change_of_password_leads_to_the_one_that_holds_and_logs(client, make_user):
    client.force_login(make_user("lin", roles=["reviewer"]))
    assert client.get("/admin/password_change/").url == "/accounts/password/change/"


def test_an_operator_cannot_remove_the_only_factor(browser_of, make_user, mfa_required):
    user, client = make_user("lin", roles=["reviewer"]), browser_of()
    secret = with_totp(user)
    sign_in(client, user)
    client.post("/accounts/2fa/authenticate/", {"code": code_for(secret)})
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    answer = client.post("/accounts/2fa/totp/deactivate/")
    assert b"set up another one" in answer.content
    assert Authenticator.objects.filter(user=user).exists()


def test_an_operator_cannot_remove_the_last_security_key(browser_of, make_user, mfa_required):
    user, client = make_user("lin", roles=["reviewer"]), browser_of()
    secret = with_totp(user)
    sign_in(client, user)
    client.post("/accounts/2fa/authenticate/", {"code": code_for(secret)})
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    keys = [
        Authenticator.objects.create(user=user, type="webauthn", data={"name": name, "credential": {}})
        for name in ("Desk", "Home")
    ]
    Authenticator.objects.filter(type="totp").delete()
    first, last = (client.post(f"/accounts/2fa/webauthn/keys/{key.pk}/remove/") for key in keys)
    assert (first.status_code, last.status_code) == (302, 422)
    assert b"set up another one" in last.content
    assert list(Authenticator.objects.filter(type="webauthn")) == [keys[1]]


def test_a_password_set_anew_by_e_mail_does_not_go_past_the_factor(browser_of, make_user, mfa_required):
    user = make_user("lin", roles=["reviewer"])
    with_totp(user)
    client = browser_of()
    key = default_token_generator.make_token(user)
    link = f"/accounts/password/reset/key/{user_pk_to_url_str(user)}-{key}/"
    page = client.get(link)
    client.post(page.url, {"password1": "brand-new-pass-9", "password2": "brand-new-pass-9"})
    assert client.get("/admin/").status_code == 302
    answer = sign_in(client, user, password="brand-new-pass-9")
    assert answer.url == "/accounts/2fa/authenticate/"
    assert client.get("/admin/").url.startswith("/admin/login/") and client.get("/api/v1/orders/").status_code == 401


def test_the_session_gets_another_key_when_somebody_signs_in(browser_of, make_user):
    client, user = browser_of(), make_user("owner")
    client.get("/accounts/login/")
    planted = client.session
    planted["mine"] = 1
    planted.save()
    client.cookies["sessionid"] = planted.session_key
    sign_in(client, user)
    assert client.session.session_key != planted.session_key


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/",
        "//evil.example",
        "/\\\\evil.example",
        "javascript:alert(1)",
        "https:evil.example",
        "http:///x",
    ],
)
def test_next_leads_nowhere_else(browser_of, make_user, target):
    answer = browser_of().post(
        "/accounts/login/", {"login": make_user("owner").email, "password": PASSWORD, "next": target}
    )
    assert (answer.status_code, answer.url) == (302, "/portal/")


def test_a_merchant_may_remove_it_and_is_told_and_signed_out_elsewhere(browser_of, make_user):
    user, client, other = make_user("owner"), browser_of(), browser_of()
    sign_in(other, user)
    secret = with_totp(user)
    sign_in(client, user)
    client.post("/accounts/2fa/authenticate/", {"code": code_for(secret)})
    user.signin_holds.all().delete()  # this is about the factor; two browsers in two networks are suspicious besides
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    client.post("/accounts/2fa/totp/deactivate/")
    assert not Authenticator.objects.filter(user=user).exists()
    assert Message.objects.get(kind="signin.security_changed").context["what"] == "totp_removed"
    assert other.get("/portal/account/").status_code == 302


@pytest.mark.parametrize("value", ["false", "0"])
def test_a_deployment_that_switches_it_off_does_not_start(value):
    environment = os.environ | {
        "DATABASE_URL": "postgres://u:p@127.0.0.1:1/x",
        "SECRET_KEY": "x" * 50,
        "FIELD_KEYS": "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=",
        "REDIS_URL": "redis://127.0.0.1:1/0",
        "MFA_REQUIRED_FOR_OPERATORS": value,
    }
    started = subprocess.run(
        [sys.executable, "-c", "import shopops.settings"],
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert "ImproperlyConfigured: MFA_REQUIRED_FOR_OPERATORS" in started.stderr


def test_is_operator_says_who_runs_the_marketplace():
    assert not User().is_operator
    assert User(roles=["auditor"]).is_operator and User(is_staff=True).is_operator
