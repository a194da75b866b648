"""Orders as the merchant sees them: list, file, detail; what they contribute to the home; the API; the console."""

import csv
import datetime as dt
import io
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from merchants.models import Member, Merchant
from orders import checkup, clock, views
from orders.models import ImportRun, Order, OrderLine, Shipment
from orders.paging import Cursor
from shopops.accounts.models import User
from shopops.clocks.models import Feature
from shopops.clocks.services import set_pauses
from tests.orders.factories import DAY, HOUR, make_merchant, make_order, make_review

API = "/api/v1/orders/"


@pytest.fixture
def now() -> dt.datetime:
    """Pages tell the time that is left, so their facts are of today."""
    return timezone.now().replace(microsecond=0)


@pytest.fixture
def owner(make_user: Any) -> User:
    return make_user("chen", language="en")


@pytest.fixture
def shop(owner: User) -> Merchant:
    merchant = make_merchant(shop_name="Willow & Wren")
    Member.objects.create(merchant=merchant, user=owner)
    return merchant


@pytest.fixture
def stranger(db: None, now: dt.datetime) -> Order:
    """An order of a shop that the person has nothing to do with."""
    return make_order(make_merchant(shop_name="Elsewhere"), now - HOUR, external_id="FOREIGN-1")


@pytest.fixture
def portal(client: Any, owner: User) -> Any:
    client.force_login(owner)
    return client


def page(portal: Any, name: str, *args: object, language: str = "en", **query: object) -> str:
    answer = portal.get(reverse(f"orders:{name}", args=args), {"lang": language, **query})
    assert answer.status_code == 200
    return words(answer.content.decode())


def words(html: str) -> str:
    """The page as read: joiners and hard spaces are for the eye."""
    return html.replace("\u00a0", " ").replace("\u2060", "")


def numbers(portal: Any, **query: object) -> list[str]:
    """The order numbers on a page of the list, in order."""
    answer = portal.get(reverse("orders:list"), query)
    return [row.order.external_id for row in answer.context["rows"]]


def exported(portal: Any, **query: object) -> list[dict[str, str]]:
    answer = portal.get(reverse("orders:export"), query)
    assert answer.streaming
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def shipped(merchant: Merchant, placed_at: dt.datetime, after: dt.timedelta, **fields: Any) -> Order:
    return make_order(merchant, placed_at, shipped_at=placed_at + after, state="shipped", **fields)


# List


@pytest.mark.parametrize(
    ("language", "verdict"), [("en", "3 orders to ship, 1 overdue"), ("zh-hans", "3 笔订单待发货，其中 1 笔已超时")]
)
def test_the_list_says_what_is_to_be_shipped_the_first_due_first(portal, shop, now, language, verdict):
    make_order(shop, now - 3 * HOUR, external_id="LAST")
    make_order(shop, now - 3 * DAY, external_id="OVERDUE")
    make_order(shop, now - 40 * HOUR, external_id="NEXT")
    shipped(shop, now - 4 * DAY, DAY, external_id="GONE")
    html = page(portal, "list", language=language)
    assert f"<h1>{verdict}</h1>" in html
    assert numbers(portal) == ["OVERDUE", "NEXT", "LAST"]
    assert {"en": "overdue by 24 h", "zh-hans": "已超时 24 小时"}[language] in html
    assert {"en": "3 of 3 orders", "zh-hans": "本页 3 笔，共 3 笔订单"}[language] in html


def test_without_orders_the_list_says_what_comes(portal, shop):
    html = page(portal, "list")
    assert "<h1>No order to ship</h1>" in html
    assert "An order appears here" in html


def test_tabs_show_what_is_late_on_the_way_and_cancelled(portal, shop, now):
    make_order(shop, now - 3 * DAY, external_id="OVERDUE")
    shipped(shop, now - 9 * DAY, 3 * DAY, external_id="LATE", delivered_at=now - 4 * DAY)
    shipped(shop, now - 8 * DAY, DAY, external_id="MOVING")
    make_order(shop, now - 7 * DAY, external_id="ENDED", cancelled_at=now - 7 * DAY + HOUR, cancelled_by="buyer")
    make_order(shop, now - HOUR, external_id="FRESH")
    assert numbers(portal, tab="late") == ["OVERDUE", "LATE"]
    assert numbers(portal, tab="on_the_way") == ["MOVING"]
    assert numbers(portal, tab="cancelled") == ["ENDED"]
    assert numbers(portal, tab="all") == ["FRESH", "OVERDUE", "ENDED", "MOVING", "LATE"]
    assert numbers(portal, tab="nonsense") == numbers(portal, tab="to_ship") == ["OVERDUE", "FRESH"]


def test_filters_narrow_the_list_and_the_counts(portal, shop, now):
    today = timezone.localdate(now)
    make_order(shop, now, external_id="A-1", state="packed")
    make_order(shop, now - 5 * DAY, external_id="A-2")
    make_order(shop, now - 9 * DAY, external_id="B-3")
    assert numbers(portal, number="A-") == ["A-2", "A-1"]
    assert numbers(portal, state="packed") == ["A-1"]
    days = {"since": today - dt.timedelta(days=6), "until": today - dt.timedelta(days=1)}
    assert numbers(portal, **days) == ["A-2"]
    assert numbers(portal, since=today, until=today) == ["A-1"]
    answer = portal.get(reverse("orders:list"), {"number": "A-", "lang": "en"})
    assert [tab["count"] for tab in answer.context["tabs"]] == [2, 0, 1, 0, 2]
    assert "No order passes the filter" in page(portal, "list", number="Z")


@pytest.mark.parametrize(
    "query",
    [
        {"since": "yesterday"}, {"state": "lost"}, {"since": "0001-01-01"}, {"until": "9999-12-31"},
        {"number": "\x00"}, {"cursor": "x"}, {"cursor": "a9" * 300}, {"cursor": f"a{10**30}.1"}, {"cursor": "a1.²"},
        {"cursor": f"a{10**15}.{10**30}"},
    ],
)  # fmt: skip
def test_a_filter_that_cannot_be_read_narrows_nothing(portal, shop, now, query):
    make_order(shop, now, external_id="A-1")
    assert numbers(portal, tab="all", **query) in (["A-1"], [])
    assert portal.get(reverse("orders:export"), query).status_code == 200


def test_a_range_that_ends_before_it_begins_is_explained(portal, shop):
    assert "This day lies before the first one" in page(portal, "list", since="2026-03-05", until="2026-03-01")


def test_counts_stop_at_their_limit(portal, shop, now, monkeypatch):
    monkeypatch.setattr("orders.listing.COUNT_LIMIT", 2)
    monkeypatch.setattr(views, "COUNT_LIMIT", 2)
    for hours in range(4):
        make_order(shop, now - hours * HOUR)
    html = page(portal, "list")
    assert "To ship (over 2)" in html
    assert "4 of more than 2 orders" in html


@pytest.mark.parametrize("tab", ["all", "to_ship"])
def test_pages_neither_repeat_nor_miss_an_order_while_others_come_in(portal, shop, now, monkeypatch, tab):
    monkeypatch.setattr(views, "PAGE", 3)
    for number in range(4):  # two of the same moment at every border
        make_order(shop, now - 10 * HOUR - number // 2 * HOUR, external_id=f"{number}")
        make_order(shop, now - 20 * HOUR, external_id=f"same-{number}", ship_by=None if number % 2 else now)
    every = numbers_of_all_pages(portal, tab)
    assert len(every) == len(set(every)) == 8
    first = portal.get(reverse("orders:list"), {"tab": tab}).context["page"]
    newest, earliest = now + HOUR, now - 30 * DAY
    make_order(shop, newest if tab == "all" else earliest, external_id="new")  # before the first page
    second = portal.get(reverse("orders:list"), {"tab": tab, "cursor": first.next})
    assert [row.order.external_id for row in second.context["rows"]] == every[3:6]
    back = portal.get(reverse("orders:list"), {"tab": tab, "cursor": second.context["page"].previous})
    assert [row.order.external_id for row in back.context["rows"]] == every[:3]
    assert back.context["page"].previous
    top = portal.get(reverse("orders:list"), {"tab": tab, "cursor": back.context["page"].previous})
    assert [row.order.external_id for row in top.context["rows"]] == ["new", *every[:2]]
    assert top.context["page"].previous is None


def numbers_of_all_pages(portal: Any, tab: str) -> list[str]:
    found, cursor = [], ""
    while cursor is not None:
        answer = portal.get(reverse("orders:list"), {"tab": tab, "cursor": cursor})
        found += [row.order.external_id for row in answer.context["rows"]]
        cursor = answer.context["page"].next
    return found


def test_a_page_whose_orders_are_gone_shows_the_first_one(portal, shop, now):
    make_order(shop, now, external_id="only")
    assert numbers(portal, tab="all", cursor=str(Cursor(False, now - DAY, 1))) == ["only"]


def test_the_list_asks_the_same_number_of_questions_for_5_and_for_50_orders(portal, shop, now):
    set_pauses(shop, [(Feature.SHIPPING, now - DAY, now - 20 * HOUR)])

    def count(tab: str) -> int:
        page(portal, "list", tab=tab)
        with CaptureQueriesContext(connection) as asked:
            page(portal, "list", tab=tab)
        return len(asked)

    def add(many: int) -> None:
        for number in range(many):
            fresh = make_order(shop, now - number * HOUR)
            for position in (1, 2):
                OrderLine.objects.create(merchant=shop, order=fresh, number=position, title="Tray", unit_price=5)

    add(5)
    few = {tab: count(tab) for tab in ("to_ship", "all")}
    add(45)
    assert len(numbers(portal)) == 50
    assert {tab: count(tab) for tab in ("to_ship", "all")} == few


# File


def test_the_file_has_what_the_list_shows_however_long_it_is(portal, shop, now, monkeypatch):
    monkeypatch.setattr(views, "PAGE", 2)
    for number in range(5):
        make_order(shop, now - number * HOUR, external_id=f"A-{number}", amount=12_950, freight=50)
    make_order(shop, now, external_id="B-1")
    rows = exported(portal, tab="all", number="A-")
    assert [row["number"] for row in rows] == [f"A-{number}" for number in range(5)]
    assert (rows[0]["total"], rows[0]["currency"], rows[0]["state"]) == ("130.00", "CNY", "received")
    assert rows[0]["placed_at"] == now.isoformat()
    assert rows[0]["link"].endswith(reverse("orders:detail", args=[Order.objects.get(external_id="A-0").pk]))
    assert exported(portal, tab="late") == []


def test_nothing_in_the_file_runs_as_a_formula(portal, shop, now):
    make_order(shop, now, external_id="=1+1", currency="JPY", amount=500)
    (row,) = exported(portal)
    assert (row["number"], row["amount"]) == ("'=1+1", "500")


# Detail


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_detail_says_how_late_and_everything_that_happened(portal, shop, now, language):
    placed = now - 12 * DAY
    late = shipped(
        shop, placed, 51 * HOUR, delivered_at=placed + 9 * DAY, external_id="L-1", freight=500, region="Hangzhou"
    )
    late.state = "delivered"
    late.save()
    OrderLine.objects.create(merchant=shop, order=late, number=1, title="Rattan tray", quantity=2, unit_price=5000)
    Shipment.objects.create(
        merchant=shop, order=late, external_id="P1", tracking_no="SF77", carrier="ZTO", shipped_at=placed + 60 * HOUR
    )
    make_review(shop, placed + 10 * DAY, rating=2, order=late, text="It took long.")
    html = page(portal, "detail", late.pk, language=language)
    verdict = {"en": "Delivered; shipped 3 h late", "zh-hans": "已签收，延迟发货 3 小时"}[language]
    assert f"<h1>{verdict}</h1>" in html
    assert {"en": "in time", "zh-hans": "按时"}[language] in html
    for text in ("L-1", "Rattan tray", "¥105.00", "¥100.00", "SF77", "ZTO", "It took long.", "Hangzhou"):
        assert text in html
    history = {
        "en": ["The buyer placed the order", "Shipped, 3 h late", "Parcel SF77 shipped", "The buyer gave 2 stars"],
        "zh-hans": ["买家下单", "已发货，延迟 3 小时", "包裹 SF77 已发货", "买家评价 2 星"],
    }[language]
    places = [html.index(text, html.index('id="history"')) for text in history]
    assert places == sorted(places)


def test_an_open_order_shows_its_clock(portal, shop, now):
    html = page(portal, "detail", make_order(shop, now - 20 * HOUR).pk)
    assert "<h1>Ship it by " in html
    assert "27 h left" in html
    assert "No parcel yet" in html
    overdue = page(portal, "detail", make_order(shop, now - 50 * HOUR).pk)
    assert "<h1>Overdue: it was to be shipped by " in overdue


@pytest.mark.parametrize(
    ("by", "verdict"),
    [
        ("buyer", "Cancelled by the buyer"), ("merchant", "Cancelled by your shop"),
        ("platform", "Cancelled by the platform"), ("unknown", "Cancelled, it is not known by whom"),
    ],
)  # fmt: skip
def test_a_cancelled_order_says_by_whom(portal, shop, now, by, verdict):
    ended = make_order(shop, now - DAY, cancelled_at=now - HOUR, cancelled_by=by)
    assert f"<h1>{verdict}</h1>" in page(portal, "detail", ended.pk)


def test_orders_that_contradict_themselves_are_shown_all_the_same(portal, shop, now):
    before = make_order(shop, now, ship_by=now - DAY, promised_at=None)  # to be shipped before it was placed
    assert "Overdue" in page(portal, "detail", before.pk)
    timeless = make_order(shop, now, ship_by=None, promised_at=None)
    assert "no time is promised" in page(portal, "detail", timeless.pk)
    backwards = shipped(shop, now, -DAY, delivered_at=now - 2 * DAY)
    assert "Delivered in time" in page(portal, "detail", backwards.pk)
    assert len(numbers(portal, tab="all")) == 3


def test_an_order_that_was_left_out_says_why(portal, shop, now):
    odd = shipped(shop, now - DAY, HOUR, is_excluded=True, excluded_reason="60 orders of 3 buyers")
    html = page(portal, "detail", odd.pk)
    assert "counts in no figure" in html
    assert "60 orders of 3 buyers" in html
    assert "Not counted" in page(portal, "list", tab="all")


# Who sees what


def test_another_merchants_order_is_not_there(portal, shop, stranger):
    assert portal.get(reverse("orders:detail", args=[stranger.pk])).status_code == 404
    assert portal.get(f"{API}{stranger.pk}/").status_code == 404
    assert numbers(portal, tab="all") == []
    assert numbers(portal, tab="all", number="FOREIGN") == []
    assert exported(portal, tab="all") == []
    assert portal.get(API).json()["results"] == []
    assert portal.get(API, {"merchant": stranger.merchant_id}).json()["results"] == []


def test_strangers_are_asked_to_sign_in(client, stranger):
    for url in (reverse("orders:list"), reverse("orders:export"), reverse("orders:detail", args=[stranger.pk])):
        assert "login" in client.get(url).url
    assert client.get(API).status_code == 401


def test_a_link_to_the_other_shop_of_a_person_turns_to_that_shop(portal, owner, shop, stranger):
    Member.objects.create(merchant=stranger.merchant, user=owner)  # comes first by name
    own = make_order(shop, stranger.placed_at, external_id="OWN")
    assert numbers(portal) == ["FOREIGN-1"]
    page(portal, "detail", own.pk)
    assert numbers(portal) == ["OWN"]


# Pauses


def test_a_clock_that_stood_still_has_more_time(portal, shop, now):
    held = make_order(shop, now - 50 * HOUR, external_id="HELD")  # due two hours ago, but for the pause
    make_order(shop, now - 60 * HOUR, external_id="OVERDUE")
    set_pauses(shop, [(Feature.SHIPPING, now - 30 * HOUR, now - 27 * HOUR), (Feature.MESSAGES, now - DAY, now)])
    work = clock.to_ship(shop.pk, now)
    assert (work.count, work.overdue, work.next_due) == (2, 1, now + HOUR)
    assert work.overdue_since == now - 9 * HOUR
    assert numbers(portal, tab="late") == ["OVERDUE"]
    assert "2 orders to ship, 1 overdue" in page(portal, "list")
    html = page(portal, "detail", held.pk)
    assert "Ship it by" in html
    assert "3 h" in html


def test_a_pause_to_come_moves_what_is_due_next(shop, now):
    make_order(shop, now - 46 * HOUR)  # due in 2 h, moved by 5 h
    make_order(shop, now - 46 * HOUR, ship_by=now + 3 * HOUR)  # moved as well: due in 8 h
    set_pauses(shop, [(Feature.SHIPPING, now + HOUR, now + 6 * HOUR)])
    assert clock.to_ship(shop.pk, now).next_due == now + 7 * HOUR


# Home


def test_the_home_says_what_to_ship_by_when(shop, now):
    make_order(shop, now - 50 * HOUR)
    make_order(shop, now - 40 * HOUR)
    make_order(shop, now - HOUR)
    late, ready = checkup.todos(shop.pk, now)
    assert (late.title, late.due) == ("1 order is overdue", now - 2 * HOUR)
    assert (ready.title, ready.due, ready.url) == ("2 orders are ready to ship", now + 8 * HOUR, reverse("orders:list"))
    finding = checkup.evaluate(shop.pk, now)
    assert (finding.tone, finding.is_cause) == ("caution", False)
    assert finding.text == "1 order is overdue; 3 to ship in all."


def test_the_check_up_is_content_when_nothing_is_overdue(shop, now):
    assert checkup.evaluate(shop.pk, now).text == "No order waits to be shipped."
    make_order(shop, now - HOUR)
    make_order(shop, now, ship_by=None)
    finding = checkup.evaluate(shop.pk, now)
    assert (finding.tone, finding.text) == ("ok", "2 orders to ship, none overdue.")
    shop.orders.filter(ship_by__isnull=False).delete()
    assert checkup.todos(shop.pk, now) == []


@pytest.mark.parametrize(("language", "todo"), [("en", "1 order is ready to ship"), ("zh-hans", "1 笔订单待发货")])
def test_the_portal_shows_it(portal, shop, now, language, todo):
    make_order(shop, now - HOUR)
    html = words(portal.get(reverse("portal:home"), {"lang": language}).content.decode())
    assert todo in html
    entry = next(item for item in portal.get(reverse("orders:list")).context["nav"] if item.key == "orders")
    assert (entry.count, entry.icon, entry.tone) == (1, "orders", "neutral")


# API


def test_the_api_has_ones_own_orders_with_their_parts(portal, shop, now, stranger):
    own = shipped(shop, now - 3 * DAY, DAY, external_id="OWN", freight=500)
    OrderLine.objects.create(merchant=shop, order=own, number=1, title="Tray", unit_price=10_000)
    make_review(shop, now, rating=4, order=own)
    (found,) = portal.get(API).json()["results"]
    assert (found["external_id"], found["total"], found["currency"]) == ("OWN", 10_500, "CNY")
    whole = portal.get(f"{API}{own.pk}/").json()
    assert whole["lines"][0]["title"] == "Tray"
    assert whole["reviews"][0]["rating"] == 4
    assert whole["shipments"] == []
    assert portal.delete(f"{API}{own.pk}/").status_code == 405


def test_the_api_filters(portal, shop, now):
    make_order(shop, now - 2 * DAY, external_id="A")
    make_order(shop, now - DAY, external_id="B", state="packed")

    def found(**query: Any) -> list[str]:
        return [order["external_id"] for order in portal.get(API, query).json()["results"]]

    assert found() == ["B", "A"]
    assert found(state="packed") == found(external_id="B") == ["B"]
    border = (now - DAY).isoformat()
    assert found(placed_at_after=border) == ["B"]
    assert found(placed_at_before=border) == ["A"]
    assert portal.get(API, {"state": "lost"}).status_code == 400


def test_the_api_pages_by_key_and_asks_the_same_number_of_questions(portal, shop, now, monkeypatch):
    from orders.api.views import OrderPages

    def count() -> int:
        with CaptureQueriesContext(connection) as asked:
            portal.get(API)
        return len(asked)

    make_order(shop, now - DAY, external_id="0")
    portal.get(API)  # the first request of a session notes where it comes from
    one = count()
    for number in range(1, 5):
        make_order(shop, now - DAY + number * HOUR, external_id=f"{number}")
    assert count() == one
    monkeypatch.setattr(OrderPages, "page_size", 2)
    first = portal.get(API).json()
    make_order(shop, now, external_id="new")
    second = portal.get(first["next"]).json()
    assert [order["external_id"] for order in first["results"] + second["results"]] == ["4", "3", "2", "1"]


def test_operators_who_may_see_orders_see_all(client, make_user, shop, stranger, now):
    make_order(shop, now, external_id="OWN")
    client.force_login(make_user("desk", roles=["logistics_desk"]))
    assert [order["external_id"] for order in client.get(API).json()["results"]] == ["OWN", "FOREIGN-1"]
    narrowed = client.get(API, {"merchant": stranger.merchant_id}).json()["results"]
    assert [order["external_id"] for order in narrowed] == ["FOREIGN-1"]
    client.force_login(make_user("speaker", roles=["announcer"]))
    assert client.get(API).status_code == 403


# Console


@pytest.mark.parametrize("role", ["logistics_desk", "risk_analyst", "supervisor", "auditor", "complaint_agent"])
def test_operators_see_orders_with_their_parts(client, make_user, shop, now, role):
    late = shipped(shop, now - 3 * DAY, 51 * HOUR, external_id="L-1")
    OrderLine.objects.create(merchant=shop, order=late, number=1, title="Rattan tray", unit_price=10_000)
    Shipment.objects.create(merchant=shop, order=late, external_id="P1", tracking_no="SF77")
    make_review(shop, now, rating=2, order=late, text="It took long.")
    client.force_login(make_user(role, roles=[role]))
    listed = client.get(reverse("admin:orders_order_changelist"), headers={"accept-language": "en"}).content.decode()
    assert "L-1" in listed
    assert "3 h" in words(listed)
    shown = client.get(reverse("admin:orders_order_change", args=[late.pk])).content.decode()
    for text in ("Rattan tray", "¥100.00", "SF77", "It took long."):
        assert text in shown
    assert client.post(reverse("admin:orders_order_change", args=[late.pk]), {}).status_code == 403
    assert client.get(reverse("admin:orders_shipment_changelist")).status_code == 200
    assert client.get(reverse("admin:orders_review_changelist")).status_code == 200


def test_the_console_filters_and_searches(client, make_user, shop, stranger, now):
    make_order(shop, now - 3 * DAY, external_id="OVERDUE")
    shipped(shop, now - 3 * DAY, 51 * HOUR, external_id="SENT-LATE")
    client.force_login(make_user("desk", roles=["logistics_desk"]))

    def found(**query: Any) -> set[str]:
        answer = client.get(reverse("admin:orders_order_changelist"), query)
        return {order.external_id for order in answer.context["cl"].result_list}

    assert found() == {"OVERDUE", "SENT-LATE", "FOREIGN-1"}
    assert found(late="overdue") == {"OVERDUE"}
    assert found(late="shipped") == {"SENT-LATE"}
    assert found(state__exact="shipped") == {"SENT-LATE"}
    assert found(q="Elsewhere") == found(q="FOREIGN-1") == {"FOREIGN-1"}
    assert found(merchant__id__exact=shop.pk) == {"OVERDUE", "SENT-LATE"}


@pytest.mark.parametrize("model", ["order", "shipment", "review"])
def test_the_console_asks_the_same_number_of_questions_for_few_and_for_many(client, make_user, now, model):
    client.force_login(make_user("desk", roles=["logistics_desk"]))
    url = reverse(f"admin:orders_{model}_changelist")

    def add(many: int) -> None:
        for _number in range(many):
            merchant = make_merchant()
            one = make_order(merchant, now)
            Shipment.objects.create(merchant=merchant, order=one, external_id="P")
            make_review(merchant, now, order=one)

    def count() -> int:
        client.get(url)
        with CaptureQueriesContext(connection) as asked:
            assert client.get(url).status_code == 200
        return len(asked)

    add(1)
    one = count()
    add(10)
    assert count() == one


def test_the_console_shows_imports(client, make_user, now):
    ImportRun.objects.create(
        mapping="olist", source="orders.csv", fingerprint="x", state="succeeded", finished_at=now,
        counts={"orders": 7433}, rejects={"no_items": 775},
    )  # fmt: skip
    client.force_login(make_user("desk", roles=["logistics_desk"]))
    html = client.get(reverse("admin:orders_importrun_changelist")).content.decode()
    assert "orders: 7433" in html
    assert "no_items: 775" in html
