"""Schedules in words and times, from the one source."""

import datetime as dt

import pytest
from celery.schedules import crontab
from django.conf import settings
from django.utils import translation

from shopops.jobs import schedule
from shopops.jobs.registry import jobs

UTC = dt.UTC
NINE = dt.datetime(2026, 11, 20, 1, 0, 30, tzinfo=UTC)  # 09:00:30 in Shanghai


@pytest.fixture
def plan(settings):
    def put(value) -> str:
        settings.CELERY_BEAT_SCHEDULE = {"x": {"task": "shopops.run_job", "args": ["x"], "schedule": value}}
        return "x"

    return put


@pytest.mark.parametrize(
    ("value", "words", "following"),
    [
        (crontab(), "every minute", dt.datetime(2026, 11, 20, 1, 1, tzinfo=UTC)),
        (crontab(minute="*/5"), "every 5 minutes", dt.datetime(2026, 11, 20, 1, 5, tzinfo=UTC)),
        (crontab(minute=10), "every hour at minute 10", dt.datetime(2026, 11, 20, 1, 10, tzinfo=UTC)),
        (crontab(minute=30, hour=0), "every day at 00:30", dt.datetime(2026, 11, 20, 16, 30, tzinfo=UTC)),
        (crontab(minute=0, hour="6,18"), "every day at 06:00, 18:00", dt.datetime(2026, 11, 20, 10, 0, tzinfo=UTC)),
        (
            crontab(minute=0, hour=3, day_of_week=1),
            "by the calendar: 0 3 * * 1",
            dt.datetime(2026, 11, 22, 19, 0, tzinfo=UTC),
        ),
        (20.0, "every 20 seconds", NINE + dt.timedelta(seconds=20)),
        (dt.timedelta(minutes=2), "every 2 minutes", NINE + dt.timedelta(minutes=2)),
    ],
)
def test_words_and_next_time(plan, value, words, following):
    code = plan(value)
    assert schedule.in_words(code) == words
    assert schedule.next_due(code, NINE) == following


def test_a_job_without_an_entry_has_no_times():
    assert schedule.next_due("recount", NINE) is None
    assert schedule.late_after("recount", NINE) is None
    assert schedule.in_words("recount") == "only when started by hand"


def test_late_means_that_two_times_have_passed(plan):
    assert schedule.late_after(plan(crontab(minute=10)), NINE) == dt.datetime(2026, 11, 20, 2, 10, tzinfo=UTC)


def test_every_entry_of_the_schedule_names_a_job_and_every_plan_has_words_in_chinese():
    codes = [entry["args"][0] for entry in settings.CELERY_BEAT_SCHEDULE.values() if entry["task"] == schedule.TASK]
    assert len(set(codes)) == len(codes)
    for code in codes:
        assert code in jobs
        with translation.override("zh-hans"):
            assert schedule.in_words(code)
