"""Data changes: what was changed, by whom, in whose name; encrypted values stay what they are."""

import datetime as dt

import pytest
from django.db import connection
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone

from maintenance.models import Window
from merchants.models import Member, Merchant
from shopops.accounts.models import User
from shopops.audit.history import HistoryMiddleware, changes_of, event_model
from shopops.jobs.registry import Job, jobs
from shopops.jobs.services import run_job
from shopops.logs import RequestLogMiddleware


def words(change) -> dict[str, tuple[str, str]]:
    return {each.label: (each.before, each.after) for each in change.fields}


def test_each_change_says_what_was_and_what_is(make_user):
    user = make_user("lin", roles=["reviewer"])
    User.objects.filter(pk=user.pk).update(name="Lin Wei")
    user.refresh_from_db()
    user.name, user.roles = "Lin Wei Jun", ["reviewer", "auditor"]
    user.save()
    last, first = changes_of(User, user.pk)
    assert words(first) == {"name": ("lin", "Lin Wei")}
    assert words(last) == {"name": ("Lin Wei", "Lin Wei Jun"), "roles": ("reviewer", "reviewer, auditor")}


def test_password_and_last_sign_in_leave_no_copy(make_user):
    user = make_user()
    user.set_password("another-horse-8")
    user.last_login = timezone.now()
    user.save()
    assert changes_of(User, user.pk) == []
    assert not {"password", "last_login"} & {each.name for each in event_model(User)._meta.fields}


def test_a_change_by_hand_in_sql_is_kept_too(db):
    shop = Merchant.objects.create(shop_name="Wren")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE merchants_merchant SET region = 'Yunnan' WHERE id = %s", [shop.pk])
    (change,) = changes_of(Merchant, shop.pk)
    assert words(change) == {"region": ("–", "Yunnan")} and change.user_id is None


def test_encrypted_values_stay_encrypted_and_are_told_as_changed(db):
    shop = Merchant.objects.create(shop_name="Wren", contact_phone="13800000417")
    shop.contact_phone = "13900000418"
    shop.save()
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(contact_phone, ' ') FROM merchants_merchantevent")
        stored = cursor.fetchone()[0]
    assert stored.startswith("gAAAA") and "13800000417" not in stored
    (change,) = changes_of(Merchant, shop.pk)
    phone = next(each for each in change.fields if each.label == "phone")
    assert phone.secret and (phone.before, phone.after) == ("", "")


def test_a_deleted_row_leaves_its_last_state(make_user):
    shop = Merchant.objects.create(shop_name="Wren")
    member = Member.objects.create(merchant=shop, user=make_user("one"), role="viewer")
    pk = member.pk
    member.delete()
    (change,) = changes_of(Member, pk)
    assert change.is_deletion


def test_a_request_gives_its_person_and_its_id(rf, make_user):
    user = make_user("lin")

    def view(request):
        User.objects.filter(pk=user.pk).update(name="Lin Wei")
        return HttpResponse()

    request = rf.post("/", headers={"X-Request-ID": "abc-12345678"})
    request.user = user
    RequestLogMiddleware(HistoryMiddleware(view))(request)
    (change,) = changes_of(User, user.pk)
    assert (change.user_id, change.request) == (user.pk, "abc-12345678")


def test_a_job_gives_its_name(db, monkeypatch):
    shop = Merchant.objects.create(shop_name="Wren")

    def work(as_of, progress):
        Merchant.objects.filter(pk=shop.pk).update(region="Yunnan")
        return {}

    monkeypatch.setattr(jobs, "_items", {**jobs._items})
    jobs.register(Job("move_shops", "Move shops", work))
    run_job("move_shops")
    assert changes_of(Merchant, shop.pk)[0].job == "move_shops"


def test_a_windows_states_are_kept_in_words(db):
    start = timezone.now() + dt.timedelta(days=9)
    window = Window.objects.create(title_en="a", title_zh="b", starts_at=start, ends_at=start + dt.timedelta(hours=1))
    Window.objects.filter(pk=window.pk).update(title_en="c")
    assert words(changes_of(Window, window.pk)[0]) == {"title (English)": ("a", "c")}


def test_creating_rows_in_bulk_costs_no_events(db):
    Merchant.objects.bulk_create(Merchant(shop_name=f"Shop {n}") for n in range(50))
    assert event_model(Merchant)._default_manager.count() == 0


@pytest.mark.parametrize("roles", [["auditor"], ["reviewer"]])
def test_the_page_shows_changes_to_who_may_see_them(client, make_user, roles):
    shop = Merchant.objects.create(shop_name="Wren", contact_phone="13800000417")
    shop.contact_phone, shop.region = "13900000418", "Yunnan"
    shop.save()
    client.force_login(make_user("ann", roles=roles))
    answer = client.get(reverse("admin:audit_changes", args=["merchants.merchant", shop.pk]))
    if roles == ["reviewer"]:
        assert answer.status_code == 403
        return
    page = answer.content.decode()
    assert "Yunnan" in page and "changed" in page
    assert "13900000418" not in page and "gAAAA" not in page
