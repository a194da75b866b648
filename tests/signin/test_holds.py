"""After a suspicious sign-in risky changes wait; the owner's second factor or an operator lifts that."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.utils import IntegrityError
from django.utils import timezone

from merchants.checkup import account_security
from merchants.models import Member, Merchant
from shopops.audit.models import Entry
from shopops.signin import holds
from shopops.signin.models import Hold, SignIn
from tests.signin.conftest import PASSWORD, code_for, sign_in, with_totp

RISKY = [
    ("post", "/accounts/email/", {"action_add": "", "email": "thief@example.com"}),
    ("get", "/accounts/password/change/", {}),
    ("get", "/accounts/2fa/totp/activate/", {}),
    ("get", "/accounts/2fa/webauthn/add/", {}),
    ("get", "/accounts/2fa/recovery-codes/", {}),
    ("post", "/accounts/2fa/recovery-codes/generate/", {}),
]


def held(user, **fields):
    since = fields.pop("since", timezone.now())
    this = SignIn.objects.create(user=user, outcome="succeeded", at=since, reasons=["new_device_and_network"])
    return holds.place(user=user, sign_in=this)


def test_nothing_is_refused_without_a_hold_and_after_it(make_user):
    user = make_user("chen")
    holds.refuse_while_held(user)
    held(user, since=timezone.now() - dt.timedelta(hours=25))
    holds.refuse_while_held(user)


def test_a_hold_refuses_and_says_until_when(make_user):
    user = make_user("chen")
    hold = held(user)
    with pytest.raises(holds.Held, match="has to wait until") as refused:
        holds.refuse_while_held(user)
    assert refused.value.until == hold.until
    holds.refuse_while_held(make_user("wren"))


@pytest.mark.parametrize(("method", "url", "data"), RISKY)
def test_pages_that_decide_who_gets_in_wait(client, make_user, method, url, data):
    user = make_user("chen")
    client.force_login(user)
    held(user)
    answer = getattr(client, method)(url, data)
    assert answer.status_code == 403
    assert b"This has to wait" in answer.content
    assert user.emailaddress_set.count() == 0


def test_the_list_of_addresses_may_be_read(client, make_user):
    user = make_user("chen")
    client.force_login(user)
    held(user)
    assert client.get("/accounts/email/").status_code == 200


def test_the_phone_waits_and_the_name_does_not(client, make_user):
    user = make_user("chen", phone="13800000000")
    client.force_login(user)
    held(user)
    form = {"name": "陈怡雯", "phone": "13900000000", "language": "en"}
    assert b"has to wait until" in client.post("/portal/account/", form).content
    assert client.post("/portal/account/", form | {"phone": "13800000000"}).status_code == 302
    user.refresh_from_db()
    assert (user.name, user.phone) == ("陈怡雯", "13800000000")


def test_an_older_session_may_change_the_password_the_suspicious_one_may_not(browser_of, make_user):
    user, owner, thief = make_user("chen"), browser_of("203.0.113.7"), browser_of("198.51.100.7")
    sign_in(owner, user)
    sign_in(thief, user)
    assert Hold.objects.filter(user=user).exists()
    change = {"oldpassword": PASSWORD, "password1": "another-horse-8", "password2": "another-horse-8"}
    assert thief.post("/accounts/password/change/", change).status_code == 403
    assert owner.post("/accounts/password/change/", change).status_code == 302
    assert thief.get("/portal/account/").status_code == 302  # signed out
    assert owner.get("/portal/account/").status_code == 200


def test_the_owner_lifts_it_by_proving_the_second_factor_again(browser_of, make_user):
    user = make_user("chen")
    secret = with_totp(user)
    client = browser_of()
    sign_in(client, user)
    client.post("/accounts/2fa/authenticate/", {"code": code_for(secret, -1)})
    hold = held(user)
    asked = client.post("/accounts/hold/lift/")
    assert asked.url.startswith("/accounts/2fa/reauthenticate/?next=")  # the proof of the sign-in is not enough
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    assert client.post("/accounts/hold/lift/").url.startswith("/accounts/2fa/reauthenticate/")  # nor is the password
    client.post("/accounts/2fa/reauthenticate/", {"code": code_for(secret)})
    assert client.post("/accounts/hold/lift/").url == "/accounts/security/"
    hold.refresh_from_db()
    assert hold.lifted_by == user
    assert Entry.objects.get(action="signin.hold.lifted").actor == user
    holds.refuse_while_held(user)


def test_a_factor_newer_than_the_hold_proves_nothing(client, make_user):
    user = make_user("chen")
    client.force_login(user)
    held(user, since=timezone.now() - dt.timedelta(hours=1))
    secret = with_totp(user)
    client.post("/accounts/2fa/reauthenticate/", {"code": code_for(secret)})
    assert client.session["account_authentication_methods"][-1]["type"] == "totp"  # proved, but with which factor
    client.post("/accounts/hold/lift/")
    assert holds.standing(user) is not None


def test_an_operator_with_the_right_lifts_it_with_a_reason_on_record(client, make_user):
    user, supervisor = make_user("chen"), make_user("zhou", roles=["supervisor"])
    hold = held(user)
    client.force_login(supervisor)
    url = f"/admin/accounts/user/{user.pk}/sign-in/lift-hold/"
    assert client.post(url, {"reason": ""}).status_code == 422
    assert client.post(url, {"reason": "Called back on the number on file"}).status_code == 302
    hold.refresh_from_db()
    assert (hold.lifted_by, hold.lifted_because) == (supervisor, "Called back on the number on file")
    assert Entry.objects.get(action="signin.hold.lifted").reason == "Called back on the number on file"


@pytest.mark.parametrize("role", ["reviewer", "auditor"])
def test_others_do_not_lift_it(client, make_user, role):
    user, operator = make_user("chen"), make_user("lin", roles=[role])
    held(user)
    client.force_login(operator)
    assert client.post(f"/admin/accounts/user/{user.pk}/sign-in/lift-hold/", {"reason": "x"}).status_code == 403
    with pytest.raises(PermissionDenied):
        holds.lift(user=user, actor=operator, reason="x")


def test_a_supervisor_does_not_lift_the_own_hold_in_the_console(client, make_user):
    supervisor = make_user("zhou", roles=["supervisor"])
    held(supervisor)
    client.force_login(supervisor)
    url = f"/admin/accounts/user/{supervisor.pk}/sign-in/lift-hold/"
    assert client.post(url, {"reason": "me"}).status_code == 403


def test_lifting_needs_a_reason_and_happens_once(make_user):
    user, supervisor = make_user("chen"), make_user("zhou", roles=["supervisor"])
    held(user)
    with pytest.raises(ValidationError):
        holds.lift(user=user, actor=supervisor, reason=" ")
    assert holds.lift(user=user, actor=supervisor, reason="known") == 1
    assert holds.lift(user=user, actor=supervisor, reason="known") == 0


def test_the_database_knows_no_hold_lifted_by_nobody(make_user):
    hold = held(make_user("chen"))
    with pytest.raises(IntegrityError, match="signin_hold_lifted_by_somebody"):
        Hold.objects.filter(pk=hold.pk).update(lifted_at=timezone.now())


def test_the_shops_check_up_says_it_first(make_user):
    shop = Merchant.objects.create(external_id="M-1", shop_name="北岭户外", legal_name="北岭户外有限公司")
    owner = make_user("chen")
    Member.objects.create(merchant=shop, user=owner)
    assert account_security(shop.pk, timezone.now()).tone != "danger"
    held(owner)
    finding = account_security(shop.pk, timezone.now())
    assert finding.tone == "danger" and "chen" in finding.text
