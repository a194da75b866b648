"""Outside reviewers: asked by supervisors, answering through the API with a key of their own."""

import datetime as dt
import json

import pytest
from django.urls import reverse
from django.utils import timezone

from merchants import services as onboarding
from merchants.models import Application, Document, Member
from merchants.screening import calibration, services
from merchants.screening.api.facts import WITHHELD
from merchants.screening.due import due_at
from merchants.screening.models import OpinionRequest
from shopops.accounts.roles import Role, permissions_of
from shopops.api import services as keys
from shopops.api.selectors import grantable
from shopops.audit.models import Entry
from shopops.notifications.models import Message
from shopops.webhooks.models import OutboxEvent
from tests.api.conftest import Caller, _fresh_limits  # noqa: F401
from tests.merchants.factories import submitted
from tests.orders.factories import make_merchant

API = "/api/v1/opinion-requests/"
READ, WRITE = "reviews:read", "reviews:write"
ANOTHER = {"uscc": "914403001922038216", "id_number": "110105194912310038", "contact_phone": "13900139001"}
NO = {"opinion": "needs_info", "reasons": ["legal_name"], "note": "Another company."}


@pytest.fixture
def application(applicant):
    return submitted(applicant)


@pytest.fixture
def asked(application, outsider, supervisor):
    return services.ask(
        application=application, reviewer=outsider, actor=supervisor, days=2, question="Is it the same?"
    )


def caller(user, *scopes) -> Caller:
    key, token = keys.create_key(name="Reviews", scopes=scopes or (READ, WRITE), actor=user)
    return Caller(token, key)


@pytest.fixture
def outside(outsider):
    return caller(outsider)


def problem(answer):
    assert answer["Content-Type"] == "application/problem+json"
    return answer.status_code, answer.json()["code"]


def test_the_role_opens_nothing_but_opinions(outsider):
    assert permissions_of([Role.EXTERNAL_REVIEWER]) == {"screening.give_opinion"}
    assert {scope.code for scope in grantable(outsider, None)} == {READ, WRITE}


def test_who_is_asked_is_told_and_finds_the_request(asked, outside, outsider):
    assert Message.objects.get(kind="screening.opinion_asked").deliveries.filter(recipient=outsider).exists()
    answer = outside.get(API)
    (row,) = answer.json()["results"]
    assert (row["id"], row["state"], row["question"], row["overdue"]) == (asked.pk, "open", "Is it the same?", False)
    assert dt.datetime.fromisoformat(row["due_at"]) == due_at(asked)


def test_the_facts_are_there_and_personal_data_are_masked(asked, outside, application):
    answer = outside.get(f"{API}{asked.pk}/")
    facts, text = answer.json()["facts"], answer.content.decode()
    assert (facts["legal_name"], facts["uscc"]) == (application.legal_name, application.uscc)
    assert {each["code"] for each in facts["checks"]} >= {"credit_code", "names"}
    assert {"legal_name"} <= {each["code"] for each in facts["reasons"]}
    for secret in (
        application.id_number,
        application.contact_phone,
        application.legal_person,
        application.contact_name,
    ):
        assert secret not in text
    assert facts["id_number"] == "110****002X"


def test_a_file_is_handed_out_and_logged_unless_it_is_personal(asked, outside, application, outsider):
    papers = {each.type: each for each in application.documents.current()}
    licence = papers["business_licence"]
    answer = outside.get(f"{API}{asked.pk}/documents/{licence.pk}/", Accept="application/pdf, image/jpeg, image/png")
    assert (answer.status_code, answer["Content-Type"]) == (200, licence.content_type)
    assert b"".join(answer.streaming_content) == licence.file.open("rb").read()
    entry = Entry.objects.get(action="merchants.document.opened", object_id=licence.pk)
    assert entry.actor == outsider and "API key" in entry.actor_name
    withheld = [each for each in papers.values() if each.type in WITHHELD]
    assert withheld, "the checklist asks for papers that are personal"
    for each in withheld:
        assert problem(outside.get(f"{API}{asked.pk}/documents/{each.pk}/")) == (404, "not_found")


def test_a_file_of_another_application_is_not_found(asked, outside, make_user):
    other = submitted(
        make_user("wu"), uscc="914403001922038216", id_number="110105194912310038", contact_phone="13900139001"
    )
    strange = other.documents.current().filter(type="business_licence").get()
    assert problem(outside.get(f"{API}{asked.pk}/documents/{strange.pk}/")) == (404, "not_found")
    assert not Entry.objects.filter(action="merchants.document.opened").exists()


def test_an_opinion_is_given_once_and_decides_nothing(asked, outside, application, outsider, supervisor):
    first = outside.post(f"{API}{asked.pk}/opinion/", json.dumps(NO), Idempotency_Key="one")
    again = outside.post(f"{API}{asked.pk}/opinion/", json.dumps(NO), Idempotency_Key="one")
    assert (first.status_code, again.status_code, again["Idempotency-Replayed"]) == (200, 200, "true")
    assert first.json() == again.json()
    assert problem(outside.post(f"{API}{asked.pk}/opinion/", json.dumps(NO))) == (409, "conflict")
    asked.refresh_from_db()
    assert (asked.state, asked.view, asked.reasons, asked.note) == (
        "given",
        "needs_info",
        ["legal_name"],
        "Another company.",
    )
    application.refresh_from_db()
    assert (application.state, application.decisions.count()) == ("submitted", 0)
    entry = Entry.objects.get(action="screening.opinion.given")
    assert entry.actor == outsider and entry.policy_version is not None
    assert Message.objects.get(kind="screening.opinion_given").deliveries.filter(recipient=supervisor).exists()


def test_after_the_opinion_facts_and_files_are_closed(asked, outside, application):
    outside.post(f"{API}{asked.pk}/opinion/", json.dumps({"opinion": "approve"}))
    assert outside.get(f"{API}{asked.pk}/").json()["facts"] is None
    licence = application.documents.current().get(type="business_licence")
    assert problem(outside.get(f"{API}{asked.pk}/documents/{licence.pk}/")) == (409, "conflict")


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"opinion": "needs_info", "reasons": []}, 422),
        ({"opinion": "reject", "reasons": ["id_number"]}, 422),
        ({"opinion": "approve", "reasons": ["legal_name"]}, 422),
        ({"opinion": "needs_info", "reasons": ["no_such_reason"]}, 422),
        ({"opinion": "maybe"}, 400),
        ({"opinion": "approve", "decide": True}, 400),
        ({}, 400),
    ],
)
def test_an_opinion_that_does_not_fit_is_refused_by_its_field(asked, outside, body, status):
    answer = outside.post(f"{API}{asked.pk}/opinion/", json.dumps(body))
    assert answer.status_code == status
    assert "pointer" in answer.json()["errors"][0]
    asked.refresh_from_db()
    assert asked.state == "open"


def test_a_withdrawn_request_is_gone(asked, outside, application, supervisor, outsider):
    services.withdraw(request=asked, actor=supervisor)
    licence = application.documents.current().get(type="business_licence")
    for path in ("", f"documents/{licence.pk}/"):
        assert problem(outside.get(f"{API}{asked.pk}/{path}")) == (410, "gone")
    assert problem(outside.post(f"{API}{asked.pk}/opinion/", json.dumps({"opinion": "approve"}))) == (410, "gone")
    assert outside.get(API).json()["results"][0]["state"] == "withdrawn"
    assert Message.objects.get(kind="screening.opinion_withdrawn").deliveries.filter(recipient=outsider).exists()


@pytest.mark.parametrize("end", ["approve", "needs_info", "reject", "withdraw"])
def test_what_ends_the_submission_takes_the_request_back(asked, application, reviewer, applicant, end):
    if end == "approve":
        onboarding.approve(application=application, actor=reviewer)
    elif end == "needs_info":
        onboarding.ask_for_corrections(application=application, actor=reviewer, reason_codes=["legal_name"])
    elif end == "reject":
        onboarding.reject(application=application, actor=reviewer, reason_codes=["prohibited"])
    else:
        onboarding.withdraw(application=application, actor=applicant)
    asked.refresh_from_db()
    assert asked.state == "withdrawn"


def test_another_outsider_finds_nothing(asked, make_user, application):
    other = caller(make_user("rival", roles=["external_reviewer"], is_staff=False))
    licence = application.documents.current().get(type="business_licence")
    assert other.get(API).json()["results"] == []
    for path in ("", f"documents/{licence.pk}/"):
        assert problem(other.get(f"{API}{asked.pk}/{path}")) == (404, "not_found")
    assert problem(other.post(f"{API}{asked.pk}/opinion/", json.dumps({"opinion": "approve"}))) == (404, "not_found")
    asked.refresh_from_db()
    assert asked.state == "open"


def test_a_merchants_key_cannot_have_the_scope_and_opens_nothing(asked, make_user):
    owner, shop = make_user("owner"), make_merchant()
    Member.objects.create(merchant=shop, user=owner, role=Member.PortalRole.OWNER)
    assert not {READ, WRITE} & {scope.code for scope in grantable(owner, shop.pk)}
    _key, token = keys.create_key(name="ERP", scopes=["orders:read"], actor=owner, merchant_id=shop.pk)
    for answer in (Caller(token).get(f"{API}{asked.pk}/"), Caller(token).get(API)):
        assert problem(answer) == (403, "scope_missing")
        assert answer.json()["scope"] == READ


def test_an_operators_key_without_the_scope_opens_nothing(asked, supervisor):
    assert READ not in {scope.code for scope in grantable(supervisor, None)}
    key = caller(supervisor, "applications:read")
    assert problem(key.get(f"{API}{asked.pk}/")) == (403, "scope_missing")
    assert problem(key.post(f"{API}{asked.pk}/opinion/", json.dumps({"opinion": "approve"}))) == (403, "scope_missing")


def test_a_key_with_the_scope_of_somebody_else_in_the_house_finds_nothing(asked, make_user):
    root = caller(make_user("root", is_staff=True, is_superuser=True))
    assert problem(root.get(f"{API}{asked.pk}/")) == (404, "not_found")


def test_reading_is_not_writing(asked, outsider):
    reads = caller(outsider, READ)
    assert reads.get(f"{API}{asked.pk}/").status_code == 200
    assert problem(reads.post(f"{API}{asked.pk}/opinion/", json.dumps({"opinion": "approve"}))) == (
        403,
        "scope_missing",
    )


@pytest.mark.parametrize("loss", [{"roles": []}, {"is_active": False}])
def test_a_key_opens_nothing_once_its_person_left(asked, outside, outsider, loss):
    for name, value in loss.items():
        setattr(outsider, name, value)
    outsider.save()
    assert problem(outside.get(API)) == (403, "permission_denied")
    assert problem(outside.get(f"{API}{asked.pk}/")) == (403, "permission_denied")


def test_an_overdue_request_says_so_to_both_sides(asked, outside, client, supervisor):
    OpinionRequest.objects.filter(pk=asked.pk).update(asked_at=timezone.now() - dt.timedelta(days=12))
    assert outside.get(f"{API}{asked.pk}/").json()["overdue"] is True
    client.force_login(supervisor)
    assert "1 opinion is overdue" in client.get(reverse("screening:outside")).content.decode()


def test_nobody_is_asked_twice_about_themselves_or_when_it_is_over(
    asked, application, supervisor, outsider, applicant, reviewer
):
    with pytest.raises(services.AlreadyAsked):
        services.ask(application=application, reviewer=outsider, actor=supervisor)
    assert outsider not in services.people_to_ask(application)
    applicant.roles = ["external_reviewer"]
    applicant.save()
    for person in (applicant, reviewer):
        with pytest.raises(services.OpinionError):
            services.ask(application=application, reviewer=person, actor=supervisor)
    onboarding.reject(application=application, actor=reviewer, reason_codes=["prohibited"])
    with pytest.raises(services.OpinionError):
        services.ask(application=Application.objects.get(pk=application.pk), reviewer=outsider, actor=supervisor)


def test_the_world_hears_codes_and_merchants_hear_nothing(asked, outside, supervisor):
    outside.post(f"{API}{asked.pk}/opinion/", json.dumps(NO))
    events = {each.type: each for each in OutboxEvent.objects.filter(type__startswith="screening.")}
    assert events.keys() == {"screening.opinion.requested", "screening.opinion.given"}
    assert all(each.is_internal for each in events.values())
    assert "Another company" not in json.dumps(events["screening.opinion.given"].data)
    assert events["screening.opinion.given"].data["opinion"] == "needs_info"


def test_the_case_shows_the_opinion_and_supervisors_ask_there(
    application, outsider, supervisor, reviewer, client, outside
):
    client.force_login(supervisor)
    case = reverse("review:case", args=[application.pk])
    assert "Ask an outside reviewer" in client.get(case).content.decode()
    client.post(
        reverse("screening:ask", args=[application.pk]), {"reviewer": outsider.pk, "days": 3, "question": "Why?"}
    )
    asked = OpinionRequest.objects.get()
    assert (asked.reviewer, asked.asked_by, asked.days) == (outsider, supervisor, 3)
    outside.post(f"{API}{asked.pk}/opinion/", json.dumps(NO))
    page = client.get(case).content.decode()
    assert "Would ask for corrections" in page and "Another company." in page
    client.force_login(reviewer)
    page = client.get(case).content.decode()
    assert "Another company." in page and "Ask an outside reviewer" not in page


def test_reviewers_cannot_ask_or_take_back(asked, application, reviewer, outsider, client):
    client.force_login(reviewer)
    assert (
        client.post(reverse("screening:ask", args=[application.pk]), {"reviewer": outsider.pk, "days": 2}).status_code
        == 403
    )
    assert client.post(reverse("screening:withdraw", args=[asked.pk])).status_code == 403


def test_an_outside_reviewer_has_one_page_and_makes_keys_there(asked, outsider, client):
    client.force_login(outsider)
    page = client.get(reverse("outside:home")).content.decode()
    assert asked.application.number in page
    made = client.post(reverse("outside:new_key"), {"name": "Laptop", "scopes": [READ, WRITE], "days": 90})
    token = next(
        part
        for part in made.content.decode().replace("<", " ").replace(">", " ").split()
        if part.startswith("so_live_")
    )
    assert Caller(token).get(f"{API}{asked.pk}/").status_code == 200
    more = client.post(reverse("outside:new_key"), {"name": "More", "scopes": ["orders:read"], "days": 90})
    assert more.status_code == 422
    key = keys.ApiKey.objects.get(name="Laptop")
    client.post(reverse("outside:revoke_key", args=[key.pk]))
    assert Caller(token).get(API).status_code == 401


def test_an_outside_reviewer_reaches_nothing_of_the_house(asked, application, outsider, client):
    client.force_login(outsider)
    licence = Document.objects.filter(application=application).first()
    for path in (
        reverse("review:case", args=[application.pk]), reverse("screening:rule"), reverse("screening:mine"),
        reverse("merchants:document", args=[licence.pk]), "/admin/", "/api/v1/applications/" + application.number + "/",
        "/api/v1/orders/",
    ):  # fmt: skip
        assert client.get(path).status_code in (302, 403, 404), path


def test_nobody_else_has_the_page_of_outside_reviewers(asked, make_user, supervisor, client):
    key = caller(asked.reviewer).key
    for user in (make_user("merchant"), supervisor):
        client.force_login(user)
        assert client.get(reverse("outside:home")).status_code == 403
        assert client.post(reverse("outside:new_key"), {"name": "x", "scopes": [READ], "days": 30}).status_code == 403
        assert client.post(reverse("outside:revoke_key", args=[key.pk])).status_code == 403
    rival = make_user("rival", roles=["external_reviewer"], is_staff=False)
    client.force_login(rival)
    assert client.post(reverse("outside:revoke_key", args=[key.pk])).status_code == 404


def test_opinions_count_against_what_was_decided(asked, outside, application, reviewer, outsider):
    outside.post(f"{API}{asked.pk}/opinion/", json.dumps(NO))
    onboarding.ask_for_corrections(application=application, actor=reviewer, reason_codes=["legal_name"])
    now = timezone.now()
    (row,) = calibration.outside(now - dt.timedelta(days=1), now + dt.timedelta(minutes=1))
    assert (row.user, row.asked, row.given, row.agreed.hits, row.agreed.cases) == (outsider, 1, 1, 1, 1)
    assert row.agreed.ratio is None, "one case says nothing"
