"""Going on where a run stopped, making up for missed times, stopping on request."""

import datetime as dt

import pytest
from celery.schedules import crontab
from django.db import OperationalError, connection, transaction
from django.utils import timezone

from shopops.jobs import services
from shopops.jobs.locks import is_held, try_lock
from shopops.jobs.models import JobRun
from shopops.jobs.registry import Job, jobs

pytestmark = pytest.mark.django_db
MOMENT = dt.datetime(2026, 11, 20, 1, tzinfo=dt.UTC)


@pytest.fixture
def register(monkeypatch, settings):
    monkeypatch.setattr(jobs, "_items", {})
    settings.CELERY_BEAT_SCHEDULE = {
        "x": {"task": "shopops.run_job", "args": ["test_job"], "schedule": crontab(minute=10)}
    }
    return lambda work: jobs.register(Job("test_job", "Test job", work))


def dies(as_of, progress):
    """Is killed after the second of four chunks."""
    for chunk in range(progress.cursor.get("next", 0), 4):
        progress(chunk, 4, cursor={"next": chunk})
        if chunk == 2:
            raise SystemExit


def silent() -> None:
    JobRun.objects.update(heartbeat_at=timezone.now() - dt.timedelta(minutes=1))


def test_a_resumed_run_goes_on_at_the_cursor_of_the_killed_one(register):
    register(dies)
    with pytest.raises(SystemExit):
        services.run_job("test_job", as_of=MOMENT)
    silent()
    found = []
    jobs._items.clear()
    register(lambda as_of, progress: found.append((as_of, dict(progress.cursor))) or {})
    assert services.resume_killed_jobs() == ["test_job"]
    assert found == [(MOMENT, {"next": 2})]


def test_a_run_for_another_moment_begins_anew(register):
    register(dies)
    with pytest.raises(SystemExit):
        services.run_job("test_job", as_of=MOMENT)
    found = []
    jobs._items.clear()
    register(lambda as_of, progress: found.append(dict(progress.cursor)) or {})
    services.run_job("test_job", as_of=MOMENT + dt.timedelta(hours=1))
    assert found == [{}]


def test_a_chunk_that_is_taken_back_takes_its_cursor_along(register):
    def work(as_of, progress):
        progress(1, 2, cursor={"next": 1})
        with transaction.atomic():
            progress(2, 2, cursor={"next": 2})
            raise SystemExit

    register(work)
    with pytest.raises(SystemExit):
        services.run_job("test_job")
    assert JobRun.objects.get().cursor == {"next": 1}


def test_a_run_stops_between_two_chunks_when_asked(register):
    chunks = []

    def work(as_of, progress):
        for chunk in range(5):
            progress(chunk, 5)
            chunks.append(chunk)
            if chunk == 1:
                assert services.ask_to_stop(JobRun.objects.get())
                assert not services.ask_to_stop(JobRun.objects.get())
        return {}

    register(work)
    run = services.run_job("test_job")
    assert chunks == [0, 1]
    assert run.state == "stopped"
    silent()
    assert services.resume_killed_jobs() == []


def test_the_same_request_is_one_run(register):
    register(lambda as_of, progress: {})
    services.run_job("test_job", key="hand:1:abc")
    with pytest.raises(services.DoneAlready):
        services.run_job("test_job", key="hand:1:abc")
    services.run_job("test_job", key="hand:1:def")
    assert JobRun.objects.count() == 2


def test_a_due_time_that_nobody_served_is_made_up_for(register):
    register(lambda as_of, progress: {})
    now = timezone.now()
    JobRun.objects.create(
        job="test_job",
        as_of=now,
        trigger="beat",
        state="failed",
        started_at=now - dt.timedelta(hours=3),
        finished_at=now,
    )
    assert services.missed_jobs(now) == ["test_job"]
    assert services.catch_up() == ["test_job"]
    assert JobRun.objects.first().trigger == "catch-up"
    assert services.catch_up() == []


def test_a_new_installation_waits_for_its_first_due_time(register):
    register(lambda as_of, progress: {})
    assert services.catch_up() == []


def test_one_broken_job_does_not_keep_the_next_from_being_resumed(register, settings):
    def broken(as_of, progress):
        raise RuntimeError("no")

    register(broken)
    jobs.register(Job("other", "Other", lambda as_of, progress: {}))
    for code in ("test_job", "other"):
        JobRun.objects.create(job=code, as_of=MOMENT, trigger="beat")
    silent()
    assert services.resume_killed_jobs() == ["test_job", "other"]


def test_an_error_of_the_database_itself_is_the_jobs_error(register):
    def work(as_of, progress):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL statement_timeout = 10")
            cursor.execute("SELECT pg_sleep(5)")

    register(work)
    with pytest.raises(OperationalError):
        services.run_job("test_job")
    assert JobRun.objects.get().state == "failed"


@pytest.mark.django_db(transaction=True)
def test_a_run_whose_database_went_away_stays_open_and_is_resumed(register):
    def work(as_of, progress):
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")

    register(work)
    with pytest.raises(OperationalError):
        services.run_job("test_job", as_of=MOMENT)
    connection.close()
    assert JobRun.objects.get().state == "running"
    assert not is_held("job.test_job")
    silent()
    jobs._items.clear()
    register(lambda as_of, progress: {})
    assert services.resume_killed_jobs() == ["test_job"]


def test_a_lock_is_seen_while_it_is_held():
    assert not is_held("somebody")
    with try_lock("somebody") as mine:
        assert mine and is_held("somebody")
    assert not is_held("somebody")
