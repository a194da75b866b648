"""Deadlines, against arithmetic done by hand and against properties."""

import datetime as dt
import itertools
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopops.clocks import documents
from shopops.clocks.pure import (
    ALWAYS,
    Calendar,
    Interval,
    deadline,
    elapsed,
    merged,
    paused_until,
    remaining,
    working_days,
)

H = dt.timedelta(hours=1)
BERLIN = ZoneInfo("Europe/Berlin")
OFFICE = Calendar(
    "Asia/Shanghai",
    frozenset(range(5)),
    (dt.time(9), dt.time(18)),
    frozenset({dt.date(2026, 10, 1)}),
    frozenset({dt.date(2026, 10, 10)}),
)

moments = st.datetimes(dt.datetime(2020, 1, 1), dt.datetime(2030, 1, 1)).map(lambda d: d.replace(tzinfo=dt.UTC))
intervals = st.builds(lambda start, hours: Interval(start, start + hours * H), moments, st.integers(1, 500))


def at(day: int, hour: int, month: int = 11) -> dt.datetime:
    return dt.datetime(2026, month, day, hour, tzinfo=ZoneInfo("Asia/Shanghai"))


def test_a_clock_without_pauses_is_plain_addition():
    assert deadline(at(22, 20), 72 * H) == at(25, 20)


def test_a_pause_inside_moves_the_deadline_by_its_length():
    assert deadline(at(22, 20), 72 * H, pauses=[Interval(at(23, 2), at(23, 5))]) == at(25, 23)


def test_a_pause_that_began_before_the_clock_counts_from_the_start():
    assert deadline(at(22, 20), 10 * H, pauses=[Interval(at(22, 18), at(22, 22))]) == at(23, 8)


def test_the_same_minutes_paused_twice_pause_once():
    pauses = [Interval(at(23, 2), at(23, 5)), Interval(at(23, 4), at(23, 6))]
    assert deadline(at(22, 20), 72 * H, pauses=pauses) == at(26, 0)


def test_working_hours_carry_over_nights_weekends_and_holidays():
    assert deadline(at(20, 17), 3 * H, calendar=OFFICE) == at(23, 11)  # Friday 17:00 + 3 h → Monday 11:00
    assert deadline(at(30, 17, month=9), 2 * H, calendar=OFFICE) == at(2, 10, month=10)


def test_a_make_up_saturday_is_worked():
    assert OFFICE.is_open(dt.date(2026, 10, 10))
    assert deadline(at(9, 17, month=10), 2 * H, calendar=OFFICE) == at(10, 10, month=10)


def test_two_working_days_end_at_closing_time_of_the_second():
    assert working_days(at(20, 10), 2, calendar=OFFICE) == at(24, 18)  # Friday → Monday, Tuesday


def test_a_day_of_23_hours_counts_23_hours():
    start = dt.datetime(2026, 3, 28, 12, tzinfo=BERLIN)
    day = Calendar("Europe/Berlin")
    assert deadline(start, 24 * H, calendar=day) == start.astimezone(dt.UTC) + 24 * H
    assert elapsed(start, dt.datetime(2026, 3, 29, 12, tzinfo=BERLIN), calendar=day) == 23 * H


def test_a_calendar_without_working_days_says_so():
    with pytest.raises(ValueError, match="no working time"):
        deadline(at(1, 1), H, calendar=Calendar(weekdays=frozenset()))


@given(moments, st.integers(1, 300), st.lists(intervals, max_size=5))
def test_at_the_deadline_exactly_the_duration_has_elapsed(start, hours, pauses):
    due = deadline(start, hours * H, pauses=pauses)
    assert elapsed(start, due, pauses=pauses) == hours * H
    assert elapsed(start, due - dt.timedelta(seconds=1), pauses=pauses) <= hours * H


@given(moments, st.integers(1, 300), st.lists(intervals, max_size=5), intervals)
def test_another_pause_never_brings_a_deadline_nearer(start, hours, pauses, more):
    assert deadline(start, hours * H, pauses=[*pauses, more]) >= deadline(start, hours * H, pauses=pauses)


@given(st.lists(intervals, max_size=8))
def test_merged_pauses_are_sorted_and_apart(pauses):
    joined = merged(pauses)
    assert all(a.end < b.start for a, b in itertools.pairwise(joined))


def test_elapsed_before_the_start_is_nothing():
    assert elapsed(at(22, 20), at(22, 19), calendar=ALWAYS) == dt.timedelta()


def test_a_day_of_25_hours_counts_25_hours():
    day = Calendar("Europe/Berlin", frozenset({6}))
    start = dt.datetime(2026, 10, 25, tzinfo=BERLIN)
    assert elapsed(start, start + dt.timedelta(days=3), calendar=day) == 25 * H


def test_where_daylight_saving_begins_at_midnight_the_day_opens_an_hour_later():
    beirut = ZoneInfo("Asia/Beirut")
    (stretch,) = Calendar("Asia/Beirut").hours_of(dt.date(2026, 3, 29))
    assert stretch[0].astimezone(beirut).hour == 1 and stretch[1] - stretch[0] == 23 * H


def test_hours_that_daylight_saving_swallows_do_not_count():
    night = Calendar("Europe/Berlin", hours=(dt.time(2), dt.time(3)))
    assert night.hours_of(dt.date(2026, 3, 29)) == []
    assert night.hours_of(dt.date(2026, 10, 25))[0][1] - night.hours_of(dt.date(2026, 10, 25))[0][0] == 2 * H


def test_a_lunch_break_and_a_night_shift():
    lunch = Calendar("Asia/Shanghai", hours=((dt.time(9), dt.time(12)), (dt.time(13), dt.time(18))))
    assert deadline(at(20, 11), 2 * H, calendar=lunch) == at(20, 14)
    night = Calendar("Asia/Shanghai", hours=(dt.time(22), dt.time(6)))
    assert deadline(at(20, 2), 5 * H, calendar=night) == at(20, 23)


def test_what_is_left_turns_negative_by_running_time():
    assert remaining(at(20, 17), 3 * H, at(20, 18), calendar=OFFICE) == 2 * H
    assert remaining(at(20, 17), 3 * H, at(23, 12), calendar=OFFICE) == -H


def test_a_clock_that_stands_still_says_until_when():
    pauses = [Interval(at(23, 8), at(23, 10))]
    assert paused_until(at(21, 12), calendar=OFFICE, pauses=pauses) == at(23, 10)
    assert paused_until(at(23, 11), calendar=OFFICE, pauses=pauses) is None


def test_chinas_calendar_knows_holidays_and_the_days_worked_for_them():
    china = documents.load(documents.PACKS / "china.toml").calendar()
    working = {day for n in range(365) if china.is_open(day := dt.date(2026, 1, 1) + dt.timedelta(days=n))}
    assert len(working) == 248  # 261 weekdays − 19 that are holidays + 6 worked weekend days
    assert dt.date(2026, 2, 28) in working and dt.date(2026, 2, 23) not in working


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ('zone = "Mars/Olympus"', "no time zone"),
        ("hours = [{opens=09:00:00, closes=13:00:00}, {opens=12:00:00, closes=18:00:00}]", "overlap"),
        ("weekdays = []", "at least one weekday"),
        ("make_up_days = [2026-10-01]", "holiday and a make-up day"),
    ],
)
def test_a_calendar_that_cannot_be_right_says_why(tmp_path, change, words):
    import msgspec

    good = {
        "zone": 'zone = "Asia/Shanghai"',
        "weekdays": "weekdays = [0]",
        "hours": "hours = [{opens=09:00:00, closes=18:00:00}]",
        "holidays": 'holidays = [{en="a", zh="b", first=2026-10-01, last=2026-10-02}]',
    }
    good[change.split(" ")[0]] = change
    pack = tmp_path / "pack.toml"
    pack.write_text("\n".join(good.values()))
    with pytest.raises(msgspec.ValidationError, match=words):
        documents.load(pack)
