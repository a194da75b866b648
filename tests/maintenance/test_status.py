"""The public status: what it says, in both languages, for people and programs, without leaving a trace."""

import datetime as dt
import json
from contextlib import contextmanager
from xml.etree import ElementTree

import pytest
from django.core.cache import cache
from django.db import OperationalError, connection
from django.urls import reverse
from django.utils import translation
from icalendar import Calendar

from maintenance import services
from maintenance.models import Impact, Incident
from maintenance.status import cache as status_cache
from maintenance.status import page
from maintenance.status.build import build
from maintenance.status.data import as_data
from tests.maintenance.conftest import DAY, HOUR, NOW, START, ZONE, run

pytestmark = pytest.mark.django_db


@pytest.fixture
def now(monkeypatch):
    """now(moment): the status is looked at then."""

    def set_to(moment):
        monkeypatch.setattr(status_cache.timezone, "now", lambda: moment)
        cache.clear()
        return moment

    return set_to


def incident(**fields):
    fields = {"service": "messages", "severity": "outage", "title_en": "SMS late", "title_zh": "短信延迟"} | fields
    return Incident.objects.create(**fields)


def service(snapshot, code):
    return next(each for each in snapshot.services if each.code == code)


def test_all_is_well_when_nothing_was_recorded():
    snapshot = build(NOW)
    assert snapshot.state == "works"
    assert {each.state for each in snapshot.services} == {"works"}
    assert {each.available for each in snapshot.services} == {1.0}
    with translation.override("en"):
        assert page.verdict(snapshot).title == "All 8 services are working"


def test_a_window_hits_its_services_only_while_it_lasts(announced):
    announced()
    assert build(START - HOUR).state == "works"
    during = build(START + HOUR)
    assert (during.state, service(during, "shipping").state, service(during, "shipping").mode) == (
        "planned",
        "planned",
        "down",
    )
    assert service(during, "products").state == "works"
    assert build(START + 3 * HOUR).state == "works"


def test_an_incident_outweighs_planned_work(announced):
    announced()
    incident(service="shipping", severity="degraded", started_at=START)
    assert service(build(START + HOUR), "shipping").state == "degraded"
    incident(service="shipping", severity="outage", started_at=START)
    assert build(START + HOUR).state == "outage"


def test_drafts_and_scheduled_windows_are_nobodys_business(draft, announcer, client):
    services.schedule(window=draft(title_en="Secret plan"), actor=announcer, now=NOW)
    assert build(NOW).windows == ()
    assert "Secret plan" not in client.get("/status/").content.decode()
    assert b"Secret plan" not in client.get("/status/calendar.ics").content


def test_days_are_the_marketplaces_and_show_their_worst():
    incident(
        started_at=dt.datetime(2026, 11, 17, 23, 30, tzinfo=ZONE),
        ended_at=dt.datetime(2026, 11, 18, 0, 30, tzinfo=ZONE),
    )
    incident(severity="degraded", started_at=NOW - HOUR, ended_at=NOW - HOUR / 2)
    days = {day.date: day.tone for day in service(build(NOW), "messages").days}
    assert len(days) == 60
    assert [days[dt.date(2026, 11, number)] for number in (16, 17, 18, 19)] == ["ok", "danger", "danger", "caution"]


def test_availability_counts_outages_and_planned_downtime_once(announced, announcer):
    window = announced(at=NOW - 9 * DAY, starts_at=NOW - 2 * DAY)
    run(NOW - 2 * DAY)
    run(NOW - DAY)
    services.complete(window=window, actor=announcer, now=NOW - DAY)
    incident(service="shipping", started_at=NOW - 2 * DAY + 2 * HOUR, ended_at=NOW - 2 * DAY + 4 * HOUR)
    snapshot = build(NOW)
    whole = 59 * DAY + dt.timedelta(hours=10)
    assert service(snapshot, "shipping").available == pytest.approx(1 - 4 * HOUR / whole)
    assert service(snapshot, "after_sales").available == 1.0  # frozen is not down


def test_the_history_tells_plan_and_outcome(announced, announcer):
    window = announced()
    run(START)
    services.extend(window=window, actor=announcer, ends_at=START + 5 * HOUR, reason="x", now=START + HOUR)
    services.complete(window=window, actor=announcer, now=START + 4 * HOUR)
    with translation.override("en"):
        ((date, (event,)),) = page.context(build(START + 6 * HOUR))["history"]
    assert date == START.date()
    assert event["text"] == "Thu 26 Nov, 12:00–16:00. Planned: 3 h, took: 4 h."


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", ["Planned: Database upgrade", "Merchants told", "Add to calendar"]), ("zh-hans", ["数据库升级"])],
)
def test_the_page_speaks_both_languages_and_leaves_no_trace(
    announced, shop, client, now, language, words, django_assert_max_num_queries
):
    shop()
    announced()
    now(START - 40 * HOUR)
    with django_assert_max_num_queries(20):
        response = client.get(reverse("status:page"), headers={"accept-language": language})
    text = response.content.decode()
    for part in words:
        assert part in text
    assert f'lang="{"zh-Hans" if language == "zh-hans" else "en"}"' in text
    assert response.cookies == {}
    assert "csrfmiddlewaretoken" not in text and "style=" not in text
    assert "public" in response["Cache-Control"] and "max-age=60" in response["Cache-Control"]


def test_a_second_look_within_a_minute_asks_the_database_nothing(client, django_assert_num_queries):
    client.get("/status/")
    with django_assert_num_queries(0):
        assert client.get("/status/").status_code == 200
        assert client.get("/status/status.json").status_code == 200
        assert client.get("/api/v1/status/").status_code == 200


def test_without_a_database_the_last_status_is_shown(client, monkeypatch, announced):
    announced()
    client.get("/status/")

    def away(now):
        raise OperationalError("connection refused")

    monkeypatch.setattr(status_cache, "build", away)
    monkeypatch.setattr(status_cache, "FRESH", dt.timedelta(0))
    assert client.get("/status/").status_code == 200
    cache.clear()
    response = client.get("/status/")
    others = [client.get(address).status_code for address in ("/status/status.json", "/api/v1/status/")]
    assert (response.status_code, others) == (503, [503, 503])
    assert b"does not answer" in response.content


FEEDS = [
    *(f"/status/{name}" for name in ("rss.xml", "rss.en.xml", "rss.zh-hans.xml")),
    *(f"/status/{name}" for name in ("calendar.ics", "calendar.en.ics", "calendar.zh-hans.ics")),
]
EVERYWHERE = ["/status/", "/status/status.json", "/api/v1/status/", *FEEDS]


@pytest.fixture
def database_away(monkeypatch):
    """Within it no query is answered, whoever asks, and no snapshot is fresh."""

    def refuse(*arguments):
        raise OperationalError("connection refused")

    @contextmanager
    def away():
        with monkeypatch.context() as patched, connection.execute_wrapper(refuse):
            patched.setattr(status_cache, "FRESH", dt.timedelta(0))
            yield

    return away


def test_without_a_database_the_feeds_say_what_was_kept(client, announced, shop, database_away):
    shop()
    window = announced()
    run(NOW)
    addresses = [*EVERYWHERE, reverse("status:window_ical", args=[window.pk])]
    before = {address: client.get(address).content for address in addresses}
    with database_away():
        answers = {address: client.get(address) for address in addresses}
    assert {address: answer.status_code for address, answer in answers.items()} == dict.fromkeys(addresses, 200)
    assert all(answers[address].content == before[address] for address in FEEDS if "ics" in address)
    assert b"Database upgrade" in answers["/status/rss.en.xml"].content


def test_with_neither_database_nor_snapshot_every_address_says_when_to_ask_again(client, announced, database_away):
    addresses = [*EVERYWHERE, reverse("status:window_ical", args=[announced().pk])]
    with database_away():
        answers = [client.get(address) for address in addresses]
    assert {answer.status_code for answer in answers} == {503}
    assert {answer["Retry-After"] for answer in answers} == {"60"}


def test_a_notice_that_reached_nobody_is_news_to_the_public_all_the_same(client, announced, announcer):
    window = announced()
    run(NOW)
    services.move(window=window, actor=announcer, starts_at=START + DAY, ends_at=START + DAY + HOUR, now=NOW + HOUR)
    run(NOW + HOUR)
    cache.clear()
    answers = {address: client.get(address) for address in EVERYWHERE}
    assert {address: answer.status_code for address, answer in answers.items()} == dict.fromkeys(EVERYWHERE, 200)
    channel = ElementTree.fromstring(answers["/status/rss.en.xml"].content).find("channel")
    assert channel is not None
    told = [(item.findtext("title"), item.findtext("description")) for item in channel.findall("item")]
    assert told == [
        ("New times: Database upgrade", "Fri 27 Nov, 12:00–13:00"),
        ("Planned: Database upgrade", "Thu 26 Nov, 12:00–15:00"),
    ]


def test_news_whose_message_was_not_kept_tell_the_present_times(client, announced):
    window = announced()
    run(NOW)
    window.notice_points.update(message=None)
    assert "Thu 26 Nov, 12:00–15:00" in client.get("/status/rss.en.xml").content.decode()


def test_without_a_cache_the_status_is_computed(client, monkeypatch):
    class Away:
        def get(self, key):
            raise ConnectionError

        def set(self, *arguments):
            raise ConnectionError

    monkeypatch.setattr(status_cache, "cache", Away())
    assert client.get("/status/").status_code == 200


def test_json_and_api_say_the_same(announced, client, now):
    announced()
    now(START + HOUR)
    feed = client.get("/status/status.json").json()
    assert feed == client.get("/api/v1/status/").json() == json.loads(json.dumps(as_data(build(START + HOUR))))
    shipping = next(each for each in feed["services"] if each["code"] == "shipping")
    assert shipping["audiences"] == {"buyers": "delayed", "merchants": "down", "systems": "works"}
    (window,) = feed["windows"]
    assert window["title"] == {"en": "Database upgrade", "zh": "数据库升级"}
    assert dt.datetime.fromisoformat(window["starts_at"]) == START


def test_the_worst_of_two_windows_wins_in_the_json(announced):
    announced()
    other = announced()
    Impact.objects.filter(window=other, service="shipping").update(mode="works")
    feed = as_data(build(START + HOUR))
    shipping = next(each for each in feed["services"] if each["code"] == "shipping")
    assert shipping["audiences"]["merchants"] == "down"


def test_rss_is_well_formed_and_newest_first(announced, announcer, shop, client):
    shop()
    window = announced(title_en="A & B <upgrade>")
    run(NOW)
    incident(started_at=NOW - HOUR, ended_at=NOW + HOUR)
    services.cancel(window=window, actor=announcer, reason="Off", now=NOW + 2 * HOUR)
    run(NOW + 2 * HOUR)
    response = client.get("/status/rss.en.xml")
    channel = ElementTree.fromstring(response.content).find("channel")
    assert channel is not None
    titles = [item.findtext("title") for item in channel.findall("item")]
    assert titles == [
        "Cancelled: A & B <upgrade>",
        "Solved, Messages: SMS late",
        "Planned: A & B <upgrade>",
        "Outage, Messages: SMS late",
    ]
    assert len({item.findtext("guid") for item in channel.findall("item")}) == 4
    assert response.cookies == {}


def test_rss_speaks_the_language_of_its_address(client):
    incident(started_at=NOW - HOUR)
    assert "短信延迟" in client.get("/status/rss.zh-hans.xml").content.decode()
    assert "SMS late" in client.get("/status/rss.en.xml").content.decode()


def test_the_calendar_moves_and_takes_out_windows(announced, announcer, client):
    window = announced()

    def entry():
        cache.clear()  # a minute later
        calendar = Calendar.from_ical(client.get("/status/calendar.en.ics").content)
        (event,) = calendar.walk("VEVENT")
        return event

    first = entry()
    assert (first.start, first.end, str(first["SUMMARY"])) == (START, START + 3 * HOUR, "Database upgrade")
    assert first.start.utcoffset() == dt.timedelta(0)
    services.move(window=window, actor=announcer, starts_at=START + DAY, ends_at=START + DAY + HOUR, now=NOW)
    second = entry()
    assert (second["UID"], second.start, second["SEQUENCE"]) == (first["UID"], START + DAY, first["SEQUENCE"] + 1)
    services.cancel(window=window, actor=announcer, reason="Off", now=NOW)
    third = entry()
    assert (third["STATUS"], third["SEQUENCE"]) == ("CANCELLED", second["SEQUENCE"] + 1)


def test_one_window_can_be_added_to_a_calendar_with_a_reminder(announced, client):
    window = announced()
    response = client.get(reverse("status:window_ical", args=[window.pk]))
    assert response["Content-Type"].startswith("text/calendar")
    calendar = Calendar.from_ical(response.content)
    assert calendar.walk("VALARM")[0]["TRIGGER"].dt == -HOUR


def test_calendars_of_windows_that_are_not_public_do_not_exist(draft, client):
    assert client.get(reverse("status:window_ical", args=[draft().pk])).status_code == 404


def test_the_status_is_only_read(client):
    assert client.post("/status/").status_code == 405
