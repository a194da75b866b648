"""The score in the portal: what a merchant reads, in both languages."""

import datetime as dt
import re

import pytest
from django.db import connection
from django.template.loader import render_to_string
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from merchants.credit import ledger, selectors
from merchants.credit.facts import FactPage, fact_pages
from merchants.credit.models import ScoreSnapshot
from shopops.metrics.selectors import marketplace_day
from tests.merchants.credit.conftest import item, policy_body, run

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("policy")]

LANGUAGES = ("en", "zh-hans")


@pytest.fixture
def owner(make_user):
    """The owner of a shop."""
    return make_user("owner")


@pytest.fixture
def shop(make_shop, count, owner):
    """A shop with three weeks of scores: good, then late, then better."""
    shop = make_shop("Willow & Wren", owner=owner, months=12)
    count(shop, back=40, late=0, orders=50, stars=430, reviews=100)
    run(21)
    count(shop, back=18, late=4, orders=20)
    run(14)
    count(shop, back=6, late=0, orders=60)
    run()
    return shop


def page(client, owner, language="en", **query):
    client.force_login(owner)
    response = client.get(reverse("credit:score"), {"lang": language, **query})
    assert response.status_code == 200
    return response.content.decode()


def plain(html: str) -> str:
    """The words of a page, without markup, joiners and doubled spaces."""
    text = re.sub(r"<[^>]+>", " ", html).replace("\u2060", "").replace("\xa0", " ")
    return " ".join(text.split())


def test_the_heading_is_the_verdict(client, owner, shop):
    snapshot = ScoreSnapshot.objects.get(is_current=True)
    html = page(client, owner)
    assert f"{snapshot.score}, grade B: {750 - snapshot.score} points below grade A" in plain(html)
    assert html.count("<h1") == 1


def test_the_ledger_on_the_page_adds_up(client, owner, shop):
    text = page(client, owner)
    snapshot = ScoreSnapshot.objects.get(is_current=True)
    table = text[text.index('aria-labelledby="ledger"') :]
    rows = re.findall(r"<tr>(.*?)</tr>", table[: table.index("</section>")], re.S)
    points = [int(found) for row in rows for found in re.findall(r"<strong>(\d+)</strong>", row)]
    assert len(points) == 3 and sum(points) == snapshot.score
    assert f"Ledger: 3 lines add up to {snapshot.score}" in plain(text)
    assert "4 of 80" in plain(text)  # the counts behind the line


def test_changes_are_told_line_by_line(client, owner, shop):
    book = page(client, owner, since=(marketplace_day(timezone.now()) - dt.timedelta(days=14)).isoformat())
    text = plain(book)
    assert "Late shipments" in text and "5.7% → 5% 4 of 80" in text


@pytest.mark.parametrize("back", [3, 10, 17])
def test_the_changes_of_the_lines_are_the_change_of_the_score(shop, back):
    today = marketplace_day(timezone.now())
    now, before = (selectors.snapshot_on(shop.pk, today - dt.timedelta(days=days)) for days in (0, back))
    book = ledger.build(now, before, day=today)
    assert sum(line.change for line in [*book.lines, *book.dropped]) == now.score - before.score == book.change


def test_lines_that_came_and_went_with_a_policy_are_told(client, owner, shop, publish):
    body = policy_body()
    body["components"][1]["items"] = [
        item(metric="", trait="documents_valid", curve=[[0, 0], [1, 1]], prior=1.0, prior_strength=0, prior_minimum=0)
    ]
    publish(body)
    run()
    today = marketplace_day(timezone.now())
    now, before = selectors.snapshot_on(shop.pk, today), selectors.snapshot_on(shop.pk, today - dt.timedelta(days=14))
    book = ledger.build(now, before, day=today)
    assert [line.code for line in book.dropped] == ["test_late_30d"]
    assert sum(line.change for line in [*book.lines, *book.dropped]) == now.score - before.score
    text = plain(page(client, owner, since=(today - dt.timedelta(days=14)).isoformat()))
    assert "No longer counted" in text and "from score policy v1 to v2" in text
    assert "score policy v2 takes effect" in text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("range_code", ["26w", "1y", "all", "nonsense"])
def test_the_page_opens_in_both_languages_and_every_range(client, owner, shop, language, range_code):
    assert "<svg" in page(client, owner, language, range=range_code)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_provisional_score_says_so(client, owner, make_shop, count, language):
    count(make_shop(owner=owner, months=0), late=0, orders=3)
    run()
    text = plain(page(client, owner, language))
    assert ("provisional: too early for a grade" if language == "en" else "暂定") in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_merchant_without_a_score_reads_when_it_comes(client, owner, make_shop, language):
    make_shop(owner=owner)
    text = plain(page(client, owner, language))
    assert ("No score yet" if language == "en" else "尚无信用分") in text


@pytest.mark.parametrize("since", ["2999-01-01", "yesterday", "2026-13-45"])
def test_a_day_that_cannot_be_compared_is_refused_at_its_field(client, owner, shop, since):
    html = page(client, owner, since=since)
    assert 'aria-invalid="true"' in html


def test_a_day_before_the_first_score_is_answered(client, owner, shop):
    assert "There was no score on that day" in plain(page(client, owner, since="2020-01-01"))


def test_facts_behind_a_line_are_linked_where_an_app_shows_them(client, owner, shop, monkeypatch):
    monkeypatch.setitem(
        fact_pages._items, "test_late_30d", FactPage("test_late_30d", "Orders", lambda start, end: f"/o/?{start}&{end}")
    )
    day = marketplace_day(timezone.now())
    # Settling: facts of the last two days do not count yet.
    start, end = day - dt.timedelta(days=32), day - dt.timedelta(days=3)
    assert f'<a href="/o/?{start}&amp;{end}">Orders</a>' in page(client, owner)


def test_a_merchant_sees_only_the_own_score(client, make_user, make_shop, shop):
    stranger = make_user("stranger")
    make_shop("Other", owner=stranger)
    for url in (reverse("credit:score"), reverse("credit:ledger_csv")):
        client.force_login(stranger)
        html = client.get(url).getvalue().decode()
        assert "Willow" not in html and "Late shipments" not in html


def test_strangers_are_asked_to_sign_in(client, shop):
    for name in ("credit:score", "credit:ledger_csv"):
        assert client.get(reverse(name)).status_code == 302
        assert client.post(reverse(name)).status_code in (302, 405)


def test_the_export_has_the_lines_of_the_page(client, owner, shop):
    client.force_login(owner)
    lines = client.get(reverse("credit:ledger_csv")).getvalue().decode("utf-8-sig").splitlines()
    assert len(lines) == 4
    total = sum(int(line.split(",")[7]) for line in lines[1:])
    assert total == ScoreSnapshot.objects.get(is_current=True).score


def test_the_page_takes_as_many_queries_for_a_long_history(client, owner, shop, count):
    page(client, owner, range="all")
    with CaptureQueriesContext(connection) as short:
        page(client, owner, range="all")
    for back in range(100, 30, -7):
        count(shop, back=back, late=1, orders=30)
        run(back - 4)
    with CaptureQueriesContext(connection) as long:
        page(client, owner, range="all")
    assert len(long) == len(short)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_tile_shows_score_change_and_parts(shop, language):
    tile = selectors.tile(shop.pk, timezone.now())
    assert tile is not None
    snapshot = ScoreSnapshot.objects.get(is_current=True)
    assert tile.score == snapshot.score and tile.spark[-1] == snapshot.score and len(tile.spark) == 26
    assert tile.spark[:22] == [None] * 22
    assert tile.points_to_next == 750 - snapshot.score and tile.next_grade == "A"
    assert sum(meter.value for meter in tile.meters) == snapshot.score
    week_ago = selectors.snapshot_on(shop.pk, marketplace_day(timezone.now()) - dt.timedelta(days=7))
    assert tile.change == snapshot.score - week_ago.score
    with translation.override(language):
        html = plain(render_to_string("credit/tile.html", {"tile": tile}))
    assert str(snapshot.score) in html and ("grade B" if language == "en" else "B 级") in html


def test_without_a_score_the_tile_says_when_it_comes(make_shop):
    assert selectors.tile(make_shop().pk, timezone.now()) is None
    assert "No score yet" in render_to_string("credit/tile.html", {"tile": None})


def test_the_tile_can_be_read_as_of_an_earlier_day(shop):
    earlier = selectors.tile(shop.pk, timezone.now() - dt.timedelta(days=14))
    assert earlier.score == ScoreSnapshot.objects.order_by("day")[1].score
    assert selectors.tile(shop.pk, timezone.now() - dt.timedelta(days=100)) is None
