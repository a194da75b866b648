"""Deadlines as pages show them."""

import datetime as dt

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from shopops.clocks.pure import Interval
from shopops.ui.clockview import WIDTH, ClockView, Pause, urgency

START = dt.datetime(2026, 11, 22, 12, 40, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)
NIGHT = Pause(START + 5 * HOUR, START + 8 * HOUR, "Maintenance")


def clock(now_after, length=72, pauses=(NIGHT,), **kwargs):
    return ClockView.of(START, length * HOUR, pauses, START + now_after * HOUR, **kwargs)


def kinds(view):
    return [segment.kind for segment in view.segments]


def test_a_pause_moves_the_deadline_and_keeps_what_is_left():
    view = clock(37)
    assert view.due == START + 75 * HOUR
    assert view.left == 38 * HOUR
    assert view.paused == 3 * HOUR
    assert view.tone == "caution"
    assert kinds(view) == ["spent", "pause", "spent", "left"]
    with timezone.override("UTC"):
        assert view.label == "34 h of 72 h used, 3 h paused, 38 h left"


def test_a_planned_pause_is_announced():
    view = clock(1)
    assert (view.paused, view.will_pause, view.is_paused) == (dt.timedelta(), 3 * HOUR, False)
    assert kinds(view) == ["spent", "left", "pause", "left"]


def test_a_clock_stands_still_in_a_pause_without_an_end():
    view = clock(20, length=48, pauses=[Pause(START + 10 * HOUR, None, "Flood")])
    assert view.is_paused
    assert view.left == 38 * HOUR
    assert view.due == START + 58 * HOUR
    assert view.reason == "Flood"


def test_overlapping_pauses_count_once():
    view = clock(20, length=48, pauses=[NIGHT, Pause(START + 6 * HOUR, START + 10 * HOUR)])
    assert view.paused == 5 * HOUR
    assert view.reason == ""


def test_pauses_of_the_clocks_app_do_as_well():
    view = clock(20, pauses=[Interval(START + HOUR, START + 2 * HOUR)])
    assert view.paused == HOUR
    assert view.reason == ""


def test_a_pause_after_the_deadline_is_not_told():
    late = Pause(START + 100 * HOUR, START + 101 * HOUR)
    assert clock(20, pauses=[NIGHT, late]).relevant_pauses == [NIGHT]


def test_an_overdue_clock_says_so():
    view = clock(51, length=48, pauses=[])
    assert view.left == -3 * HOUR
    assert (view.is_overdue, view.tone) == (True, "danger")
    assert kinds(view) == ["spent", "over"]


def test_a_closed_clock_neither_warns_nor_runs():
    view = clock(51, length=48, pauses=[], closed=True)
    assert (view.is_overdue, view.tone, kinds(view)) == (False, "", ["spent"])


@pytest.mark.parametrize(
    ("left", "length", "tone"),
    [
        (38, 72, "caution"),
        (44, 72, ""),
        (9, 72, "danger"),
        (9, 12, ""),
        (2, 12, "danger"),
        (0, 72, "danger"),
        (8, None, "danger"),
    ],
)
def test_a_short_clock_turns_red_later(left, length, tone):
    assert urgency(left * HOUR, length * HOUR if length else None) == tone


hours = st.integers(0, 200)


@given(hours, st.integers(1, 100), st.lists(st.tuples(hours, hours), max_size=4))
def test_the_bar_is_in_order_and_inside_its_width(now, length, pauses):
    stops = [Pause(START + a * HOUR, START + b * HOUR) for a, b in pauses if a < b]
    view = clock(now, length=length, pauses=stops)
    end = 0
    for segment in view.segments:
        assert segment.x >= end - 1
        assert 1 <= segment.width <= WIDTH
        end = segment.end
    assert end <= WIDTH + len(view.segments)
    assert (view.left <= dt.timedelta()) == (view.now >= view.due)
