"""Versions in shadow: tried, recorded once per moment, shown, and never in the way of the job that asks."""

import datetime as dt

import pytest
from django.db import InternalError, transaction
from django.urls import reverse
from django.utils import timezone

from shopops.policies.kinds import Shown, Trial
from shopops.policies.models import PolicyTrial
from shopops.policies.services import approve, start_shadow, submit, withdraw
from shopops.policies.trials import run_trials

NOW = timezone.now()


def compare(shadow, in_force, as_of):
    """What the tests' trial says; a limit of 1 breaks it."""
    return {"hours": [in_force.hours, shadow.hours], "headroom": 1 / (shadow.limit - 1)}


def show(result):
    before, after = result["hours"]
    return Shown((("Hours to answer", str(before), str(after)),), (("By rule", ("Rule", "New"), (("Late", "7"),)),))


@pytest.fixture
def kind(make_kind):
    return make_kind("tried_rules", trial=Trial(compare, show))


@pytest.fixture
def shadow(kind, draft_of, author):
    return start_shadow(version=draft_of(kind, hours=24), actor=author)


def test_a_shadow_is_tried_beside_the_version_in_force(kind, shadow):
    assert run_trials(kind.code, NOW) == 1
    trial = PolicyTrial.objects.get()
    assert (trial.version, trial.against.number, trial.as_of) == (shadow, 1, NOW)
    assert trial.result["hours"] == [48, 24]


def test_a_moment_is_recorded_once(kind, shadow):
    run_trials(kind.code, NOW)
    assert run_trials(kind.code, NOW) == 0
    assert run_trials(kind.code, NOW + dt.timedelta(days=1)) == 1
    with pytest.raises(InternalError, match="trial_fixed"), transaction.atomic():
        PolicyTrial.objects.update(result={})


def test_it_is_tried_until_it_is_in_force(kind, shadow, author, approver):
    submitted = submit(version=shadow, actor=author, note="why")
    assert run_trials(kind.code, NOW) == 1
    approve(version=submitted, actor=approver)
    assert run_trials(kind.code, NOW + dt.timedelta(days=1)) == 0


def test_drafts_are_not_tried(kind, draft_of):
    draft_of(kind, hours=24)
    assert run_trials(kind.code, NOW) == 0


def test_one_that_cannot_be_tried_stops_nothing(kind, shadow, draft_of, author, caplog):
    broken = start_shadow(version=draft_of(kind, limit=1.0), actor=author)
    assert run_trials(kind.code, NOW) == 1
    assert PolicyTrial.objects.get().version == shadow
    assert f"{broken} could not be tried" in caplog.text


def test_what_was_tried_of_an_earlier_text_is_not_shown(kind, shadow, author, client):
    run_trials(kind.code, NOW)
    client.force_login(author)
    url = reverse("admin:policies_policyversion_change", args=[shadow.pk])
    page = client.get(url).content.decode()
    assert "what it would have done" in page
    assert "Hours to answer" in page
    draft = withdraw(version=shadow, actor=author)
    assert "Hours to answer" not in client.get(url).content.decode()
    draft.body, draft.content_hash = {**draft.body, "hours": 12}, "0" * 64
    draft.save()
    start_shadow(version=draft, actor=author)
    page = client.get(url).content.decode()
    assert "Nothing is recorded yet" in page
    assert "Hours to answer" not in page
