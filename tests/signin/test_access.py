"""Rights are granted by somebody else, on record; the matrix shows what they mean."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import translation

from shopops.accounts import roles
from shopops.accounts.matrices import Matrix, matrices
from shopops.accounts.models import User
from shopops.audit.models import Entry
from shopops.notifications.models import Delivery
from shopops.signin import matrix
from shopops.signin.access import change_access
from tests.signin.conftest import sign_in


def form(user: User, **changes):
    data = {"email": user.email, "name": user.name, "phone": "", "language": "", "time_zone": "", "roles": user.roles}
    data |= {name: "on" for name in ("is_active", "is_staff") if getattr(user, name)}
    return data | changes


def page(user: User) -> str:
    return f"/admin/accounts/user/{user.pk}/change/"


def test_a_supervisor_grants_a_role_on_record(client, make_user):
    lin, zhou = make_user("lin", roles=["reviewer"]), make_user("zhou", roles=["supervisor"])
    client.force_login(zhou)
    assert client.post(page(lin), form(lin, roles=["reviewer", "announcer"])).status_code == 302
    lin.refresh_from_db()
    assert lin.roles == ["announcer", "reviewer"]
    entry = Entry.objects.get(action="accounts.access.changed")
    assert (entry.actor, entry.before, entry.after) == (
        zhou,
        {"roles": ["reviewer"]},
        {"roles": ["announcer", "reviewer"]},
    )


@pytest.mark.parametrize("who", [{"roles": ["supervisor"]}, {"is_superuser": True, "is_staff": True}])
def test_nobody_changes_the_own_rights_whatever_is_sent(client, make_user, who):
    zhou = make_user("zhou", **who)
    before = list(zhou.roles)
    client.force_login(zhou)
    client.post(page(zhou), form(zhou, roles=["auditor", "supervisor", "reviewer"], name="New name"))
    zhou.refresh_from_db()
    assert (zhou.roles, zhou.is_staff, zhou.name) == (before, True, "New name")
    with pytest.raises(ValidationError, match="own access"):
        change_access(user=zhou, actor=zhou, roles=["announcer"])
    assert not Entry.objects.filter(action="accounts.access.changed").exists()


def test_a_supervisor_touches_no_superuser_and_makes_none(client, make_user):
    root, zhou = make_user("root", is_superuser=True, is_staff=True), make_user("zhou", roles=["supervisor"])
    lin = make_user("lin", roles=["reviewer"])
    client.force_login(zhou)
    assert client.post(page(root), form(root, name="Owned")).status_code == 403
    client.post(page(lin), form(lin, is_superuser="on"))
    lin.refresh_from_db()
    assert not lin.is_superuser
    with pytest.raises(PermissionDenied):
        change_access(user=lin, actor=zhou, is_superuser=True)


def test_a_supervisor_sets_no_passwords_and_no_addresses(client, make_user):
    lin = make_user("lin", roles=["reviewer"])
    client.force_login(make_user("zhou", roles=["supervisor"]))
    assert client.get(f"/admin/accounts/user/{lin.pk}/password/").status_code == 403
    client.post(page(lin), form(lin, email="mine@example.com"))
    lin.refresh_from_db()
    assert lin.email == "lin@example.com"


def test_a_superusers_new_address_replaces_the_old_one_on_record(client, make_user, browser_of):
    lin, root = make_user("lin", roles=["reviewer"]), make_user("root", is_superuser=True, is_staff=True)
    lin.emailaddress_set.create(email=lin.email, primary=True, verified=True)
    client.force_login(root)
    client.post(page(lin), form(lin, email="new@example.com"))
    assert Entry.objects.get(action="accounts.email.changed").after == {"field": "email"}
    told = Delivery.objects.get(message__kind="signin.security_changed", channel="email")
    assert (told.address, told.message.context["what"]) == ("lin@example.com", "email_changed")
    assert sign_in(browser_of(), lin).status_code == 200  # the old address
    lin.refresh_from_db()
    assert sign_in(browser_of(), lin).status_code == 302


def test_who_is_switched_off_is_out_at_once(client, make_user, browser_of):
    lin, theirs = make_user("lin", roles=["reviewer"]), browser_of()
    sign_in(theirs, lin)
    client.force_login(make_user("zhou", roles=["supervisor"]))
    data = form(lin)
    del data["is_active"]
    client.post(page(lin), data)
    assert theirs.get("/admin/").status_code == 302


@pytest.mark.parametrize("role", ["reviewer", "auditor", "announcer"])
def test_other_roles_change_nobody(client, make_user, role):
    lin = make_user("lin", roles=["reviewer"])
    client.force_login(make_user("somebody", roles=[role]))
    assert client.post(page(lin), form(lin, roles=["supervisor"])).status_code == 403
    with pytest.raises(PermissionDenied):
        change_access(user=lin, actor=User.objects.get(email="somebody@example.com"), roles=["supervisor"])


def test_unknown_roles_do_not_exist(make_user):
    with pytest.raises(ValidationError, match="no role king"):
        change_access(user=make_user("lin"), actor=make_user("root", is_superuser=True), roles=["king"])


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_every_permission_of_every_role_has_words(language):
    with translation.override(language):
        rows = [row for group in matrix.by_app() for row in group.rows]
    assert {row.code for row in rows} == {code for code, _granted in roles.matrix()}
    assert [row.code for row in rows if row.label == row.code] == []


def test_the_matrix_shows_who_has_which_role_to_those_who_see_people(client, make_user):
    make_user("lin", roles=["reviewer"])
    client.force_login(make_user("mara", roles=["auditor"]))
    content = client.get("/admin/permissions/").content.decode()
    assert "Reviewer" in content and ">lin</a>" in content
    client.force_login(make_user("risk", roles=["risk_analyst"]))
    content = client.get("/admin/permissions/").content.decode()
    assert "Reviewer" in content and ">lin</a>" not in content


def test_other_matrices_join_by_a_registry(client, make_user):
    matrices.register(Matrix("test", "Test portal", lambda: ["Owner"], lambda: [("Sail the ship", [True])]))
    try:
        client.force_login(make_user("mara", roles=["auditor"]))
        content = client.get("/admin/permissions/").content.decode()
    finally:
        matrices._items.pop("test")
    assert "Test portal" in content and "Sail the ship" in content


@pytest.mark.parametrize("url", ["/admin/permissions/", "/admin/signin/signin/", "/admin/signin/hold/"])
def test_an_operator_without_roles_sees_none_of_it(client, make_user, url):
    client.force_login(make_user("new", is_staff=True))
    assert client.get(url).status_code == 403


def test_auditors_read_sign_ins_and_holds_and_change_none(client, make_user, browser_of):
    chen = make_user("chen")
    sign_in(browser_of(), chen)
    client.force_login(make_user("mara", roles=["auditor"]))
    assert b"chen@example.com" in client.get("/admin/signin/signin/").content
    assert client.get("/admin/signin/hold/").status_code == 200
    assert client.get(f"/admin/accounts/user/{chen.pk}/sign-in/").status_code == 200
    assert client.get("/admin/signin/signin/add/").status_code == 403


def test_secrets_and_raw_sessions_have_no_page_in_the_console(client, make_user):
    client.force_login(make_user("root", is_superuser=True, is_staff=True))
    for url in ("/admin/mfa/authenticator/", "/admin/usersessions/usersession/", "/admin/account/emailaddress/"):
        assert client.get(url).status_code == 404
