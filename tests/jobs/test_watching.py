"""Supervisors hear of trouble with jobs once, and once that it is over."""

import datetime as dt

import pytest
from celery.schedules import crontab
from django.utils import timezone

from shopops.console.alerts import watch_jobs
from shopops.jobs import selectors
from shopops.jobs.models import JobIncident, JobRun
from shopops.jobs.registry import Job, jobs
from shopops.notifications.models import Message

pytestmark = pytest.mark.django_db
MINUTE = dt.timedelta(minutes=1)


@pytest.fixture
def job(monkeypatch, settings) -> Job:
    monkeypatch.setattr(jobs, "_items", {})
    settings.CELERY_BEAT_SCHEDULE = {
        "x": {"task": "shopops.run_job", "args": ["test_job"], "schedule": crontab(minute=10)}
    }
    return jobs.register(Job("test_job", "Test job", lambda as_of, progress: {}))


@pytest.fixture
def boss(make_user):
    return make_user("boss", roles=["supervisor"])


@pytest.fixture
def now() -> dt.datetime:
    return timezone.now().replace(minute=15, second=0, microsecond=0)


class Silent:
    """A progress that nobody looks at; this job reports none."""

    cursor: dict = {}

    def __call__(self, done: int, total: int | None = None, *, cursor: dict | None = None) -> None:
        pass


def ran(state: str, started: dt.datetime) -> JobRun:
    return JobRun.objects.create(
        job="test_job",
        as_of=started,
        trigger="beat",
        state=state,
        started_at=started,
        finished_at=None if state == "running" else started + MINUTE,
    )


def watch(now: dt.datetime) -> dict:
    return watch_jobs(now, Silent())


def kinds() -> list[str]:
    return list(Message.objects.order_by("id").values_list("kind", flat=True))


def test_a_late_job_is_told_once_and_again_when_it_is_well(job, boss, now):
    ran("succeeded", now - dt.timedelta(hours=3))
    assert watch(now) == {"late": 1, "failing": 0}
    assert kinds() == [], "after an outage jobs get the time to catch up"
    watch(now + 5 * MINUTE)
    watch(now + 10 * MINUTE)
    assert kinds() == ["jobs.late"]
    assert set(Message.objects.get().deliveries.values_list("recipient", flat=True)) == {boss.pk}
    ran("succeeded", now + 11 * MINUTE)
    watch(now + 15 * MINUTE)
    watch(now + 20 * MINUTE)
    assert kinds() == ["jobs.late", "jobs.well"]
    assert JobIncident.objects.get().closed_at


def test_who_was_not_told_of_trouble_is_not_told_of_its_end(job, boss, now):
    ran("succeeded", now - dt.timedelta(hours=3))
    watch(now)
    ran("succeeded", now + MINUTE)
    watch(now + 5 * MINUTE)
    assert kinds() == []


def test_three_failures_in_a_row_are_told_at_once(job, boss, now):
    for minutes in (50, 40):
        ran("failed", now - minutes * MINUTE)
    ran("succeeded", now - 30 * MINUTE)
    for minutes in (20, 10):
        ran("failed", now - minutes * MINUTE)
    assert watch(now)["failing"] == 0
    ran("failed", now - MINUTE)
    assert watch(now)["failing"] == 1
    watch(now + MINUTE)
    assert kinds() == ["jobs.failing"]


def test_a_long_run_is_not_a_late_one(job, boss, now):
    ran("succeeded", now - dt.timedelta(hours=5))
    ran("running", now - 40 * MINUTE)
    assert watch(now) == {"late": 0, "failing": 0}


def test_a_job_that_never_ran_is_late_some_time_after_the_installation(job, boss, now, monkeypatch):
    monkeypatch.setattr(selectors, "installed_at", lambda: now - dt.timedelta(minutes=30))
    assert watch(now)["late"] == 0
    monkeypatch.setattr(selectors, "installed_at", lambda: now - dt.timedelta(days=2))
    assert watch(now)["late"] == 1


def test_the_message_names_the_job_in_both_languages(job, boss, now):
    from shopops.notifications.rendering import render

    ran("succeeded", now - dt.timedelta(hours=3))
    watch(now)
    watch(now + 5 * MINUTE)
    message = Message.objects.get()
    for language in ("en", "zh-hans"):
        words = render(message, language)
        assert "Test job" in words.subject and "/admin/job-desk/test_job/" in words.body
