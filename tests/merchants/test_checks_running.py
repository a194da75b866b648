"""Checks that run on real applications: again when something changed, with the queue behind them, on the page and in
the API."""

import datetime as dt
import json

import pytest
from django.urls import reverse
from django.utils import timezone, translation

from merchants import services
from merchants.errors import NotEditable
from merchants.models import Application, CheckResult, Document, Recheck, SampleVerdict
from merchants.registers import services as registers
from merchants.registers.models import Enquiry
from merchants.services import checking
from merchants.services.samples import judge_sample
from shopops.audit.models import Entry
from shopops.work.models import Risk
from tests.merchants.factories import ALIBABA, DETAILS, png, submitted, upload

pytestmark = pytest.mark.django_db
ENTRY = {
    "name": DETAILS["legal_name"],
    "status": "active",
    "legal_person": DETAILS["legal_person"],
    "scope": DETAILS["scope"],
}


@pytest.fixture(autouse=True)
def woken(monkeypatch) -> list[str]:
    from shopops.jobs import starting

    calls: list[str] = []
    monkeypatch.setattr(starting, "start", lambda task, *ids: calls.append(task.name))
    return calls


@pytest.fixture
def application(applicant) -> Application:
    return submitted(applicant)


@pytest.fixture
def recorded(settings, tmp_path):
    """Let the register say something about the company of the tests."""

    def record(registration=None, record=None, **more) -> None:
        answers = [
            {"uscc": ALIBABA, "kind": "registration", "facts": ENTRY | (registration or {})} | more,
            {"uscc": ALIBABA, "kind": "credit_record", "facts": record or {}},
        ]
        file = tmp_path / f"{len(list(tmp_path.iterdir()))}.json"
        file.write_text(json.dumps({"source": "Test register", "answers": answers}), encoding="utf-8")
        settings.REGISTER_PROVIDER, settings.REGISTER_RECORDINGS = "recorded", str(file)

    record()
    return record


def result(application: Application, code: str) -> CheckResult:
    return application.check_results.get(submission=application.submissions, code=code)


def answered(application: Application) -> None:
    """The registers answer, and what changed is checked again."""
    registers.owe(application.uscc, again=True)
    registers.ask_due()
    checking.run_changed()


# --- registers --------------------------------------------------------------------------------------------------------


def test_submitting_asks_the_registers_and_the_answer_changes_the_checks(recorded, application):
    assert result(application, "registration").evidence == "registers.not_asked"
    assert Enquiry.objects.filter(uscc=ALIBABA, due_at__isnull=False).count() == 2
    registers.ask_due()
    assert Recheck.objects.filter(application=application).exists()
    checking.run_changed()
    assert (result(application, "registration").outcome, result(application, "credit_record").outcome) == (
        "pass",
        "pass",
    )
    assert not Recheck.objects.exists()


@pytest.mark.parametrize(
    ("entry", "outcome", "evidence"),
    [
        ({"status": "revoked"}, "fail", "registration.status"),
        ({"status": "moved_out"}, "unsure", "registration.status"),
        ({"name": "深圳市明澈数码科技有限公司"}, "fail", "registration.name"),
        ({"name": "杭州北岭户处用品有限公司"}, "unsure", "registration.name"),
        ({"legal_person": "王小明"}, "fail", "registration.legal_person"),
        ({"scope": "软件开发；技术咨询"}, "unsure", "registration.differs"),
        ({"expires_on": "2020-01-01"}, "fail", "registration.expired"),
    ],
)
def test_what_the_register_of_companies_may_say(recorded, application, entry, outcome, evidence):
    recorded(registration=entry)
    answered(application)
    verdict = result(application, "registration")
    assert (verdict.outcome, verdict.evidence) == (outcome, evidence)
    assert "王小明" not in json.dumps(verdict.params, ensure_ascii=False)  # a person is named on no page unmasked


def test_a_company_that_the_register_does_not_know_fails(recorded, application):
    recorded(found=False)
    answered(application)
    assert result(application, "registration").evidence == "registration.unknown"
    assert result(application, "registration").outcome == "fail"


def day(ago: int) -> str:
    return (timezone.localdate() - dt.timedelta(days=ago)).isoformat()


@pytest.mark.parametrize(
    ("record", "outcome"),
    [
        ({"listings": [{"kind": "dishonest_debtor", "since": day(100)}]}, "fail"),
        ({"listings": [{"kind": "abnormal", "since": day(100)}]}, "unsure"),
        ({"listings": [{"kind": "dishonest_debtor", "since": day(900), "until": day(1)}]}, "pass"),
        ({"penalties": [{"decided_on": day(30), "reason": "虚假宣传"}]}, "unsure"),
        ({"penalties": [{"decided_on": day(30)}] * 3}, "fail"),
        ({"penalties": [{"decided_on": day(1096)}] * 9}, "pass"),
    ],
)
def test_what_a_credit_record_may_hold(recorded, application, record, outcome):
    recorded(record=record)
    answered(application)
    assert result(application, "credit_record").outcome == outcome


def test_a_register_that_is_away_leaves_it_unsure_and_says_when_it_is_asked_again(recorded, application):
    recorded(away=True, facts=None)
    answered(application)
    verdict = result(application, "registration")
    assert (verdict.outcome, verdict.evidence) == ("unsure", "registers.away")
    with translation.override("en"):
        from merchants import policy
        from merchants.checks import words

        said = words.sentence(verdict.evidence, verdict.params, policy.active()[1])
    assert said.startswith("The register did not answer. Asked: Today") and "asked again: Today" in said


def test_an_answer_that_expired_is_asked_for_again(recorded, application):
    from merchants.registers.models import RegisterAnswer

    answered(application)
    long_ago = timezone.now() - dt.timedelta(days=60)
    RegisterAnswer.objects.update(asked_at=long_ago, expires_at=long_ago + dt.timedelta(days=30))
    services.run_checks(application=application)
    assert result(application, "registration").outcome == "unsure"
    assert Enquiry.objects.filter(due_at__isnull=False).count() == 2


# --- running again ----------------------------------------------------------------------------------------------------


def test_risk_and_reasons_of_the_queue_follow_the_results(recorded, application):
    item = services.item_of(application)
    assert item.risk == Risk.LOW
    recorded(registration={"status": "revoked"})
    answered(application)
    item.refresh_from_db()
    assert item.risk == Risk.MEDIUM
    assert item.reasons.filter(code="check.registration").exists()
    recorded()
    answered(application)
    item.refresh_from_db()
    assert item.risk == Risk.LOW
    assert not item.reasons.filter(code="check.registration").exists()
    assert item.reasons.filter(code="new").exists()


def test_only_what_reviewers_have_is_checked_again(application, applicant):
    Recheck.objects.all().delete()
    services.withdraw(application=application, actor=applicant)
    checking.changed(application.pk)
    assert not Recheck.objects.filter(application=application).exists()


def test_asking_twice_is_one_run(application):
    Recheck.objects.all().delete()
    checking.changed(application.pk)
    checking.changed(application.pk, application.pk)
    assert Recheck.objects.count() == 1
    assert checking.run_changed() == 1
    assert checking.run_changed() == 0


def test_a_document_that_a_machine_read_is_compared(application):
    from merchants.models import Reading
    from shopops.transitions.handler import announce

    licence = application.documents.get(type="business_licence")
    reading, _made = Reading.objects.update_or_create(
        document=licence, defaults={"state": "done", "problem": "", "read_at": timezone.now()}
    )
    reading.fields = {"legal_name": {"text": "深圳市明澈数码科技有限公司", "value": "深圳市明澈数码科技有限公司"}}
    reading.save()
    Recheck.objects.all().delete()
    announce(reading, Reading.EFFECTS["read"], actor=None)
    checking.run_changed()
    assert (result(application, "names").outcome, result(application, "names").evidence) == ("fail", "names.differ")


# --- sample goods -----------------------------------------------------------------------------------------------------


def judged(application, actor, **values) -> SampleVerdict:
    return judge_sample(application=application, actor=actor, **({"outcome": "passed", "items": "登山杖 × 2"} | values))


def test_a_category_with_samples_is_unsure_until_somebody_judged(applicant, reviewer):
    application = submitted(applicant, category="jewellery", scope="珠宝首饰零售")
    assert result(application, "sample").evidence == "sample.waiting"
    judged(application, reviewer)
    checking.run_changed()
    assert result(application, "sample").outcome == "pass"


def test_samples_that_did_not_pass_fail_in_any_category(application, reviewer):
    assert result(application, "sample").outcome == "pass"
    judged(application, reviewer, outcome="failed", note="杆体开裂")
    checking.run_changed()
    assert result(application, "sample").outcome == "fail"


def test_judging_again_replaces_the_verdict_and_the_audit_log_has_both(application, reviewer, second):
    judged(application, reviewer)
    judged(application, second, outcome="failed", note="杆体开裂")
    assert SampleVerdict.objects.get().judged_by == second
    entries = Entry.objects.filter(action="merchants.sample.judged").order_by("pk")
    assert [each.after["outcome"] for each in entries] == ["passed", "failed"]
    assert entries[1].before["outcome"] == "passed"


def test_nobody_judges_their_own_samples_nor_decided_ones(application, applicant, reviewer):
    from merchants.errors import OnboardingError

    with pytest.raises(OnboardingError):
        judged(application, applicant)
    services.withdraw(application=application, actor=applicant)
    with pytest.raises(OnboardingError):
        judged(application, reviewer)
    assert not SampleVerdict.objects.exists()


# --- pages and API ----------------------------------------------------------------------------------------------------


def test_the_sample_form_keeps_a_report_and_goes_back_to_the_case(client, application, reviewer):
    client.force_login(reviewer)
    page = reverse("review:sample", args=[application.pk])
    assert client.get(page).status_code == 200
    values = {"items": "登山杖 × 2", "standard": "GB/T 32767", "outcome": "passed"}
    answer = client.post(page, values | {"file": upload("report.png", png(99))})
    assert (answer.status_code, answer["Location"]) == (302, reverse("review:case", args=[application.pk]))
    verdict = SampleVerdict.objects.get()
    assert (verdict.report.type, verdict.report.uploaded_by) == ("sample_report", reviewer)
    assert "登山杖 × 2" in client.get(answer["Location"]).content.decode()
    client.post(page, values | {"file": upload("again.png", png(99))})
    assert Document.objects.filter(type="sample_report").count() == 1  # the same file twice is one
    services.ask_for_corrections(application=application, actor=reviewer, reason_codes=["organisation_class"])
    with pytest.raises(NotEditable):  # what a reviewer laid down is not the applicant's to take away
        services.remove_document(document=verdict.report)


@pytest.mark.parametrize(
    "wrong", [{"items": ""}, {"outcome": "maybe"}, {"outcome": "failed", "note": " "}, {"report": "999999"}]
)
def test_a_sample_form_that_says_too_little_is_shown_again(client, application, reviewer, wrong):
    client.force_login(reviewer)
    values = {"items": "登山杖", "outcome": "passed"} | wrong
    answer = client.post(reverse("review:sample", args=[application.pk]), values)
    assert answer.status_code == 422
    assert not SampleVerdict.objects.exists()


def test_a_file_that_is_no_report_is_refused(client, application, reviewer):
    client.force_login(reviewer)
    values = {"items": "登山杖", "outcome": "passed", "file": upload("report.pdf", b"<html>")}
    assert client.post(reverse("review:sample", args=[application.pk]), values).status_code == 422


@pytest.mark.parametrize("name", ["review:sample", "review:ask_registers"])
def test_only_reviewers_get_there(client, application, applicant, make_user, name):
    page = reverse(name, args=[application.pk])
    for user in (applicant, make_user("announcer", roles=["announcer"])):
        client.force_login(user)
        assert client.post(page).status_code in (302, 403)
    assert not SampleVerdict.objects.exists()


def test_a_reviewer_has_the_registers_asked_again(client, recorded, application, reviewer):
    answered(application)
    client.force_login(reviewer)
    client.post(reverse("review:ask_registers", args=[application.pk]))
    assert Enquiry.objects.filter(due_at__isnull=False).count() == 2
    assert Entry.objects.filter(action="merchants.registers.asked").exists()


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_case_shows_evidence_registers_and_the_circle(client, recorded, application, reviewer, language):
    from merchants.models import Merchant

    Merchant.objects.create(shop_name="屿味零食", contact_phone="13800138000", state=Merchant.State.CLOSED)
    recorded(record={"listings": [{"kind": "serious", "since": day(10), "reason": "虚假宣传"}]})
    services.run_checks(application=application)
    answered(application)
    client.force_login(reviewer)
    html = client.get(reverse("review:case", args=[application.pk]), {"lang": language}).content.decode()
    for text in ("屿味零食", "虚假宣传", "79965505-8", "浙江省杭州市", "<svg", "Test register"):
        assert text in html
    assert "style=" not in html.split('aria-labelledby="rel"')[1].split("</section>")[0]
    assert DETAILS["legal_person"] not in html.split('aria-labelledby="reg"')[1].split("</section>")[0]


def test_operators_read_results_through_the_api_and_applicants_do_not(client, application, reviewer, applicant):
    address = f"/api/v1/check-results/?application={application.number}"
    client.force_login(reviewer)
    rows = client.get(address).json()["results"]
    assert {row["code"] for row in rows} == set(application.check_results.values_list("code", flat=True))
    assert all(row["outcome"] in ("pass", "fail", "unsure") and row["text"] for row in rows)
    client.force_login(applicant)
    mine = client.get(address)
    assert mine.status_code == 403 or mine.json()["results"] == []
