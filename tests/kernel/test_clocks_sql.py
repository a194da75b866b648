"""Clocks in SQL say what clocks in Python say."""

import datetime as dt

import pytest
from django.db import connection, transaction
from django.db.models import DurationField, F, Value
from django.db.utils import DatabaseError
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shopops.clocks import pure, sql
from shopops.clocks.models import OpenStretch, Pause, WorkingCalendar
from shopops.clocks.pure import ALWAYS, Calendar, Interval
from shopops.clocks.selectors import NoCalendar, calendar
from shopops.clocks.services import extend_calendars, publish_calendar

H = dt.timedelta(hours=1)
NOON = (dt.time(9), dt.time(12)), (dt.time(13, 30), dt.time(18))
NIGHT = (dt.time(22), dt.time(6, 15))
DAYS = frozenset(range(5))
OCTOBER = frozenset(dt.date(2026, 10, day) for day in range(1, 8))
CALENDARS = {
    "always": ALWAYS,
    "china": Calendar("Asia/Shanghai", DAYS, (dt.time(9), dt.time(18)), OCTOBER, frozenset({dt.date(2026, 10, 10)})),
    "berlin": Calendar("Europe/Berlin", DAYS, NOON, frozenset({dt.date(2026, 3, 30)})),
    "night": Calendar("America/New_York", frozenset(range(7)), NIGHT),
    "gap": Calendar("Europe/Berlin", frozenset(range(7)), ((dt.time(1), dt.time(2, 30)), (dt.time(2, 45), dt.time(4)))),
    # Daylight saving begins and ends at midnight.
    "beirut": Calendar("Asia/Beirut", frozenset({5, 6}), (dt.time(0), dt.time(0))),
}

# Half of the moments lie around daylight saving and China's holidays.
moments = st.one_of(
    st.datetimes(dt.datetime(2025, 1, 1), dt.datetime(2027, 6, 1)),
    st.datetimes(dt.datetime(2026, 3, 26), dt.datetime(2026, 4, 2)),
    st.datetimes(dt.datetime(2026, 9, 28), dt.datetime(2026, 11, 2)),
).map(lambda moment: moment.replace(tzinfo=dt.UTC))
durations = st.one_of(
    st.timedeltas(dt.timedelta(microseconds=1), dt.timedelta(days=40)), st.integers(1, 100).map(lambda n: n * H)
)
pauses = st.lists(
    st.builds(
        lambda start, length: Interval(start, start + length),
        moments,
        st.timedeltas(dt.timedelta(seconds=1), dt.timedelta(days=9)),
    ),
    max_size=6,
)
examples = settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture
def published(db):
    for code, each in CALENDARS.items():
        publish_calendar(code, each)


def stop(*stretches: Interval, feature: str = "shipping") -> None:
    Pause.objects.all().delete()
    Pause.objects.bulk_create(Pause(feature=feature, start=each.start, end=each.end) for each in stretches)


def ask(expression):
    """The value of an expression, computed by the database."""
    return WorkingCalendar.objects.filter(code="always").values_list(expression, flat=True).get()


@pytest.mark.parametrize("code", CALENDARS)
def test_the_database_computes_the_deadline_that_python_computes(published, code):
    @examples
    @given(moments, durations, pauses)
    def agree(start, duration, stops):
        stop(*stops)
        due = pure.deadline(start, duration, calendar=CALENDARS[code], pauses=stops)
        for many in (False, True):
            asked = sql.deadline(start=start, seconds=duration, calendar=code, feature="shipping", many=many)
            assert ask(asked) == due
        microsecond = dt.timedelta(microseconds=1)
        for now, passed in ((due, True), (due - microsecond, False)):
            asked = {"start": start, "seconds": duration, "now": now, "calendar": code, "feature": "shipping"}
            assert ask(sql.overdue(**asked)) is ask(sql.overdue(**asked, many=True)) is passed
            latest = ask(sql.cutoff(seconds=duration, now=now, calendar=code, feature="shipping"))
            assert (start <= latest) is passed

    agree()


@pytest.mark.parametrize("code", CALENDARS)
def test_the_database_computes_the_running_time_that_python_computes(published, code):
    @examples
    @given(moments, moments, durations, pauses)
    def agree(start, now, duration, stops):
        stop(*stops)
        kept = {"calendar": CALENDARS[code], "pauses": stops}
        asked = {"start": start, "now": now, "calendar": code, "feature": "shipping"}
        for many in (False, True):
            assert ask(sql.elapsed(**asked, many=many)) == pure.elapsed(start, now, **kept)
            left = ask(sql.remaining(seconds=duration, **asked, many=many))
            assert left == pure.remaining(start, duration, now, **kept)

    agree()


@pytest.mark.parametrize("code", CALENDARS)
def test_no_time_at_all_is_up_when_the_clock_first_runs(published, code):
    @examples
    @given(moments, pauses)
    def agree(start, stops):
        stop(*stops)
        due = pure.deadline(start, dt.timedelta(), calendar=CALENDARS[code], pauses=stops)
        for many in (False, True):
            assert ask(sql.deadline(start=start, seconds=0, calendar=code, feature="shipping", many=many)) == due

    agree()


def test_only_pauses_of_the_features_asked_for_count(published):
    start = dt.datetime(2026, 3, 2, tzinfo=dt.UTC)
    stop(Interval(start, start + 2 * H), feature="shipping")
    Pause.objects.create(feature="messages", start=start + H, end=start + 3 * H)
    due = {
        feature: ask(sql.deadline(start=start, seconds=60, calendar="always", feature=feature)) - start
        for feature in ("", "appeals", "shipping", "shipping,messages")
    }
    minute = dt.timedelta(minutes=1)
    assert due == {"": minute, "appeals": minute, "shipping": 2 * H + minute, "shipping,messages": 3 * H + minute}


def test_start_length_and_feature_may_come_from_the_row(published):
    stop(Interval(dt.datetime(2026, 3, 2, tzinfo=dt.UTC), dt.datetime(2026, 3, 3, tzinfo=dt.UTC)))
    length = Value(H, DurationField())
    due = Pause.objects.annotate(
        due=sql.deadline(start=F("start"), seconds=length, calendar="always", feature=F("feature"))
    )
    assert due.get().due == dt.datetime(2026, 3, 3, 1, tzinfo=dt.UTC)


def test_an_unknown_calendar_is_an_error_and_not_an_open_one(db):
    with pytest.raises(NoCalendar, match="'no-such'"):
        calendar("no-such")
    with pytest.raises(DatabaseError, match="no-such"):
        ask(sql.deadline(start=timezone.now(), seconds=60, calendar="no-such"))


def test_beyond_the_calendars_span_the_database_says_so(published):
    for years in (9, -20):
        far = timezone.now() + dt.timedelta(days=365 * years)
        for many in (False, True):
            with pytest.raises(DatabaseError, match="does not cover"), transaction.atomic():
                ask(sql.deadline(start=far, seconds=60, calendar="china", many=many))


def test_a_deadline_that_would_fall_behind_the_span_is_refused_not_guessed(published):
    for many in (False, True):
        with pytest.raises(DatabaseError, match="does not cover"), transaction.atomic():
            ask(sql.deadline(start=timezone.now(), seconds=10 * 365 * 86400, calendar="china", many=many))


def test_what_is_published_is_read_back_and_counts_at_once(db):
    publish_calendar("office", CALENDARS["china"])
    first = calendar("office")
    publish_calendar("office", CALENDARS["berlin"], note="moved to Berlin")
    moment = dt.datetime(2026, 10, 2, tzinfo=dt.UTC)
    assert pure.deadline(moment, H, calendar=first) == pure.deadline(moment, H, calendar=CALENDARS["china"])
    assert pure.deadline(moment, H, calendar=calendar("office")) == ask(
        sql.deadline(start=moment, seconds=3600, calendar="office")
    )


def test_the_same_calendar_again_changes_nothing(db):
    publish_calendar("office", CALENDARS["china"])
    before = list(OpenStretch.objects.filter(calendar__code="office").values_list("pk", flat=True))
    publish_calendar("office", CALENDARS["china"])
    assert list(OpenStretch.objects.filter(calendar__code="office").values_list("pk", flat=True)) == before


def test_a_year_later_the_calendars_are_computed_a_year_further(published):
    next_year = timezone.now() + dt.timedelta(days=366)
    assert extend_calendars(next_year) == len(CALENDARS)  # the shipped "default" too, "always" has no end
    assert extend_calendars(next_year) == 0
    last = OpenStretch.objects.filter(calendar__code="china").latest("start")
    assert last.end.year == next_year.year + 5


def test_a_default_and_a_24_7_calendar_are_there_after_migrate(db):
    assert calendar("always").is_always_open
    assert not calendar().is_open(dt.date(2026, 10, 1)), "China's National Day, in the shipped calendar"
    assert calendar().is_open(dt.date(2026, 10, 10)), "a Saturday worked for it"


def test_a_list_of_a_hundred_thousand_takes_one_statement_and_the_calendar_once(published):
    stop(*(Interval(moment, moment + 3 * H) for moment in (timezone.now() - n * 72 * H for n in range(12))))
    due = sql.deadline(start=F("start"), seconds=7200, calendar="china", feature="shipping", many=True)
    plan = OpenStretch.objects.annotate(due=due).filter(due__lte=timezone.now()).explain()
    assert plan.count("InitPlan") >= 2, "computed once, not for each row"


def test_a_list_of_deadlines_takes_one_statement(published, django_assert_num_queries):
    stop(Interval(dt.datetime(2026, 3, 2, tzinfo=dt.UTC), dt.datetime(2026, 3, 3, tzinfo=dt.UTC)))
    with django_assert_num_queries(1):
        list(Pause.objects.annotate(due=sql.deadline(start=F("start"), seconds=60)))


def test_one_length_for_all_is_a_range_of_an_index(published):
    late = OpenStretch.objects.filter(
        calendar_id=1, start__lte=sql.cutoff(now=timezone.now(), seconds=3600, calendar="china", feature="shipping")
    )
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_bitmapscan = off")
    assert "Index Cond" in late.explain() and "InitPlan" in late.explain()


def test_times_are_the_same_whatever_zone_the_session_is_in(published):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL timezone = 'Europe/Berlin'")
        cursor.execute("SELECT clocks_deadline('2026-03-28 12:00', 3 * 86400, 'always', '') = '2026-03-31 13:00'")
        assert cursor.fetchone() == (True,)
