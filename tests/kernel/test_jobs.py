"""Jobs: one at a time, recorded, resumed."""

import datetime as dt
import threading
from argparse import ArgumentTypeError

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from shopops.jobs import services
from shopops.jobs.commands import parse_as_of
from shopops.jobs.models import JobRun
from shopops.jobs.registry import Job, jobs

MOMENT = dt.datetime(2026, 11, 20, 1, tzinfo=dt.UTC)


@pytest.fixture
def register(monkeypatch):
    monkeypatch.setattr(jobs, "_items", {})
    return lambda work: jobs.register(Job("test_job", "Test job", work))


def test_a_run_is_recorded_with_its_result_and_progress(db, register):
    def work(as_of, progress):
        progress(3, 10)
        return {"as_of": as_of.isoformat()}

    register(work)
    services.run_job("test_job", as_of=MOMENT, trigger="command")
    run = JobRun.objects.get()
    assert (run.state, run.done, run.total, run.result) == ("succeeded", 3, 10, {"as_of": MOMENT.isoformat()})


def test_an_error_is_recorded_and_raised(db, register):
    def work(as_of, progress):
        raise RuntimeError("the disk is full")

    register(work)
    with pytest.raises(RuntimeError):
        services.run_job("test_job")
    run = JobRun.objects.get()
    assert run.state == "failed" and "the disk is full" in run.error


@pytest.mark.django_db(transaction=True)
def test_a_second_start_while_it_runs_does_nothing(register):
    inside, leave = threading.Event(), threading.Event()

    def work(as_of, progress):
        inside.set()
        leave.wait(10)
        return {}

    def first():
        services.run_job("test_job")
        connection.close()

    register(work)
    thread = threading.Thread(target=first)
    thread.start()
    try:
        assert inside.wait(10)
        with pytest.raises(services.JobIsRunning):
            services.run_job("test_job")
    finally:
        leave.set()
        thread.join()
    assert JobRun.objects.count() == 1


def test_a_killed_run_is_closed_and_done_again_for_the_same_moment(db, register):
    seen = []
    register(lambda as_of, progress: seen.append(as_of) or {})
    JobRun.objects.create(
        job="test_job", as_of=MOMENT, trigger="beat", heartbeat_at=timezone.now() - dt.timedelta(minutes=5)
    )
    assert services.resume_killed_jobs() == ["test_job"]
    assert seen == [MOMENT]
    assert sorted(JobRun.objects.values_list("state", flat=True)) == ["abandoned", "succeeded"]


def test_a_run_that_showed_life_just_now_is_left_alone(db, register):
    register(lambda as_of, progress: {})
    JobRun.objects.create(job="test_job", as_of=MOMENT, trigger="beat")
    assert services.resume_killed_jobs() == []


def test_as_of_without_a_zone_is_marketplace_time():
    assert parse_as_of("2018-09-01").isoformat() == "2018-09-01T00:00:00+08:00"
    assert parse_as_of("2018-09-01T10:00+00:00").utcoffset() == dt.timedelta()


@pytest.mark.parametrize("text", ["yesterday", "2018-13-01", "1.9.2018", ""])
def test_as_of_in_another_form_is_refused_with_an_example(text):
    with pytest.raises(ArgumentTypeError, match="2018-09-01"):
        parse_as_of(text)


@pytest.mark.parametrize("text", ["9999-12-31T23:00", "2062-09-01", "0001-01-01", "1999-12-31"])
def test_a_moment_without_facts_is_refused(text):
    with pytest.raises(ArgumentTypeError):
        parse_as_of(text)


def test_nonsense_on_the_command_line_is_one_clear_line(db):
    with pytest.raises(CommandError, match="banana"):
        call_command("check_risks", "--as-of", "banana")


def test_a_job_never_runs_for_a_moment_to_come(db, register):
    register(lambda as_of, progress: {})
    with pytest.raises(ValueError, match="has not come yet"):
        services.run_job("test_job", as_of=timezone.now() + dt.timedelta(days=1))
    assert not JobRun.objects.exists()


def test_what_was_stopped_by_hand_stays_stopped(db, register):
    def work(as_of, progress):
        raise KeyboardInterrupt

    register(work)
    with pytest.raises(KeyboardInterrupt):
        services.run_job("test_job")
    JobRun.objects.update(heartbeat_at=timezone.now() - dt.timedelta(minutes=5))
    assert services.resume_killed_jobs() == []
