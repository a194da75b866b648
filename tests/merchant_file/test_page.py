"""The file's page: every part opens with a fixed number of queries, and shows nobody what is not theirs."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from merchants.file import parts, services, timeline
from merchants.models import Document, Member, Merchant
from shopops.audit.models import Entry
from shopops.policies.services import load_packs

PARTS = ("timeline", "people", "documents", "changes", "score", "warnings", "complaints", "orders", "messages",
         "visits", "programs")  # fmt: skip


def page(merchant, **query):
    return reverse("merchant_file:file", args=[merchant.pk]), query


def fill(merchant, make_user, operator, count, start=0):
    """`count` of everything that the parts list."""
    from complaints.services import file_complaint
    from orders.models import Order
    from shopops.api.models import ApiKey
    from shopops.notifications.services import notify
    from shopops.webhooks.models import Endpoint
    from warning_center.models import Finding, Warning
    from warning_center.policy import rules_in_force

    version = rules_in_force()[0]
    now = timezone.now()
    for number in range(start, start + count):
        person = make_user(f"p{number}")
        Member.objects.create(merchant=merchant, user=person, role="manager")
        Document.objects.create(
            merchant=merchant, type="business_licence", original_name="a.png", content_type="image/png", size=1,
            sha256=f"{number:064x}", uploaded_by=person, file="documents/a.png",
            expires_on=timezone.localdate() - dt.timedelta(days=1),
        )  # fmt: skip
        merchant.legal_name = f"Name {number}"
        merchant.save()
        services.record_visit(
            merchant=merchant, by=operator, kind="call", at=now, purpose=f"Talk {number}", follow_up="Ask again",
            follow_up_due=timezone.localdate(),
        )  # fmt: skip
        file_complaint(
            merchant=merchant, order_reference=f"R{number}", kind="quality", text="Broken", buyer_name="B",
            buyer_contact="C",
        )  # fmt: skip
        Order.objects.create(merchant=merchant, external_id=f"O{number}", placed_at=now, amount=100)
        warning = Warning.objects.create(
            merchant=merchant, number=f"W{number}", type="shop", intensity=2, cause="logistics", rule="late_shipment",
            subject_key=f"s{number}", policy_version=version, opened_at=now, found_at=now, allowed=dt.timedelta(days=1),
            numerator=1, denominator=2, limit=1, unit="percent", window_start=now.date(), window_end=now.date(),
        )  # fmt: skip
        Finding.objects.create(
            warning=warning, at=now, outcome="opened", intensity=2, numerator=1, denominator=2, limit=1, unit="percent",
            window_start=now.date(), window_end=now.date(),
        )  # fmt: skip
        ApiKey.objects.create(name=f"K{number}", merchant_id=merchant.pk, scopes=["orders:read"], created_by=person)
        Endpoint.objects.create(merchant_id=merchant.pk, url=f"https://h{number}.example.com/")
        notify(kind="complaints.received", key=f"k{number}", recipients=[person], context={}, merchant_id=merchant.pk)


@pytest.fixture
def everything(db, merchant, make_user, supervisor):
    load_packs()
    return lambda count, start=0: fill(merchant, make_user, supervisor, count, start)


def test_every_part_takes_the_same_number_of_queries_with_one_and_with_sixty_of_everything(
    client, merchant, make_user, everything
):
    client.force_login(make_user("root", is_staff=True, is_superuser=True))
    client.post(*page(merchant))  # from here on the test's one transaction knows who changes things
    everything(1)
    assert set(PARTS) <= {each.code for each in parts.parts}

    def counts():
        found = {}
        for code in [each.code for each in parts.parts]:
            url, query = page(merchant, part=code)
            client.get(url, query)
            with CaptureQueriesContext(connection) as asked:
                response = client.get(url, query)
            assert response.status_code == 200
            found[code] = len(asked)
        return found

    one = counts()
    everything(59, start=1)
    sixty = counts()
    assert one == sixty


def test_the_timeline_of_everything_can_be_walked_to_its_end(client, merchant, make_user, everything):
    root = make_user("root", is_staff=True, is_superuser=True)
    everything(20)
    of = timeline.for_operator(root)
    whole = timeline.page(merchant, of, size=10_000).entries
    found, cursor = [], ""
    while True:
        part = timeline.page(merchant, of, cursor=cursor, size=7)
        found += part.entries
        cursor = part.older
        if not cursor:
            break
    assert [(each.at, each.source, each.title) for each in found] == [
        (each.at, each.source, each.title) for each in whole
    ]
    told = {each.source for each in whole}
    assert {"data", "documents", "visits", "complaints", "warnings", "orders", "messages"} <= told


def test_parts_and_sources_are_shown_by_permission(client, merchant, make_user, everything):
    everything(1)
    client.force_login(make_user("announcer", roles=["announcer"]))
    url, _query = page(merchant)
    response = client.get(url)
    assert response.status_code == 200
    assert "Broken" not in response.text and "Complaint filed" not in response.text
    assert "?part=complaints" not in response.text
    # A part that is not theirs falls back to the timeline.
    assert "Complaint filed" not in client.get(url, {"part": "complaints"}).text


@pytest.mark.parametrize("who", ["anonymous", "owner", "operator without roles"])
def test_the_file_is_closed_to_everybody_but_operators(client, merchant, owner, make_user, who):
    if who == "owner":
        client.force_login(owner)
    elif who != "anonymous":
        client.force_login(make_user("op", is_staff=True))
    response = client.get(reverse("merchant_file:file", args=[merchant.pk]))
    assert response.status_code in (302, 403)
    assert merchant.shop_name not in response.text


def test_personal_data_are_masked_and_shown_only_with_a_reason_that_is_logged(client, merchant, make_user):
    client.force_login(make_user("lin", roles=["reviewer"]))
    url, query = page(merchant)
    text = client.get(url, query).text
    assert "138****8000" in text and "13800138000" not in text
    show = reverse("admin:merchants_merchant_reveal", args=[merchant.pk, "contact_phone"])
    assert show in text
    assert "13800138000" not in client.post(show, {"next": url}).text
    shown = client.post(show, {"next": url, "reason": "Call about late parcels"})
    assert "13800138000" in shown.text and f'href="{url}"' in shown.text
    entry = Entry.objects.get(action="merchants.personal_data.shown")
    assert entry.merchant_id == merchant.pk and entry.reason == "Call about late parcels"


def test_changed_personal_values_are_masked_in_the_changes(client, merchant, supervisor):
    merchant.contact_phone, merchant.region = "13900139000", "浙江"
    merchant.save()
    client.force_login(supervisor)
    for part in ("changes", "timeline"):
        text = client.get(*page(merchant, part=part)).text
        assert "138****8000" in text and "139****9000" in text and "浙江" in text
        assert "13900139000" not in text and "13800138000" not in text


def test_changes_name_each_step_from_what_to_what(merchant):
    from merchants.file.data_changes import changes

    for name in ("First", "Second", "Third"):
        merchant.brand = name
        merchant.save()
    newest = changes(merchant, None, 10)
    assert [(each.fields[0].before, each.fields[0].after) for each in newest] == [
        ("Second", "Third"), ("First", "Second"), ("–", "First"),
    ]  # fmt: skip


def test_a_filter_narrows_to_sources_and_days(client, merchant, supervisor):
    merchant.brand = "Neu"
    merchant.save()
    client.force_login(supervisor)
    url, _query = page(merchant)
    assert "Changed: brand" in client.get(url).text
    assert "Changed: brand" in client.get(url, {"source": "data"}).text
    assert "Changed: brand" not in client.get(url, {"source": "visits"}).text
    yesterday = (timezone.localdate() - dt.timedelta(days=2)).isoformat()
    assert "Changed: brand" not in client.get(url, {"until": yesterday}).text
    for damaged in ({"until": "2026-99-99"}, {"since": "0001-01-01"}, {"until": "9999-12-31"}, {"before": "x"}):
        assert client.get(url, damaged).status_code == 200


def test_a_merchant_that_does_not_exist_has_no_file(client, supervisor):
    client.force_login(supervisor)
    assert client.get(reverse("merchant_file:file", args=[Merchant.objects.count() + 99])).status_code == 404
