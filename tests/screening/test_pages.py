"""The page of the rule: who sees it, what it says, its switch."""

import pytest
from django.urls import reverse

from merchants.screening import services
from merchants.screening.models import Stop
from shopops.policies.models import PolicyVersion
from tests.merchants.factories import submitted
from tests.screening.conftest import decided, passing, publish

URL = "/admin/screening/"


@pytest.fixture
def analyst(make_user):
    return make_user("ines", roles=["risk_analyst"])


@pytest.mark.parametrize(
    ("role", "opens"),
    [("risk_analyst", True), ("supervisor", True), ("auditor", True), ("reviewer", False), ("announcer", False)],
)
def test_who_sees_how_good_the_rule_is(policies, make_user, client, role, opens):
    """Reviewers do not: what the rule would do must not lead the decisions that measure it."""
    publish()
    client.force_login(make_user("x", roles=[role]))
    assert client.get(URL).status_code == (200 if opens else 403)


def test_without_a_policy_the_page_says_so(db, client, analyst):
    client.force_login(analyst)
    assert "No policy for automatic approval is in force" in client.get(URL).content.decode()


def test_numbers_disagreements_and_the_dry_run_are_there(applicant, reviewer, analyst, client):
    version = publish()
    wrong = decided(version, reviewer, "reject")
    decided(version, reviewer, "approve")
    application = submitted(applicant)
    passing(application, names="fail")
    client.force_login(analyst)
    page = client.get(URL).content.decode()
    assert "The rule only records what it would do" in page
    assert wrong.number in page and reverse("review:case", args=[wrong.pk]) in page
    assert "would approve 0 of 1" in page
    assert "Name equal across documents" in page


def test_a_thin_record_is_said_with_its_numbers(policies, reviewer, analyst, client):
    version = publish()
    decided(version, reviewer, "approve")
    publish(mode="approve")
    client.force_login(analyst)
    page = client.get(URL).content.decode()
    assert "its record is not good enough to approve" in page
    assert "People have decided on 1 of its verdicts, 20 are needed." in page


def test_an_approving_rule_says_so(policies, reviewer, analyst, client):
    version = publish()
    for _number in range(40):
        decided(version, reviewer, "approve")
    publish(mode="approve")
    client.force_login(analyst)
    assert "The rule approves" in client.get(URL).content.decode()


def test_the_page_asks_as_often_for_many_verdicts_as_for_few(
    policies, reviewer, analyst, client, django_assert_max_num_queries
):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    version = publish()
    client.force_login(analyst)
    counts = []
    for more in (2, 20):
        for _number in range(more):
            decided(version, reviewer, "reject")
        client.get(URL)
        with CaptureQueriesContext(
            connection,
        ) as asked:
            client.get(URL)
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_stopping_and_resuming_from_the_page(policies, analyst, make_user, client):
    publish()
    client.force_login(make_user("mara", roles=["auditor"]))
    assert client.post(f"{URL}stop/", {"because": "x"}).status_code == 403
    client.force_login(analyst)
    client.post(f"{URL}stop/", {"because": ""})
    assert services.standing_stop() is None
    client.post(f"{URL}stop/", {"because": "Wrong ones today"})
    page = client.get(URL).content.decode()
    assert "Automatic approvals are stopped" in page and "Wrong ones today" in page
    client.post(f"{URL}resume/", {"because": "Mended"})
    assert Stop.objects.get().lifted_by == analyst


def test_a_reviewer_reads_the_verdict_after_the_decision_only(applicant, reviewer, client):
    from merchants import services as onboarding

    publish()
    application = submitted(applicant)
    passing(application)
    services.judge_application(application=application)
    client.force_login(reviewer)
    case = reverse("review:case", args=[application.pk])
    assert "What the rule would have done" not in client.get(case).content.decode()
    onboarding.approve(application=application, actor=reviewer)
    assert "What the rule would have done" in client.get(case).content.decode()


def test_the_kind_has_an_editor_a_page_and_a_comparison(policies, make_user, client):
    publish()
    version = PolicyVersion.objects.get(kind="auto_approval", state="active")
    client.force_login(make_user("root", is_superuser=True, is_staff=True))
    assert client.get(reverse("admin:policies_policyversion_change", args=[version.pk])).status_code in (200, 302)
    assert client.get(reverse("admin:policies_kind", args=["auto_approval", "default"])).status_code == 200
