"""Warnings in the console: who sees them, and the revocation with a reason."""

import pytest
from django.urls import reverse

from tests.warning_center.factories import NOW, check, document, only_warning, ship

LIST = "admin:warnings_warning_changelist"


@pytest.fixture
def warned(shop):
    ship(shop, late=12, of=169)
    check()
    return only_warning()


@pytest.fixture
def sign_in(client, make_user):
    def as_role(role: str):
        client.force_login(make_user(role, roles=[role]))
        return client

    return as_role


@pytest.mark.parametrize("role", ["risk_analyst", "supervisor", "auditor"])
def test_those_who_judge_see_the_list_and_the_warning(sign_in, warned, role):
    client = sign_in(role)
    listed = client.get(reverse(LIST), headers={"accept-language": "en"}).content.decode()
    assert warned.number in listed
    assert "Late shipment is 7.1%" in listed
    shown = client.get(
        reverse("admin:warnings_warning_change", args=[warned.pk]), headers={"accept-language": "en"}
    ).content.decode()
    assert warned.findings.get().facts.first().label in shown
    assert "Warning issued by the rule" in shown
    assert "chen" in shown


@pytest.mark.parametrize("role", ["reviewer", "announcer"])
def test_others_do_not(sign_in, warned, role):
    client = sign_in(role)
    assert client.get(reverse(LIST)).status_code == 403
    assert client.get(reverse("admin:warnings_warning_change", args=[warned.pk])).status_code == 403


def test_nobody_edits_a_warning_by_hand(sign_in, warned):
    client = sign_in("supervisor")
    assert client.get(reverse("admin:warnings_warning_add")).status_code == 403
    assert client.post(reverse("admin:warnings_warning_change", args=[warned.pk]), {"rule": "x"}).status_code == 403
    assert client.post(reverse("admin:warnings_warning_delete", args=[warned.pk])).status_code == 403


@pytest.mark.parametrize(
    "query",
    [
        {"state": "open"},
        {"intensity": "1"},
        {"type": "order"},
        {"cause": "logistics"},
        {"rule": "late_shipment"},
        {"q": "Willow"},
    ],
)
def test_the_list_is_narrowed_and_searched(sign_in, warned, query):
    answer = sign_in("risk_analyst").get(reverse(LIST), query)
    assert warned.number in answer.content.decode()


def test_the_list_asks_the_same_number_of_questions_for_one_and_for_many(sign_in, shop, owner, warned):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = sign_in("risk_analyst")

    def count() -> int:
        client.get(reverse(LIST))
        with CaptureQueriesContext(connection) as asked:
            assert client.get(reverse(LIST)).status_code == 200
        return len(asked)

    one = count()
    for days in range(1, 15):
        document(shop, owner, days=days)
    check()
    assert count() == one


def revoke_page(warning) -> str:
    return reverse("admin:warnings_warning_revoke", args=[warning.pk])


def test_an_analyst_revokes_with_a_reason(sign_in, warned):
    client = sign_in("risk_analyst")
    assert client.get(revoke_page(warned)).status_code == 200
    assert client.post(revoke_page(warned), {"reason": " "}).status_code == 422
    assert only_warning().state == "open"
    client.post(revoke_page(warned), {"reason": "The carrier lost the scans."})
    assert only_warning().state == "revoked"
    assert only_warning().closed_by.name == "risk_analyst"
    again = client.post(revoke_page(warned), {"reason": "Again."}, follow=True, headers={"accept-language": "en"})
    assert "closed in the meantime" in again.content.decode()


def test_an_auditor_may_not_revoke(sign_in, warned):
    client = sign_in("auditor")
    assert client.post(revoke_page(warned), {"reason": "No."}).status_code == 403
    assert "revoke" not in client.get(reverse("admin:warnings_warning_change", args=[warned.pk])).content.decode()
    assert only_warning().state == "open"


def test_the_rules_in_force_are_listed_with_what_they_issued(sign_in, warned):
    html = (
        sign_in("auditor")
        .get(reverse("admin:warnings_warning_rules"), headers={"accept-language": "en"})
        .content.decode()
    )
    assert "above 4% over 30 days" in html
    assert "Version 1" in html
    assert html.count("<tr") == 5


def test_the_job_run_is_recorded(warned):
    from shopops.jobs.models import JobRun

    assert JobRun.objects.get(job="check_risks").as_of == NOW
