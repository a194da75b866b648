"""The breach forecast and the flow."""

import datetime as dt

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from shopops.work.forecast import play
from shopops.work.forecasting import flow, forecasts
from shopops.work.models import WorkItem
from shopops.work.sla import Clocks
from tests.work.conftest import DAY, HOUR, fill

HOURS = 24
amounts = st.floats(0, 50, allow_nan=False)
cases = st.fixed_dictionaries(
    {
        "overdue": st.integers(0, 60).map(float),
        "due": st.dictionaries(st.integers(0, 60), st.integers(0, 30).map(float), max_size=12),
        "arrivals": st.lists(amounts, min_size=HOURS, max_size=HOURS),
        "allowed": st.integers(0, 40),
        "pace": st.lists(amounts, min_size=HOURS, max_size=HOURS),
    }
)


@given(cases, st.lists(amounts, min_size=HOURS, max_size=HOURS))
def test_more_pace_is_never_more_breaches(case, more):
    slow = play(**case)
    fast = play(**{**case, "pace": [a + b for a, b in zip(case["pace"], more, strict=True)]})
    assert all(b <= a + 1e-6 for a, b in zip(slow.breached, fast.breached, strict=True))
    assert all(b <= a + 1e-6 for a, b in zip(slow.waiting, fast.waiting, strict=True))


@given(cases)
def test_nothing_appears_or_vanishes(case):
    found = play(**case)
    everything = case["overdue"] + sum(case["due"].values()) + sum(case["arrivals"])
    assert found.waiting[-1] <= everything + 1e-6
    assert everything - found.waiting[-1] <= sum(case["pace"]) + 1e-6
    due = sum(count for hour, count in case["due"].items() if hour < HOURS)
    arrived = sum(case["arrivals"][: max(HOURS - case["allowed"], 0)])
    assert found.breached[-1] <= due + arrived + 1e-6
    assert list(found.breached) == sorted(found.breached)


def test_what_is_overdue_is_served_first_and_counts_no_more():
    found = play(overdue=10, due={2: 5, 20: 5}, arrivals=[0] * 24, allowed=5, pace=[2] * 24)
    assert found.breaches(24) == 5, "ten are overdue: until hour 5 nobody gets to those due in hour 2"
    assert found.waiting[-1] == 0


def test_without_pace_everything_due_breaches():
    found = play(overdue=3, due={0: 2, 23: 4, 30: 9}, arrivals=[1] * 24, allowed=10, pace=[0] * 24)
    assert (found.breaches(1), found.breaches(24)) == (2, 6 + 14)
    assert found.waiting[-1] == 3 + 15 + 24


@pytest.mark.django_db
def test_pace_and_arrivals_come_from_the_last_four_weeks(queue):
    now = timezone.now()
    for day in range(28):
        fill(10, entered_at=now - (day + 1) * DAY, left_at=now - day * DAY - HOUR, due_at=now - day * DAY)
    fill(30, due_at=now + 12 * HOUR, entered_at=now - 5 * HOUR)
    found = forecasts([queue], Clocks(now))["test"]
    assert 20 <= found.breached[13] <= 27, "a good ten a day leave, and thirty are due in half a day"
    WorkItem.objects.filter(left_at=None).update(due_at=now + 10 * DAY)
    assert forecasts([queue], Clocks(now))["test"].breaches(24) == 0


@pytest.mark.django_db
def test_a_queue_younger_than_a_day_is_not_forecast(queue):
    assert forecasts([queue], Clocks()) == {}
    fill(5, due_at=timezone.now() + 5 * HOUR)
    assert forecasts([queue], Clocks()) == {}
    fill(5, due_at=timezone.now() + 5 * HOUR, entered_at=timezone.now() - 2 * DAY)
    assert forecasts([queue], Clocks())["test"].breaches(24) >= 10


@pytest.mark.django_db
def test_the_flow_adds_up(queue):
    now = timezone.now()
    fill(7, entered_at=now - 60 * DAY, left_at=now - 3 * DAY)
    fill(5, entered_at=now - 60 * DAY)
    WorkItem.objects.filter(label__in=("Item 3", "Item 4"), left_at=None).update(entered_at=now - 2 * DAY)
    fill(1, entered_at=now + DAY, left_at=now)
    found = flow("test", now)
    assert len(found.days) == 30 and found.days[-1] == timezone.localdate(now, timezone.get_default_timezone())
    assert (sum(found.entered), sum(found.left)) == (2, 7)
    assert (found.waiting[0], found.waiting[-1]) == (10, 5)
    assert isinstance(found.days[0], dt.date)
