"""The reviewers' workbench and the console's lists."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from merchants import services
from merchants.checkup import account_security
from merchants.models import Application, Member, Merchant
from shopops.accounts.models import User
from shopops.audit.models import Entry
from shopops.work.queues import states_for
from shopops.work.services import next_for
from tests.merchants.factories import TENCENT, submitted

FOOD = {"category": "food", "scope": "食品销售"}


@pytest.fixture
def bench(client, reviewer):
    client.force_login(reviewer)
    return client


def case(application):
    return reverse("review:case", args=[application.pk])


def decide(client, application, decision, **data):
    return client.post(reverse("review:decide", args=[application.pk]), {"decision": decision, **data})


def test_the_workbench_is_for_reviewers(client, applicant, make_user):
    application = submitted(applicant)
    client.force_login(applicant)
    assert client.get(case(application))["Location"].startswith("/admin/login/")
    client.force_login(make_user("clerk", roles=["logistics_desk"]))
    for path in (case(application), reverse("review:next")):
        assert client.get(path).status_code == 403
    assert decide(client, application, "approve").status_code == 403
    application.refresh_from_db()
    assert application.state == Application.State.SUBMITTED


def test_drafts_are_not_shown_to_reviewers(bench, applicant):
    draft = services.start_application(applicant=applicant)
    assert bench.get(case(draft)).status_code == 404


def test_next_opens_and_claims_the_riskiest_first(bench, reviewer, applicant, make_user):
    submitted(make_user("fang"), uscc=TENCENT, id_number="E1", contact_phone="1391111222")
    risky = submitted(applicant, **FOOD)
    response = bench.get(reverse("review:next"))
    assert response["Location"] == case(risky)
    text = bench.get(case(risky)).content.decode()
    assert "Propose approval" in text
    assert "high-risk category" in text
    risky.refresh_from_db()
    assert risky.state == Application.State.IN_REVIEW


def test_an_empty_queue_says_what_comes(bench):
    response = bench.get(reverse("review:next"))
    assert response.status_code == 200
    assert "The queue is empty" in response.content.decode()


def test_the_case_shows_documents_form_checks_and_masked_data(bench, applicant):
    Merchant.objects.create(shop_name="屿味零食", uscc=TENCENT, state="closed")
    application = submitted(applicant, uscc=TENCENT)
    response = bench.get(case(application))
    text = response.content.decode()
    document = application.documents.get(type="business_licence")
    assert f'src="/apply/files/{document.pk}/"' in text
    assert "屿味零食" in text
    assert "138****8000" in text
    assert "138 0013 8000" not in text
    assert text.index("No related shop that was closed") < text.index("Credit code check digit")
    assert "style=" not in text
    assert "script-src 'self'" in response["Content-Security-Policy"].split("; ")
    other = application.documents.get(type="id_card")
    assert f'src="/apply/files/{other.pk}/"' in bench.get(case(application), {"doc": other.pk}).content.decode()


def test_reasons_are_ticked_from_failed_checks(bench, applicant):
    application = submitted(applicant)
    application.documents.filter(type="business_licence").update(holder="杭州北岭体育用品有限公司")
    bench.post(reverse("review:rerun", args=[application.pk]))
    text = bench.get(case(application)).content.decode()
    assert re.search(r'value="document_name:business_licence" checked', text)
    assert "杭州北岭<mark>体育</mark>用品有限公司" in text


def test_show_unmasks_one_field_and_writes_it_down(bench, reviewer, applicant):
    application = submitted(applicant)
    address = reverse("review:show", args=[application.pk, "id_number"])
    assert bench.get(address).status_code == 405
    text = bench.post(address).content.decode()
    assert "11010519491231002X" in text
    assert "138 0013 8000" not in text
    entry = Entry.objects.get(action="merchants.personal_data.shown")
    assert (entry.actor, entry.after) == (reviewer, {"field": "id_number"})
    assert bench.post(reverse("review:show", args=[application.pk, "scope"])).status_code == 404


def test_a_decision_leads_to_the_next_case(bench, applicant, make_user):
    first = submitted(applicant)
    second = submitted(make_user("fang"), uscc=TENCENT, id_number="E1", contact_phone="1391111222")
    bench.get(case(first))
    response = decide(bench, first, "approve")
    assert response["Location"] == reverse("review:next")
    assert bench.get(response["Location"])["Location"] == case(second)
    first.refresh_from_db()
    assert first.state == Application.State.APPROVED


def test_a_double_click_gets_a_clear_message(bench, applicant):
    application = submitted(applicant)
    decide(bench, application, "approve")
    response = decide(bench, application, "approve")
    assert response["Location"] == case(application)
    assert "was decided in the meantime" in bench.get(response["Location"]).content.decode()
    assert Merchant.objects.count() == 1


def test_a_no_without_reason_keeps_what_was_typed(bench, applicant):
    application = submitted(applicant)
    response = decide(bench, application, "reject", note="Rule 3")
    assert response.status_code == 409
    text = response.content.decode()
    assert "Tick at least one reason" in text
    assert 'value="Rule 3"' in text


def test_asking_for_corrections(bench, applicant):
    application = submitted(applicant)
    decide(bench, application, "needs_info", reasons=["scope", "document_unreadable:id_card"])
    application.refresh_from_db()
    assert application.state == Application.State.NEEDS_INFO
    assert application.info_requests.count() == 2
    assert "Nothing to decide" in bench.get(case(application)).content.decode()


def test_an_unknown_decision_is_refused(bench, applicant):
    assert decide(bench, submitted(applicant), "delete").status_code == 404


def test_the_proposer_sees_it_read_only_and_the_second_person_approves(bench, client, reviewer, second, applicant):
    application = submitted(applicant, **FOOD)
    decide(bench, application, "approve")
    text = bench.get(case(application)).content.decode()
    assert "A second person has to approve it" in text
    assert "review:decide" not in text
    assert 'name="decision"' not in text
    assert next_for(reviewer, "applications") is None
    assert "Nothing is free for you" in bench.get(reverse("review:next")).content.decode()

    client.force_login(second)
    assert client.get(reverse("review:next"))["Location"] == case(application)
    assert "You are the second person" in client.get(case(application)).content.decode()
    decide(client, application, "approve")
    application.refresh_from_db()
    assert (application.state, application.decided_by) == (Application.State.APPROVED, second)


def test_a_claimed_case_shows_who_holds_it_and_a_supervisor_takes_it_over(
    client, reviewer, second, supervisor, applicant
):
    application = submitted(applicant)
    services.open_case(application=application, user=reviewer)
    client.force_login(second)
    text = client.get(case(application)).content.decode()
    assert "lin works on this." in text
    assert "Take over" not in text
    take_over = reverse("review:take_over", args=[application.pk])
    assert client.post(take_over).status_code == 403
    client.force_login(supervisor)
    assert "Take over" in client.get(case(application)).content.decode()
    client.post(take_over)
    assert 'name="decision"' in client.get(case(application)).content.decode()


def test_the_consoles_home_counts_the_queue(reviewer, applicant):
    submitted(applicant)
    (state,) = [each for each in states_for(reviewer) if each.queue.code == "applications"]
    assert (state.waiting, state.overdue) == (1, 0)


def test_a_case_costs_the_same_queries_however_long_the_queue_is(bench, applicant, make_user):
    first = submitted(applicant)
    bench.get(case(first))
    with CaptureQueriesContext(connection) as short:
        bench.get(case(first))
    for number in range(5):
        code = f"9133010079965505{number}X"
        submitted(make_user(f"a{number}"), uscc=code, id_number=f"E{number}", contact_phone=f"1390000{number}00")
    with CaptureQueriesContext(connection) as long:
        bench.get(case(first))
    assert len(long) == len(short) <= 40


@pytest.mark.parametrize("model", ["application", "merchant", "member", "document"])
def test_console_lists_and_details_are_read_only(client, reviewer, supervisor, applicant, make_user, model):
    merchant = services.approve(application=submitted(applicant), actor=reviewer).merchant
    auditor = make_user("au", roles=["auditor"])
    client.force_login(auditor)
    listing = client.get(reverse(f"admin:merchants_{model}_changelist"))
    assert listing.status_code == 200
    objects = {
        "application": merchant.application,
        "merchant": merchant,
        "member": Member.objects.get(),
        "document": merchant.documents.first(),
    }
    detail = reverse(f"admin:merchants_{model}_change", args=[objects[model].pk])
    assert client.get(detail).status_code == 200
    assert client.post(detail, {"state": "closed", "shop_name": "x"}).status_code == 403
    assert client.get(reverse(f"admin:merchants_{model}_add")).status_code == 403


def test_the_console_masks_personal_data_and_logs_who_looks(client, reviewer, applicant, make_user):
    merchant = services.approve(application=submitted(applicant), actor=reviewer).merchant
    client.force_login(reviewer)
    text = client.get(reverse("admin:merchants_merchant_change", args=[merchant.pk])).content.decode()
    assert "138****8000" in text
    assert "138 0013 8000" not in text
    address = reverse("admin:merchants_merchant_reveal", args=[merchant.pk, "contact_phone"])
    assert client.get(address).status_code == 405
    assert "138 0013 8000" in client.post(address, {"reason": "call back"}).content.decode()
    assert Entry.objects.filter(action="merchants.personal_data.shown", merchant_id=merchant.pk).count() == 1
    client.force_login(make_user("clerk", roles=["logistics_desk"]))
    assert client.post(address).status_code == 403


def test_filters_of_the_application_list(client, reviewer, applicant):
    application = submitted(applicant)
    client.force_login(reviewer)
    listing = reverse("admin:merchants_application_changelist")
    for query, shown in (
        ("state__exact=submitted", True),
        ("state__exact=approved", False),
        ("category__exact=sports", True),
        ("waiting=day", True),
        ("waiting=days", False),
        ("waiting=long", False),
        ("q=" + application.number, True),
    ):
        assert (application.number + "</" in client.get(f"{listing}?{query}").content.decode()) is shown, query


def test_account_security_says_what_is_known(reviewer, applicant):
    merchant = services.approve(application=submitted(applicant), actor=reviewer).merchant
    assert account_security(merchant.pk, timezone.now()).tone == "neutral"
    applicant.last_login = timezone.now()
    applicant.save()
    finding = account_security(merchant.pk, timezone.now())
    assert finding.tone == "ok"
    assert "1 person can sign in" in finding.text
    User.objects.filter(pk=applicant.pk).update(is_active=False)
    assert account_security(merchant.pk, timezone.now()).tone == "caution"
