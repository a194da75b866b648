"""The console's audit log: finding, reading, taking along."""

import pytest
from django.urls import reverse

from merchants.models import Merchant
from shopops.audit import receipt
from shopops.audit import services as audit
from shopops.audit.diff import lines
from shopops.audit.models import Entry
from tests.audit.conftest import seal

LIST = "admin:audit_entry_changelist"


@pytest.fixture
def auditor(client, make_user):
    person = make_user("ann", roles=["auditor"])
    client.force_login(person)
    return person


@pytest.fixture
def shop(db) -> Merchant:
    return Merchant.objects.create(shop_name="Wren")


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ({}, ["first", "second"]),
        ({"did": "test.first"}, ["first"]),
        ({"q": "because of second"}, ["second"]),
        ({"actor_name": "lin"}, ["second"]),
        ({"at_from": "2000-01-01", "at_to": "2000-12-31"}, []),
        ({"kind": "no"}, ["first", "second"]),
    ],
)
def test_the_list_is_filtered_and_searched(client, auditor, shop, make_user, query, shown):
    audit.record(action="test.first", target=shop, actor=None, reason="because of first")
    audit.record(action="test.second", target=shop, actor=make_user("lin"), reason="because of second")
    page = client.get(reverse(LIST), query).content.decode()
    assert [word for word in ("first", "second") if f"because of {word}</td>" in page.replace("\n", "")] == shown


def test_the_merchants_own_entries_are_found_by_its_number(client, auditor, shop):
    audit.record(action="test.mine", target=shop, actor=None)
    audit.record(action="test.other", target=Merchant.objects.create(shop_name="Other"), actor=None)
    answer = client.get(reverse(LIST), {"merchant_id": shop.pk})
    assert [each.action for each in answer.context["cl"].result_list] == ["test.mine"]


def test_an_entrys_page_shows_what_changed_and_where_it_stands(client, auditor, shop):
    entry = audit.record(
        action="test.done",
        target=shop,
        actor=auditor,
        before={"state": "a", "same": 1},
        after={"state": "b", "same": 1},
    )
    url = reverse("admin:audit_entry_change", args=[entry.pk])
    page = client.get(url).content.decode()
    assert "<strong>state</strong>: a → b" in page and "<strong>same</strong>" not in page
    assert "Not sealed yet" in page and "ann (Auditor)" in page
    seal()
    assert "in seal 1" in client.get(url).content.decode()


def test_the_receipt_is_a_file_that_verifies(client, auditor, shop):
    entry = audit.record(action="test.done", target=shop, actor=auditor)
    url = reverse("admin:audit_entry_receipt", args=[entry.pk])
    assert client.get(url).status_code == 302, "not sealed yet: back to the entry with a word about it"
    seal()
    answer = client.get(url)
    assert answer["Content-Disposition"] == f'attachment; filename="receipt-{entry.pk}.json"'
    assert "as it was sealed" in receipt.verify(answer.content)[0]


def test_the_export_holds_what_the_list_shows_and_is_an_entry_itself(client, auditor, shop):
    audit.record(action="test.first", target=shop, actor=None, reason="=cmd()")
    audit.record(action="test.second", target=shop, actor=None)
    answer = client.post(reverse("admin:audit_entry_export") + "?did=test.first")
    text = b"".join(answer.streaming_content).decode()
    assert "test.first" in text and "test.second" not in text and "'=cmd()" in text
    entry = Entry.objects.get(action="audit.exported")
    assert (entry.actor, entry.after) == (auditor, {"filters": {"did": "test.first"}})


def test_only_those_who_may_export_do(client, make_user, shop):
    client.force_login(make_user("rev", roles=["reviewer"]))
    assert client.post(reverse("admin:audit_entry_export")).status_code == 403
    entry = audit.record(action="test.done", target=shop, actor=None)
    assert client.get(reverse("admin:audit_entry_receipt", args=[entry.pk])).status_code == 403


def test_the_history_of_a_thing_that_never_was_is_not_found(client, auditor):
    assert client.get(reverse("admin:audit_changes", args=["merchants.merchant", 99])).status_code == 404
    assert client.get(reverse("admin:audit_changes", args=["no.such", 1])).status_code == 404


def test_differences_are_told_by_path():
    before = {"a": {"b": 1, "c": [1]}, "d": None, "same": "x"}
    after = {"a": {"b": 2, "c": [1, 2]}, "d": "", "same": "x", "e": True}
    assert [(each.name, each.before, each.after) for each in lines(before, after)] == [
        ("a.b", "1", "2"), ("a.c", "1", "1, 2"), ("e", "–", "True"),
    ]  # fmt: skip


def test_entries_carry_the_request(client, make_user):
    from django.http import HttpResponse
    from django.test import RequestFactory

    from shopops.logs import RequestLogMiddleware

    user = make_user("lin")

    def view(request):
        audit.record(action="test.done", target=user, actor=user)
        return HttpResponse()

    RequestLogMiddleware(view)(RequestFactory().get("/", headers={"X-Request-ID": "abc-12345678"}))
    assert Entry.objects.get().request_id == "abc-12345678"
