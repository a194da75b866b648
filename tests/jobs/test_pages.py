"""The console's pages of jobs."""

import pytest
from django.urls import reverse

from shopops.audit.models import Entry
from shopops.console import jobdesk
from shopops.jobs.models import JobRun
from shopops.jobs.services import run_job

pytestmark = pytest.mark.django_db


@pytest.fixture
def asked(monkeypatch):
    """What workers were asked to do; they do it at once, as a fast worker would."""
    calls = []

    def start(task, *arguments):
        calls.append(arguments)
        task(*arguments)
        return True

    monkeypatch.setattr(jobdesk, "start", start)
    return calls


@pytest.fixture
def boss(client, make_user):
    user = make_user("boss", roles=["supervisor"])
    client.force_login(user)
    return user


@pytest.fixture
def auditor(make_user):
    return make_user("aud", roles=["auditor"])


def page(client, name, *args, **query):
    response = client.get(reverse(f"job_desk:{name}", args=args), query)
    assert response.status_code == 200
    return response.content.decode()


def failed() -> JobRun:
    run = run_job("watch_jobs")
    JobRun.objects.filter(pk=run.pk).update(state="failed", error="Traceback\nValueError: 13800000417")
    return run


def test_all_jobs_with_schedule_and_last_run(client, boss):
    run_job("watch_jobs")
    text = page(client, "overview")
    assert "Check risks" in text and "every day at 00:30" in text and "Succeeded" in text


def test_run_now_twice_by_a_double_click_is_one_run(client, boss, asked):
    text = page(client, "job", "watch_jobs")
    press = text.split('name="press" value="')[1].split('"')[0]
    for _click in range(2):
        client.post(reverse("job_desk:run_now", args=["watch_jobs"]), {"press": press})
    assert JobRun.objects.filter(job="watch_jobs", trigger="hand").count() == 1
    assert Entry.objects.filter(action="jobs.run_asked", actor=boss).count() == 1


def test_a_failed_run_is_done_again_once_for_its_moment(client, boss, asked):
    run = failed()
    for _click in range(2):
        client.post(reverse("job_desk:retry", args=[run.pk]))
    again = JobRun.objects.get(trigger="hand")
    assert again.as_of == JobRun.objects.get(pk=run.pk).as_of
    assert Entry.objects.filter(action="jobs.retry_asked").count() == 1


def test_a_broker_that_is_away_is_said_and_nothing_is_written(client, boss, monkeypatch):
    monkeypatch.setattr(jobdesk, "start", lambda *_args: False)
    response = client.post(reverse("job_desk:run_now", args=["watch_jobs"]), {"press": "x"}, follow=True)
    assert "broker does not answer" in response.content.decode()
    assert not Entry.objects.filter(action="jobs.run_asked").exists()


def test_errors_are_for_who_may_read_them(client, boss, make_user):
    from shopops.accounts import roles

    run = failed()
    assert "13800000417" in page(client, "run", run.pk)
    analyst = make_user("ana", roles=["risk_analyst"])
    granted = set(roles.permissions_of(["risk_analyst"]))
    client.force_login(analyst)
    if "jobs.view_jobrun" in granted:
        assert "13800000417" not in page(client, "run", run.pk)
    else:
        assert client.get(reverse("job_desk:run", args=[run.pk])).status_code == 403


def test_looking_is_not_running(client, auditor):
    client.force_login(auditor)
    run = failed()
    assert "Run now" not in page(client, "job", "watch_jobs")
    for name, argument in (("run_now", "watch_jobs"), ("retry", run.pk), ("stop", run.pk)):
        assert client.post(reverse(f"job_desk:{name}", args=[argument])).status_code == 403


def test_a_running_job_renews_its_figures_and_can_be_stopped(client, boss):
    from django.utils import timezone

    run = JobRun.objects.create(job="watch_jobs", as_of=timezone.now(), trigger="beat", done=3, total=10)
    assert 'hx-trigger="every 2s"' in page(client, "run", run.pk)
    part = client.get(reverse("job_desk:run", args=[run.pk]), headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in part and "30 %" in part
    client.post(reverse("job_desk:stop", args=[run.pk]))
    assert JobRun.objects.get().stop_asked_at
    assert Entry.objects.filter(action="jobs.stop_asked", actor=boss).count() == 1


def test_unknown_jobs_and_runs_are_not_found(client, boss):
    assert client.get(reverse("job_desk:job", args=["nothing"])).status_code == 404
    assert client.get(reverse("job_desk:run", args=[999999])).status_code == 404
