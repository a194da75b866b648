"""The merged timeline: every entry once, in order, however the pages are cut."""

import datetime as dt

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from merchants.file import timeline
from merchants.file.timeline import Cursor, Entry, Period, Source
from merchants.models import Merchant

START = dt.datetime(2026, 11, 1, tzinfo=dt.UTC)


def made(code, minutes, **more):
    """A source with entries at these minutes, which notes how much of it is asked for."""
    rows = sorted(
        (Entry(START + dt.timedelta(minutes=minute), f"{code}{number}") for number, minute in enumerate(minutes)),
        key=lambda entry: entry.at,
        reverse=True,
    )
    asked = []

    def entries(_merchant, before, limit):
        asked.append(limit)
        return [each for each in rows if before is None or each.at < before][:limit]

    source = Source(code, code, "clock", entries, **more)
    return source, asked


def walk(of, size):
    found, cursor = [], ""
    for _page in range(200):
        page = timeline.page(Merchant(pk=1), of, cursor=cursor, size=size)
        found += [entry.title for entry in page.entries]
        cursor = page.older
        if not cursor:
            return found
    raise AssertionError("The pages do not end.")


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow], max_examples=60)
@given(
    st.lists(st.lists(st.integers(0, 6), max_size=6), min_size=1, max_size=3),
    st.integers(1, 5),
)
def test_going_older_shows_every_entry_once_newest_first_also_when_moments_are_shared(minutes, size):
    of = [made(f"s{number}-", each)[0] for number, each in enumerate(minutes)]
    whole = timeline.page(Merchant(pk=1), of, size=1000).entries
    assert len(whole) == sum(map(len, minutes))
    assert [entry.at for entry in whole] == sorted((entry.at for entry in whole), reverse=True)
    assert walk(of, size) == [entry.title for entry in whole]


def test_no_source_is_read_further_than_the_page_needs():
    first, asked = made("a", range(1000))
    second, asked_too = made("b", range(1000))
    page = timeline.page(Merchant(pk=1), [first, second], size=40)
    timeline.page(Merchant(pk=1), [first, second], size=40, cursor=page.older)
    assert max(asked + asked_too) <= 40 + 1 + 2


def test_a_period_bounds_both_ends():
    source, _asked = made("a", range(10))
    period = Period(START + dt.timedelta(minutes=3), START + dt.timedelta(minutes=6))
    page = timeline.page(Merchant(pk=1), [source], period=period)
    assert [entry.title for entry in page.entries] == ["a5", "a4", "a3"]
    assert page.older == ""


def test_paging_goes_on_inside_a_period():
    source, _asked = made("a", range(10))
    period = Period(START + dt.timedelta(minutes=2), START + dt.timedelta(minutes=8))
    first = timeline.page(Merchant(pk=1), [source], period=period, size=4)
    second = timeline.page(Merchant(pk=1), [source], period=period, size=4, cursor=first.older)
    assert [entry.title for entry in first.entries + second.entries] == ["a7", "a6", "a5", "a4", "a3", "a2"]


@pytest.mark.parametrize("damaged", ["", "x", "1.x", "-5.0", "9" * 40 + ".0", "1.999999", "１.0", "."])
def test_a_damaged_cursor_shows_the_newest(damaged):
    source, _asked = made("a", range(3))
    assert timeline.page(Merchant(pk=1), [source], cursor=damaged).entries[0].title == "a2"


def test_a_cursor_says_where_it_stands():
    cursor = Cursor(timezone.now(), 3)
    assert Cursor.read(str(cursor)) == cursor


def test_operators_get_only_the_sources_that_their_permissions_open(make_user, monkeypatch):
    open_one, _asked = made("open", [1])
    closed, _asked = made("closed", [2], permission="warnings.view_warning")
    monkeypatch.setattr(timeline, "sources", [open_one, closed])
    assert [each.code for each in timeline.for_operator(make_user("lin", roles=["reviewer"]))] == ["open"]
    assert len(timeline.for_operator(make_user("risk", roles=["risk_analyst"]))) == 2


def test_a_shop_gets_what_is_public_and_its_role_may_see(monkeypatch):
    internal, _asked = made("internal", [1])
    own, _asked = made("own", [2], public=lambda merchant, before, limit: [])
    complaints, _asked = made("complaints", [3], public=lambda merchant, before, limit: [], needs="complaints.view")
    monkeypatch.setattr(timeline, "sources", [internal, own, complaints])
    assert [each.code for each in timeline.for_shop({"orders.view"})] == ["own"]
    assert [each.code for each in timeline.for_shop({"complaints.view"})] == ["own", "complaints"]
    assert [each.code for each in timeline.for_shop(None)] == ["own", "complaints"]
