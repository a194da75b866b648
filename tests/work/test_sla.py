"""Due times on read: the index answers what the clock says."""

import datetime as dt

import pytest
from django.db import connection
from django.db.models import Count
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from shopops.clocks.models import Pause
from shopops.clocks.pure import Calendar, Interval, deadline, working_days
from shopops.console.home import waiting_for
from shopops.work.models import WorkClock, WorkItem
from shopops.work.queues import states_for
from shopops.work.sla import CalendarSource, Clocks, State, calendar_sources, latest_start
from tests.work.conftest import DAY, HOUR, fill

MONDAY = dt.datetime(2026, 11, 23, tzinfo=dt.UTC)
OFFICE = Calendar("Asia/Shanghai", frozenset(range(5)), (dt.time(9), dt.time(18)), frozenset({dt.date(2026, 11, 25)}))
moments = st.integers(0, 14 * 24 * 60).map(lambda minutes: MONDAY + dt.timedelta(minutes=minutes))


@given(
    moment=moments,
    start=moments,
    minutes=st.integers(1, 6000),
    pauses=st.lists(st.tuples(moments, st.integers(1, 3000)), max_size=4),
    whole_days=st.booleans(),
)
def test_an_item_is_late_exactly_when_its_clock_started_early_enough(moment, start, minutes, pauses, whole_days):
    stops = [Interval(at, at + dt.timedelta(minutes=length)) for at, length in pauses]

    def due(at):
        if whole_days:
            return working_days(at, 1 + minutes % 4, calendar=OFFICE, pauses=stops)
        return deadline(at, dt.timedelta(minutes=minutes), calendar=OFFICE, pauses=stops)

    latest = latest_start(due, moment)
    assert latest is not None
    assert due(latest) < moment <= due(latest + dt.timedelta(microseconds=1))
    assert (start <= latest) == (due(start) < moment)


@pytest.mark.django_db
def test_states_follow_the_clock_and_its_pauses(put):
    now = timezone.now()
    plain, late = put(due_at=now + 30 * HOUR), put(due_at=now - HOUR)
    soon = put(seconds=2 * 3600, started_at=now - HOUR)
    paused = put(seconds=2 * 3600, feature="shipping", started_at=now - 3 * HOUR)
    standing = Clocks(now).standing
    assert standing(paused).state == State.OVERDUE
    Pause.objects.create(feature="shipping", start=now - 2 * HOUR, end=now + 4 * HOUR)
    standing = Clocks(now).standing
    assert [standing(item).state for item in (plain, late, soon, paused)] == ["on_time", "overdue", "soon", "paused"]
    assert standing(paused).due == now + 5 * HOUR
    assert set(WorkItem.objects.filter(Clocks(now).overdue())) == {late}
    assert set(WorkItem.objects.filter(Clocks(now).soon())) == {soon, paused}


@pytest.mark.django_db
def test_an_apps_own_calendar_is_asked(put, monkeypatch):
    monkeypatch.setattr(calendar_sources, "_items", {})
    calendar_sources.register(CalendarSource("mine", lambda rest: OFFICE if rest == "7" else Calendar()))
    item = put(days=1, calendar="mine:7", started_at=MONDAY + 8 * HOUR)
    assert Clocks().due(item) == dt.datetime(2026, 11, 24, 10, tzinfo=dt.UTC)


@pytest.mark.django_db
def test_home_counts_agree_with_every_single_item(put, supervisor, queue):
    now = timezone.now()
    Pause.objects.create(feature="shipping", start=now - DAY, end=now - 12 * HOUR)
    for hours in range(0, 60, 3):
        put(seconds=20 * 3600, feature="shipping", started_at=now - hours * HOUR, entered_at=now)
        put(due_at=now + (hours - 30) * HOUR, entered_at=now)
    clocks = Clocks(now)
    due = [clocks.due(item) for item in WorkItem.objects.all()]
    (state, *_second) = states_for(supervisor, now)
    assert state.waiting == len(due)
    assert state.overdue == sum(each < now for each in due)
    assert state.soon == sum(now <= each < now + DAY for each in due)


@pytest.mark.django_db
def test_counting_reads_open_items_by_index_and_not_the_many_that_left(queue, supervisor, django_assert_num_queries):
    clock = WorkClock.objects.create(seconds=48 * 3600)
    fill(20_000, left_at=timezone.now())
    fill(2_000, due_at=None, clock=clock, started_at=timezone.now() - 5 * HOUR)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE work_workitem")
    with django_assert_num_queries(5):
        ((state, _forecast),) = waiting_for(supervisor)
    assert state.waiting == 2_000
    counted = WorkItem.objects.filter(queue="test", left_at__isnull=True).order_by().values("queue")
    plan = counted.annotate(late=Count("entered_at", filter=Clocks().overdue())).explain()
    assert "work_open_" in plan and "Seq Scan" not in plan, plan
