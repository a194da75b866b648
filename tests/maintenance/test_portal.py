"""What a merchant sees: the banner, the check-up's first cause, the page of a window, the message."""

import pytest
from django.urls import reverse
from django.utils import timezone, translation

from maintenance import checks, services, views
from maintenance.models import Incident, Window
from orders.models import Order
from tests.maintenance.conftest import DAY, HOUR, NOW, START, run

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


def order(merchant, number, ship_by, **fields):
    return Order.objects.create(
        merchant=merchant, external_id=f"O-{number}", placed_at=NOW, ship_by=ship_by, amount=100, **fields
    )


def test_the_banner_says_what_when_how_long_and_which_orders(announced, shop):
    merchant, other = shop("wren"), shop("lark")
    announced()
    for number in range(3):
        order(merchant, number, START + number * HOUR)  # the last is due at the end, outside
    order(merchant, 9, START + 4 * HOUR)
    order(merchant, 10, START + HOUR, state="shipped", shipped_at=NOW)
    order(other, 11, START + HOUR)
    (banner,) = checks.banners(merchant.pk, START - DAY)
    assert banner.title == "Shipping goes down on Thu 26 Nov, 12:00–15:00 (3 h)"
    assert banner.text.startswith("3 orders to ship inside the window: their clocks pause.")
    assert [text for text, _url in banner.links] == ["What it means for you", "Add to calendar"]
    assert checks.banners(other.pk, START - DAY)[0].text.startswith("1 order to ship")


def test_the_banner_comes_seven_days_before_and_goes_with_the_window(announced, shop):
    merchant = shop()
    announced()
    assert checks.banners(merchant.pk, START - 7 * DAY - HOUR) == []
    assert checks.banners(merchant.pk, START - 7 * DAY)[0].tone == "info"
    during = checks.banners(merchant.pk, START + HOUR)[0]
    assert (during.tone, during.title) == ("caution", "Shipping is down for planned work (until: Today, 15:00)")
    assert checks.banners(merchant.pk, START + 3 * HOUR) == []


def test_a_window_that_hits_no_merchant_says_so(announced, shop):
    merchant = shop()
    window = announced()
    window.impacts.filter(audience="merchants").delete()
    (banner,) = checks.banners(merchant.pk, START - DAY)
    assert banner.title == "Planned work on Thu 26 Nov, 12:00–15:00 (3 h): your services keep working"
    assert checks.finding(merchant.pk, START + HOUR).tone == "ok"


def test_the_check_up_finds_the_cause_worst_first(announced, shop):
    merchant = shop()
    assert checks.finding(merchant.pk, NOW).tone == "ok"
    announced()
    assert (checks.finding(merchant.pk, START - DAY).tone, checks.finding(merchant.pk, START - DAY).is_cause) == (
        "info",
        False,
    )
    during = checks.finding(merchant.pk, START + HOUR)
    assert (during.tone, during.is_cause) == ("caution", True)
    Incident.objects.create(
        service="checkout", severity="outage", started_at=START, title_en="Payments fail", title_zh="支付失败"
    )
    broken = checks.finding(merchant.pk, START + HOUR)
    assert (broken.tone, broken.is_cause) == ("danger", True)
    assert "Payments fail" in broken.text


def test_the_page_of_a_window_shows_the_merchants_own_orders(announced, announcer, shop, client, monkeypatch):
    merchant, other = shop("wren"), shop("lark")
    window = announced(summary_en="Print labels before.", summary_zh="提前打印面单。")
    run(NOW)
    order(merchant, 1, START + HOUR)
    order(other, 2, START + HOUR)
    monkeypatch.setattr(views.timezone, "now", lambda: START - DAY)
    client.force_login(merchant.members.get().user)
    response = client.get(reverse("maintenance:window", args=[window.pk]))
    text = response.content.decode().replace("\u00a0", " ").replace("\u2060", "")
    assert "O-1" in text and "O-2" not in text
    assert "Shipping goes down on Thu 26 Nov, 12:00–15:00 (3 h)" in text
    assert "stand still for 3 h" in text
    assert "Print labels before." in text
    assert text.count("<h1") == 1 and "style=" not in text


@pytest.mark.parametrize("state", ["draft", "scheduled"])
def test_windows_that_are_not_announced_have_no_page(draft, announcer, shop, client, state):
    window = draft()
    if state == "scheduled":
        services.schedule(window=window, actor=announcer, now=NOW)
    client.force_login(shop().members.get().user)
    assert client.get(reverse("maintenance:window", args=[window.pk])).status_code == 404


@pytest.mark.parametrize("end", ["cancelled", "completed"])
def test_the_page_stays_after_the_end(announced, announcer, shop, client, end):
    window = announced()
    if end == "cancelled":
        services.cancel(window=window, actor=announcer, reason="Off", now=NOW)
    else:
        run(START)
        services.complete(window=window, actor=announcer, now=START + HOUR)
    client.force_login(shop().members.get().user)
    response = client.get(reverse("maintenance:window", args=[window.pk]))
    assert response.status_code == 200
    assert f"{end.capitalize()}: Database upgrade" in response.content.decode()


def test_the_page_asks_for_a_sign_in(announced, client):
    assert client.get(reverse("maintenance:window", args=[announced().pk])).status_code == 302


def test_home_shows_the_banner_of_a_window_that_is_near(announced, shop, client):
    start = timezone.now() + 4 * DAY
    announced(at=timezone.now(), starts_at=start)
    client.force_login(shop().members.get().user)
    text = client.get(reverse("portal:home")).content.decode()
    assert "Shipping goes down on" in text
    assert reverse("maintenance:window", args=[Window.objects.get().pk]) in text
