"""Scores in the console."""

import pytest
from django.urls import reverse

from merchants.credit.models import ScoreSnapshot
from tests.merchants.credit.conftest import run

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("policy")]

LIST = "admin:credit_scoresnapshot_changelist"


@pytest.fixture
def snapshot(make_shop, count):
    """A written score."""
    count(make_shop("Willow"), late=3, orders=60)
    run()
    return ScoreSnapshot.objects.get()


@pytest.mark.parametrize("role", ["risk_analyst", "supervisor", "auditor"])
def test_who_watches_risk_sees_scores_and_their_ledgers(client, make_user, snapshot, role):
    client.force_login(make_user("operator", roles=[role]))
    for query in ({}, {"grade__exact": snapshot.grade}, {"history": "all"}, {"q": "Willow"}):
        response = client.get(reverse(LIST), query)
        assert response.status_code == 200 and "Willow" in response.content.decode()
    assert "Willow" not in client.get(reverse(LIST), {"grade__exact": "E"}).content.decode()
    page = client.get(reverse("admin:credit_scoresnapshot_change", args=[snapshot.pk])).content.decode()
    assert "Late" in page and "3 / 60" in page


def test_others_do_not(client, make_user, snapshot):
    client.force_login(make_user("operator", roles=["announcer"]))
    assert client.get(reverse(LIST)).status_code == 403


def test_nobody_edits_a_score(client, make_user, snapshot):
    client.force_login(make_user("root", roles=["risk_analyst"], is_superuser=True))
    assert client.get(reverse("admin:credit_scoresnapshot_add")).status_code == 403
    change = reverse("admin:credit_scoresnapshot_change", args=[snapshot.pk])
    assert client.post(change, {"score": 1000}).status_code == 403
    assert (
        client.post(reverse("admin:credit_scoresnapshot_delete", args=[snapshot.pk]), {"post": "yes"}).status_code
        == 403
    )


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_list_opens_in_both_languages(client, make_user, snapshot, language):
    client.force_login(make_user("operator", roles=["auditor"]))
    assert client.get(reverse(LIST), {"lang": language}).status_code in (200, 302)
