"""The pages a merchant sees, in both languages, and what they can do there."""

import csv
import io

import pytest
from django.urls import reverse

from shopops.checkup import Cause
from shopops.clocks.models import Feature
from shopops.clocks.services import set_pauses
from tests.warning_center.factories import DAY, HOUR, cancel, check, document, only_warning, review, ship
from warning_center import checks, services
from warning_center.models import Finding, Warning

pytestmark = pytest.mark.usefixtures("policies")


@pytest.fixture(autouse=True)
def today(policies):
    """Pages tell the time that is left, so their facts are of today."""
    from django.utils import timezone

    return timezone.now()


@pytest.fixture
def warned(shop, today) -> Warning:
    """A shop with a warning that was issued an hour ago."""
    ship(shop, late=12, of=169, before=today)
    check(today - HOUR)
    return only_warning()


@pytest.fixture
def portal(client, owner):
    client.force_login(owner)
    return client


def page(portal, name, *args, language="en", **query):
    answer = portal.get(reverse(f"warnings:{name}", args=args), {"lang": language, **query})
    assert answer.status_code == 200
    return answer.content.decode()


def press(portal, name, warning, **data):
    return portal.post(reverse(f"warnings:{name}", args=[warning.number]), data, follow=True)


def words(html: str) -> str:
    """The page as read: joiners and hard spaces are for the eye."""
    return html.replace("\u00a0", " ").replace("\u2060", "")


LATE = {
    "en": "Late shipment is 7.1% (12 of 169 orders); the limit is 4%",
    "zh-hans": "延迟发货率 7.1%（169 笔订单中 12 笔），上限 4%",
}


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_detail_answers_first_and_shows_the_proof(portal, warned, language):
    html = words(page(portal, "detail", warned.number, language=language))
    assert f"<h1>{LATE[language]}</h1>" in html
    first = Finding.objects.get().facts.first()
    order_page = reverse("orders:detail", args=[first.object_id])
    assert f'<a class="id" href="{order_page}">{first.label}</a>' in html
    rule = {"en": "Fulfilment rules, clause 2.1", "zh-hans": "《履约规则》第 2.1 条"}[language]
    assert rule in html
    not_rectified = {"en": "Cancelling late orders instead of shipping them", "zh-hans": "取消延迟的订单而不发货"}
    assert not_rectified[language] in html
    assert "chen" in html  # how you were told


def test_the_clock_shows_what_is_left_and_why_it_stood_still(portal, warned, shop, today):
    start = warned.opened_at
    set_pauses(shop, [(Feature.SHIPPING, start + DAY, start + DAY + 3 * HOUR)])
    html = words(page(portal, "detail", warned.number))
    assert "13 days left" in html
    assert "will pause for 3 h" in html
    assert "Shipping" in html


def test_late_orders_are_shown_with_how_they_stand_now(portal, warned, shop):
    order = shop.orders.get(external_id=Finding.objects.get().facts.first().label)
    order.state, order.shipped_at = "received", None
    order.save()
    html = page(portal, "detail", warned.number)
    assert "Still to ship" in html
    assert "24 h" in words(html)  # late by


def test_only_ten_facts_are_shown_and_the_file_has_all(portal, shop, today):
    ship(shop, late=30, of=100, before=today)
    check(today)
    warning = only_warning()
    html = words(page(portal, "detail", warning.number))
    assert "The first 10 of 30 facts" in html
    file = portal.get(reverse("warnings:facts", args=[warning.number]))
    rows = list(csv.DictReader(io.StringIO(file.getvalue().decode("utf-8-sig"))))
    assert len(rows) == 30
    assert {"kind", "name", "ship_by", "shipped_at"} <= set(rows[0])
    assert (rows[0]["amount"], rows[0]["currency"]) == ("100.00", "CNY")


def test_every_kind_of_fact_has_its_table(portal, shop, owner, today):
    cancel(shop, cancelled=10, of=100, before=today)
    review(shop, [1] * 10, before=today)
    document(shop, owner, days=5, today=today)
    check(today)
    found = {
        warning.rule: words(page(portal, "detail", warning.number))
        for warning in Warning.objects.exclude(rule="late_shipment")
    }
    assert set(found) == {"cancellation", "review_score", "expiring_document"}
    assert "Cancelled by" in found["cancellation"]
    assert "1 stars for you" in found["review_score"]
    assert "Not renewed yet" in found["expiring_document"]


def test_a_merchant_goes_the_whole_way(portal, warned, shop, today):
    assert "Acknowledged" in press(portal, "acknowledge", warned).content.decode()
    assert "Submit for re-check" in press(portal, "rectify", warned).content.decode()
    seen = services.newest_finding_id(warned)
    answer = press(portal, "submit", warned, seen=seen, note="We ship by noon now.").content.decode()
    assert "The re-check did not pass" in answer
    assert "Measured: 7.1% (12 of 169 orders). It must be below 3%." in words(answer)
    assert "We ship by noon now." in answer
    ship(shop, late=0, of=400, before=today)
    seen = services.newest_finding_id(warned)
    answer = press(portal, "submit", warned, seen=seen).content.decode()
    assert "The re-check passed" in answer
    assert only_warning().state == "revoked"
    assert "Rectify" not in [item.verb for item in checks.todos(shop.pk, today)]


@pytest.mark.parametrize("verb", ["acknowledge", "rectify"])
def test_pressing_twice_changes_nothing_and_says_so(portal, warned, verb):
    press(portal, verb, warned)
    assert "Nothing was changed" in press(portal, verb, warned).content.decode()


def test_submitting_the_same_form_twice_checks_once(portal, warned):
    press(portal, "rectify", warned)
    seen = services.newest_finding_id(warned)
    press(portal, "submit", warned, seen=seen)
    assert "Nothing was changed" in press(portal, "submit", warned, seen=seen).content.decode()
    assert Finding.objects.filter(outcome="returned").count() == 1


def test_a_note_that_is_too_long_is_kept_and_explained(portal, warned):
    press(portal, "rectify", warned)
    answer = portal.post(reverse("warnings:submit", args=[warned.number]), {"seen": 1, "note": "x" * 1001})
    assert answer.status_code == 422
    assert "x" * 1001 in answer.content.decode()
    assert only_warning().state == "rectifying"


def test_the_buttons_ask_for_a_token(client, owner, warned):
    from django.test import Client

    strict = Client(enforce_csrf_checks=True)
    strict.force_login(owner)
    assert strict.post(reverse("warnings:acknowledge", args=[warned.number])).status_code == 403
    assert only_warning().state == "open"


@pytest.mark.parametrize("name", ["detail", "facts", "acknowledge", "rectify", "submit"])
def test_another_merchant_finds_nothing(client, new_shop, warned, name):
    stranger = new_shop("stranger")
    client.force_login(stranger.members.get().user)
    url = reverse(f"warnings:{name}", args=[warned.number])
    method = client.get if name in ("detail", "facts") else client.post
    assert method(url).status_code == 404
    assert only_warning().state == "open"
    assert warned.number not in client.get(reverse("warnings:list")).content.decode()
    assert warned.number not in client.get(reverse("warnings:export")).getvalue().decode()


def test_a_link_to_the_other_shop_of_a_person_turns_to_that_shop(portal, owner, warned, new_shop):
    from merchants.models import Member

    other = new_shop("aaa")  # comes first by name
    Member.objects.create(merchant=other, user=owner)
    assert "No warning to rectify" in page(portal, "list")
    page(portal, "detail", warned.number)
    assert "1 warning to rectify" in words(page(portal, "list"))


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_list_counts_by_state_and_filters(portal, shop, owner, warned, language, today):
    document(shop, owner, days=5, today=today)
    check(today)
    html = words(page(portal, "list", language=language))
    assert LATE[language] in html
    assert {"en": "2 warnings to rectify", "zh-hans": "2 条预警待整改"}[language] in html
    strong = words(page(portal, "list", language=language, intensity=3))
    assert LATE[language] not in strong
    orders = words(page(portal, "list", language=language, type="order"))
    assert LATE[language] in orders
    assert "W-" not in page(portal, "list", language=language, tab="expired")
    assert "W-" in page(portal, "list", language=language, tab="all", type="nonsense")


def test_an_empty_list_says_what_comes(portal, shop):
    assert "When a figure of your shop passes a limit" in page(portal, "list")


def test_the_export_has_what_the_list_shows(portal, shop, owner, warned, today):
    document(shop, owner, days=5, today=today)
    check(today)
    shop.shop_name = "=cmd()"
    shop.save()
    file = portal.get(reverse("warnings:export"), {"type": "order", "lang": "en"})
    rows = list(csv.DictReader(io.StringIO(file.getvalue().decode("utf-8-sig"))))
    assert [(row["number"], row["title"], row["shop"]) for row in rows] == [(warned.number, LATE["en"], "'=cmd()")]


@pytest.mark.parametrize(("language", "sentence"), [("en", "above 4% over 30 days"), ("zh-hans", "近 30 天高于 4%")])
def test_the_rules_can_be_read_with_their_limits(portal, shop, language, sentence):
    html = words(page(portal, "rules", language=language))
    assert sentence in html
    assert words(page(portal, "rules_version", 1, language=language)).count("<section") >= 4
    assert portal.get(reverse("warnings:rules_version", args=[99])).status_code == 404


def test_the_list_asks_the_same_number_of_questions_for_one_and_for_many(portal, shop, owner, warned, today):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def count() -> int:
        page(portal, "list")
        with CaptureQueriesContext(
            connection,
        ) as asked:
            page(portal, "list")
        return len(asked)

    one = count()
    for days in range(1, 15):
        document(shop, owner, days=days, today=today)
    check(today)
    assert Warning.objects.count() == 15
    assert count() == one


def test_the_detail_asks_the_same_number_of_questions_for_few_and_for_many_facts(portal, shop, warned, today):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def count() -> int:
        page(portal, "detail", warned.number)
        with CaptureQueriesContext(connection) as asked:
            page(portal, "detail", warned.number)
        return len(asked)

    few = count()
    ship(shop, late=100, of=100, before=today)
    check(today)
    assert only_warning().findings.count() == 2
    assert count() <= few + 1


# Home


def test_the_home_names_warnings_as_the_cause_with_what_to_do_and_until_when(portal, shop, today):
    ship(shop, late=50, of=100, before=today)
    check(today)
    finding = checks.evaluate(shop.pk, today)
    assert (finding.tone, finding.is_cause) == ("danger", True)
    (todo,) = checks.todos(shop.pk, today)
    assert todo.due == only_warning().due_at
    (banner,) = checks.banners(shop.pk, today)
    assert banner.tone == "danger"
    (stat,) = [each for each in checks.stats(shop.pk, today) if each.tone == "danger"]
    assert (stat.value, stat.note) == ("50%", "At most 4%, 30 days")
    assert LATE["en"].replace("7.1% (12 of 169", "50% (50 of 100") in words(
        portal.get(reverse("portal:home"), {"lang": "en"}).content.decode()
    )


def test_a_weak_warning_is_worth_watching_but_no_cause(shop, warned, today):
    finding = checks.evaluate(shop.pk, today)
    assert (finding.tone, finding.is_cause) == ("caution", False)
    assert checks.banners(shop.pk, today) == []


def test_without_warnings_all_is_well(shop, today):
    assert checks.evaluate(shop.pk, today).tone == "ok"
    assert checks.todos(shop.pk, today) == []
    assert Cause.WARNINGS == 3


def test_the_numbers_that_are_watched_say_how_near_the_limit_they_are(shop, today):
    ship(shop, late=7, of=200, before=today)  # 3.5 %
    stats = {stat.label: (stat.tone, stat.verdict) for stat in checks.stats(shop.pk, today)}
    assert stats["Late shipment"] == ("caution", "Near the limit")
    assert stats["Cancellation"] == ("ok", "Good")
