"""Sessions are listed, ended one by one or together, and do not outlive a password."""

import pytest
from allauth.usersessions.models import UserSession
from django.test import Client

from shopops.audit.models import Entry
from shopops.signin import sessions
from tests.signin.conftest import PASSWORD, sign_in, with_totp


@pytest.fixture
def three(browser_of, make_user):
    """Somebody who is signed in with three browsers."""
    user = make_user("chen")
    clients = [browser_of(f"10.8.{number}.5") for number in range(3)]
    for client in clients:
        sign_in(client, user)
    return user, clients


def is_in(client: Client) -> bool:
    return client.get("/portal/account/").status_code == 200


def test_they_are_listed_with_this_one_first_and_networks_masked(three):
    user, (_first, second, _third) = three
    found = sessions.open_sessions(user, second.session.session_key)
    assert [each.is_this for each in found] == [True, False, False]
    assert {each.network for each in found} == {"10.8.0.0/24", "10.8.1.0/24", "10.8.2.0/24"}
    page = second.get("/accounts/sessions/").content.decode()
    assert "10.8.0.0/24" in page and "10.8.0.5" not in page and "This one" in page


def test_one_is_ended(three):
    _user, (first, second, third) = three
    pk = UserSession.objects.get(session_key=first.session.session_key).pk
    second.post("/accounts/sessions/", {"session": pk})
    assert (is_in(first), is_in(second), is_in(third)) == (False, True, True)


def test_the_own_one_is_a_sign_out(three):
    _user, (first, *_others) = three
    pk = UserSession.objects.get(session_key=first.session.session_key).pk
    assert first.post("/accounts/sessions/", {"session": pk}).url == "/accounts/login/"
    assert not is_in(first)


def test_all_others_are_ended(three):
    _user, (first, second, third) = three
    second.post("/accounts/sessions/", {"others": ""})
    assert (is_in(first), is_in(second), is_in(third)) == (False, True, False)


def test_nobody_ends_the_session_of_somebody_else(three, browser_of, make_user):
    _user, (first, *_others) = three
    stranger = browser_of()
    sign_in(stranger, make_user("wren"))
    pk = UserSession.objects.get(session_key=first.session.session_key).pk
    stranger.post("/accounts/sessions/", {"session": pk})
    assert is_in(first)


def test_a_new_password_ends_the_others(three):
    user, (first, second, third) = three
    user.signin_holds.all().delete()  # new networks with new browsers; that they hold is tested elsewhere
    change = {"oldpassword": PASSWORD, "password1": "another-horse-8", "password2": "another-horse-8"}
    assert first.post("/accounts/password/change/", change).status_code == 302
    assert (is_in(first), is_in(second), is_in(third)) == (True, False, False)
    assert UserSession.objects.filter(user=user).count() == 1


def test_a_supervisor_ends_all_of_somebody_with_a_reason_on_record(three, client, make_user):
    user, clients = three
    client.force_login(make_user("zhou", roles=["supervisor"]))
    url = f"/admin/accounts/user/{user.pk}/sign-in/end-sessions/"
    assert client.post(url, {"reason": "Laptop stolen"}).status_code == 302
    assert not any(is_in(each) for each in clients)
    entry = Entry.objects.get(action="signin.sessions.ended")
    assert (entry.reason, entry.after) == ("Laptop stolen", {"ended": 3})


def test_a_reviewer_and_an_auditor_do_not(three, client, make_user):
    user, clients = three
    for role in ("reviewer", "auditor"):
        client.force_login(make_user(role, roles=[role]))
        url = f"/admin/accounts/user/{user.pk}/sign-in/end-sessions/"
        assert client.post(url, {"reason": "x"}).status_code == 403
    assert all(is_in(each) for each in clients)


def test_last_seen_is_kept_without_a_write_per_page(browser_of, make_user):
    user, client = make_user("chen"), browser_of()
    sign_in(client, user)
    client.get("/accounts/email/")
    before = UserSession.objects.get().last_seen_at
    client.get("/accounts/email/")
    assert UserSession.objects.get().last_seen_at == before
    store = client.session
    store["signin_seen_at"] -= 301
    store.save()
    client.get("/accounts/email/")
    assert UserSession.objects.get().last_seen_at > before


def test_a_lost_phone_is_reset_by_a_supervisor(client, make_user, browser_of):
    user = make_user("lin", roles=["reviewer"])
    with_totp(user)
    client.force_login(make_user("zhou", roles=["supervisor"]))
    client.post(f"/admin/accounts/user/{user.pk}/sign-in/reset-factors/", {"reason": "Phone lost, seen in person"})
    assert Entry.objects.get(action="signin.factors.reset").before == {"factors": ["totp"]}
    assert sign_in(browser_of(), user).url == "/admin/"
