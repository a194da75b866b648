"""The reviewers' workbench and the console's lists."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from merchants import services
from merchants.checkup import account_security
from merchants.errors import DecidedAlready
from merchants.models import Application, CheckResult, Decision, Member, Merchant
from merchants.services.queueing import enter_queue, item_of
from shopops.accounts.models import User
from shopops.audit.models import Entry
from shopops.notifications.models import Message
from shopops.transitions.handler import SecondPersonNeeded
from shopops.work.queues import states_for
from shopops.work.services import next_for, release_all
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


def test_each_ticked_reason_carries_its_own_note_and_the_internal_one_stays_inside(bench, applicant):
    application = submitted(applicant)
    decide(
        bench,
        application,
        "needs_info",
        reasons=["scope", "document_unreadable:id_card"],
        internal_note="Second try this month",
        **{"note:scope": "Name medical devices", "note:document_unreadable:id_card": "Back side", "note:other": "no"},
    )
    notes = dict(application.info_requests.values_list("reason", "note"))
    assert notes == {"scope": "Name medical devices", "document_unreadable": "Back side"}
    decision = application.decisions.get()
    assert decision.internal_note == "Second try this month"
    assert set(decision.outcomes) == set(application.check_results.values_list("code", flat=True))
    told = Message.objects.get(kind="merchants.application_needs_info")
    assert "Name medical devices" in str(told.context)
    entry = Entry.objects.get(action="merchants.application.needs_info")
    assert "Back side" in entry.reason
    for kept in (str(told.context), entry.reason):
        assert "Second try" not in kept
    text = bench.get(case(application)).content.decode()
    assert "Second try this month" in text
    assert "Name medical devices" in text


def test_a_case_put_aside_comes_back_last_and_says_why(bench, reviewer, applicant, make_user):
    first = submitted(applicant)
    bench.get(case(first))
    aside = reverse("review:aside", args=[first.pk])
    assert "Say why" in bench.post(aside, {"reason": " "}, follow=True).content.decode()
    second = submitted(make_user("fang"), uscc=TENCENT, id_number="E1", contact_phone="1391111222")
    bench.post(aside, {"reason": "Waits for the tax office"})
    assert item_of(first).claimed_by is None
    assert bench.get(reverse("review:next"))["Location"] == case(second)
    text = bench.get(case(first)).content.decode()
    assert "Waits for the tax office" in text
    decide(bench, first, "approve")
    decide(bench, second, "approve")
    assert bench.get(reverse("review:next")).status_code == 200


def test_the_last_one_put_aside_is_offered_again(bench, applicant):
    only = submitted(applicant)
    bench.get(case(only))
    bench.post(reverse("review:aside", args=[only.pk]), {"reason": "later"})
    assert bench.get(reverse("review:next"))["Location"] == case(only)


def test_the_flash_tells_the_last_decision_with_a_link_back(bench, applicant):
    application = submitted(applicant, shop_name="A <b> shop")
    response = decide(bench, application, "approve")
    text = bench.get(response["Location"]).content.decode()
    assert f'<a href="{case(application)}">{application.number} A &lt;b&gt; shop</a>: Approved' in text


def test_the_second_person_sees_what_changed_and_may_send_it_back(bench, client, reviewer, second, applicant):
    application = submitted(applicant, **FOOD)
    decide(bench, application, "approve", internal_note="Looks fine")
    CheckResult.objects.filter(application=application, code="credit_code").update(outcome="fail")
    client.force_login(second)
    text = client.get(case(application)).content.decode()
    assert "Looks fine" in text
    assert "Credit code check digit: was pass, is fail" in text
    back = reverse("review:send_back", args=[application.pk])
    client.post(back, {"reason": ""})
    application.refresh_from_db()
    assert application.proposed_by == reviewer
    client.post(back, {"reason": "Check digit"})
    application.refresh_from_db()
    assert (application.state, application.proposed_by) == (Application.State.IN_REVIEW, None)
    assert not Message.objects.exclude(kind="merchants.application_received").exists()
    client.force_login(reviewer)
    assert client.get(reverse("review:next"))["Location"] == case(application)
    assert "Check digit" in client.get(case(application)).content.decode()
    decide(client, application, "approve")
    application.refresh_from_db()
    assert application.proposed_by == reviewer


def test_nobody_sends_back_what_was_not_proposed(bench, applicant):
    application = submitted(applicant)
    answer = bench.post(reverse("review:send_back", args=[application.pk]), {"reason": "x"}, follow=True)
    assert "Nobody has proposed" in answer.content.decode()


def test_former_applications_and_their_reasons_are_shown(bench, reviewer, applicant):
    former = submitted(applicant)
    services.reject(application=former, actor=reviewer, reason_codes=["prohibited"])
    again = submitted(applicant)
    Application.objects.filter(pk=again.pk).update(previous=former)
    text = bench.get(case(again)).content.decode()
    assert former.number in text
    assert "Goods that may not be sold here" in text
    assert "This one was started from it" in text


def test_an_approval_by_rule_names_the_rule_and_leaves_people_their_cases(reviewer, applicant, make_user):
    application = submitted(applicant)
    version = application.policy_version
    services.open_case(application=application, user=reviewer)
    with pytest.raises(DecidedAlready, match="lin works on"):
        services.approve_by_rule(application=application, version=version)
    release_all(user=reviewer)
    done = services.approve_by_rule(application=application, version=version)
    assert (done.state, done.decided_by, done.auto_version) == (Application.State.APPROVED, None, version)
    entry = Entry.objects.get(action="merchants.application.approved")
    assert (entry.actor, entry.policy_version_id) == (None, version.pk)
    assert item_of(done) is None
    with pytest.raises(DecidedAlready):
        services.approve_by_rule(application=application, version=version)
    risky = submitted(make_user("fang"), uscc=TENCENT, id_number="E1", contact_phone="1391111222", **FOOD)
    with pytest.raises(SecondPersonNeeded):
        services.approve_by_rule(application=risky, version=version)


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("", "both"), ("q=A-", "both"), ("q=北岭", "sports"), ("q=" + TENCENT, "food"), ("q=nothing", ""),
        ("category=food", "food"), ("risk=3", "food"), ("held=mine", "sports"), ("held=nobody", "food"),
        ("second=1", ""), ("overdue=1", ""), ("channel=fair", "food"), ("shop_type=multi_brand", "both"),
        ("checks=fail", "food"), ("category=nonsense&held=%00&cursor=1_2_3&risk=9", "both"),
    ],
)  # fmt: skip
def test_filters_of_the_list(bench, reviewer, applicant, make_user, query, shown):
    sports = submitted(applicant)
    food = submitted(make_user("fang"), shop_name="味道", legal_name="深圳味道有限公司", uscc=TENCENT,
                     id_number="E1", contact_phone="1391111222", **FOOD)  # fmt: skip
    Application.objects.filter(pk=food.pk).update(channel="fair")
    CheckResult.objects.filter(application=sports).update(outcome="pass")
    CheckResult.objects.filter(application=food).update(outcome="fail")
    services.open_case(application=sports, user=reviewer)
    text = bench.get(f"{reverse('review:queue')}?{query}").content.decode()
    assert (f"{sports.number}</span>" in text) is (shown in ("both", "sports")), query
    assert (f"{food.number}</span>" in text) is (shown in ("both", "food")), query


def test_the_list_pages_by_key_and_misses_nobody(bench, policies, make_user, applicant, monkeypatch):
    monkeypatch.setattr("merchants.review_list.PAGE", 3)
    application = submitted(applicant)
    grow(application, make_user, 7)
    seen, address = [], reverse("review:queue")
    for _page in range(5):
        text = bench.get(address).content.decode()
        seen += re.findall(r'name="application" value="(\d+)"', text)
        following = re.search(r'href="(\?[^"]*)" rel="next"', text)
        if not following:
            break
        address = reverse("review:queue") + following[1].replace("&amp;", "&")
    assert len(seen) == len(set(seen)) == 8


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


def grow(application, make_user, count, start=0):
    """More of everything a case shows: cases that wait, documents, check results, decisions, former applications."""
    for number in range(start, start + count):
        neighbour = Application.objects.create(
            number=f"A-0101-{number:04d}", applicant=make_user(f"a{number}"), state="submitted", submissions=1,
            shop_name=f"N{number}", uscc=f"{number:018d}", shop_type="multi_brand", category="sports",
            submitted_at=timezone.now(), policy_version=application.policy_version,
        )  # fmt: skip
        enter_queue(neighbour)
        Application.objects.create(
            number=f"A-0102-{number:04d}", applicant=application.applicant, state="withdrawn", submissions=1,
            submitted_at=timezone.now(), policy_version=application.policy_version,
        )  # fmt: skip
        document = application.documents.first()
        document.pk, document.type, document.sha256 = None, f"other{number}", f"{number:064d}"
        document.save()
        CheckResult.objects.create(application=application, submission=1, code=f"c{number}", outcome="pass")
        Decision.objects.create(
            application=application, submission=1, kind="propose", by=application.applicant,
            policy_version=application.policy_version,
        )  # fmt: skip


def test_a_case_costs_the_same_queries_however_much_it_shows(bench, applicant, make_user):
    application = submitted(applicant)
    grow(application, make_user, 1)
    bench.get(case(application))
    with CaptureQueriesContext(connection) as short:
        bench.get(case(application))
    grow(application, make_user, 50, start=1)
    with CaptureQueriesContext(connection) as long:
        bench.get(case(application))
    assert len(long) == len(short) <= 60


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
