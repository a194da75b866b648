"""Drafts that are saved as one types, in several windows at once, and applications that start from a former one."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection
from django.urls import reverse

from merchants import services
from merchants.errors import AlreadyOpen, DraftThere, NotEditable
from merchants.gaps import gaps
from merchants.models import Application, Document
from merchants.policy import ONBOARDING
from shopops.audit.models import Entry
from shopops.policies.services import load_pack
from tests.merchants.factories import ALIBABA, DETAILS, GOOD_ID, draft, png, submitted, upload


@pytest.fixture
def applying(client: Any, applicant: Any) -> Any:
    client.force_login(applicant)
    return client


def url(name: str, application: Application, *more: Any) -> str:
    return reverse(f"merchants:{name}", args=[application.number, *more])


def type_into(client: Any, application: Application, field: str, value: str) -> str:
    response = client.post(url("save", application), {"field": field, field: value}, headers={"HX-Request": "true"})
    assert response.status_code == 200
    return str(response.content.decode())


def test_one_change_is_saved_alone_and_says_when(applying, applicant):
    application = services.start_application(applicant=applicant)
    assert "Saved Today" in type_into(applying, application, "shop_name", "𠮷野家🍚")
    type_into(applying, application, "brand", "北岭")
    application.refresh_from_db()
    assert (application.shop_name, application.brand) == ("𠮷野家🍚", "北岭")
    assert application.saved_at is not None


def test_what_is_wrong_is_told_and_what_was_saved_stays(applying, applicant):
    application = services.start_application(applicant=applicant)
    type_into(applying, application, "uscc", ALIBABA)
    text = type_into(applying, application, "uscc", "91330100799655058C")
    assert "The last character is C, by the other 17 it must be B." in text
    assert "Not saved yet: Unified social credit code" in text
    application.refresh_from_db()
    assert application.uscc == ALIBABA


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("shop_name", "北\x07岭", "Character 2 is invisible (U+0007)"),
        ("legal_name", "杭州\u202e有限公司", "U+202E"),
        ("shop_name", "很" * 101, "at most 100 characters"),
        ("bank_account", "call me", "8 to 34 digits"),
        ("established_on", "2199-01-01", "in the future"),
        ("id_number", "110105194912310021", "does not agree"),
    ],
)
def test_errors_name_the_remedy_beside_the_field(applying, applicant, field, value, says):
    application = services.start_application(applicant=applicant)
    assert says in type_into(applying, application, field, value)
    application.refresh_from_db()
    assert not getattr(application, field)


def test_a_second_window_with_an_old_page_takes_nothing_back(applying, applicant):
    application = services.start_application(applicant=applicant)
    services.save_details(application=application, shop_name="Old name", region="杭州")
    page = applying.get(url("details", application)).context["form"]
    shown = {f"initial-{field.name}": field.value() or "" for field in page} | {
        field.name: field.value() or "" for field in page
    }
    type_into(applying, application, "shop_name", "New name")  # another window
    response = applying.post(url("details", application), {**shown, "region": "宁波"})
    assert response.status_code == 302
    application.refresh_from_db()
    assert (application.shop_name, application.region) == ("New name", "宁波")


def test_signed_out_or_submitted_says_so_instead_of_saving(client, applicant):
    application = draft(applicant)
    assert "you are signed out" in type_into(client, application, "brand", "x")
    client.force_login(applicant)
    services.submit(application=application, actor=applicant)
    assert "cannot be changed any more" in type_into(client, application, "brand", "x")
    application.refresh_from_db()
    assert application.brand == ""


def test_anothers_draft_is_not_there(applying, make_user):
    foreign = services.start_application(applicant=make_user("fang"))
    for name in ("save", "again", "use_reading"):
        assert applying.post(url(name, foreign), {"field": "brand", "brand": "x"}).status_code == 404
    for name in ("reading", "sign"):
        assert applying.get(url(name, foreign)).status_code == 404


def test_companies_name_a_bank_account_and_individuals_do_not(applicant):
    company = services.start_application(applicant=applicant)
    services.save_details(application=company, **{**DETAILS, "bank_name": "", "bank_account": ""})
    company.refresh_from_db()
    assert {gap.place for gap in gaps(company) if gap.step == "details"} == {"bank_name", "bank_account"}
    services.save_details(application=company, shop_type="individual")
    company.refresh_from_db()
    assert not [gap for gap in gaps(company) if gap.step == "details"]


def test_bank_accounts_are_encrypted_and_compared_without_spaces(applicant):
    application = services.start_application(applicant=applicant)
    services.save_details(application=application, bank_account="6217 0001 2345 6789")
    with connection.cursor() as cursor:
        cursor.execute("SELECT bank_account FROM merchants_application WHERE id = %s", [application.pk])
        assert "6217" not in cursor.fetchone()[0]
    application.refresh_from_db()
    assert application.bank_account == "6217000123456789"


def test_where_somebody_came_from_goes_with_the_application(applying, applicant):
    applying.get("/apply/?channel=paid_search&segment=home+decor")
    applying.get("/apply/?channel=" + "x" * 41)  # refused, and what was there stays
    applying.post("/apply/new/")
    application = Application.objects.get()
    assert (application.channel, application.segment) == ("paid_search", "home decor")


def test_the_browser_that_submits_is_remembered(applying, applicant):
    application = draft(applicant)
    response = applying.post(url("submit", application))
    application.refresh_from_db()
    assert len(application.device_id) == 32
    assert "shopops_device" in response.cookies


def test_again_copies_everything_and_neither_goes_with_the_other(applying, applicant, reviewer):
    former = submitted(applicant)
    services.open_case(application=former, user=reviewer)
    services.reject(application=former, actor=reviewer, reason_codes=["prohibited"])
    response = applying.post(url("again", former))
    fresh = Application.objects.get(state="draft")
    assert response["Location"] == url("details", fresh)
    assert fresh.previous_id == former.pk
    assert (fresh.uscc, fresh.id_number, fresh.bank_account) == (ALIBABA, GOOD_ID, DETAILS["bank_account"])
    assert fresh.documents.count() == former.documents.count()
    assert {each.file.name for each in fresh.documents.all()}.isdisjoint(
        each.file.name for each in former.documents.all()
    )
    services.remove_document(document=fresh.documents.get(type="id_card"))
    assert former.documents.get(type="id_card").file.open("rb").read() == png(1)
    assert Entry.objects.filter(action="merchants.application.started_again", object_id=fresh.pk).exists()
    assert former.number in applying.get(url("details", fresh)).content.decode()


def test_again_needs_an_application_that_is_over_and_no_other_draft(applicant):
    former = services.withdraw(application=submitted(applicant), actor=applicant)
    services.start_application(applicant=applicant)
    with pytest.raises(DraftThere):
        services.apply_again(application=former, actor=applicant)
    assert Document.objects.filter(application=former).count() == Document.objects.count()
    waiting = submitted(applicant)
    with pytest.raises(NotEditable):
        services.apply_again(application=waiting, actor=applicant)


def test_a_changed_shop_type_asks_for_what_it_needs_in_place(applying, applicant, reviewer):
    registered = ("legal_name", "uscc", "scope", "bank_name", "bank_account")
    application = submitted(applicant, shop_type="individual", **dict.fromkeys(registered, ""))
    services.open_case(application=application, user=reviewer)
    services.ask_for_corrections(application=application, actor=reviewer, reason_codes=["organisation_class"])
    ask = application.info_requests.get()
    applying.post(url("answer", application, ask.pk), {f"r{ask.pk}-value": "multi_brand"})
    text = applying.get(url("application", application)).content.decode()
    assert "Business licence is not uploaded." in text
    assert "bank is empty." in text
    fields = {name: DETAILS[name] for name in registered}
    assert applying.post(url("details", application), {**fields, "shop_name": "not asked"}).status_code == 302
    application.refresh_from_db()
    assert (application.uscc, application.shop_name) == (ALIBABA, DETAILS["shop_name"])
    for number, gap in enumerate(gaps(application)):
        facts = {"number": ALIBABA, "holder": DETAILS["legal_name"], "expires_on": "2031-01-01"}
        sent = {f"{gap.place}-{name}": value for name, value in facts.items()}
        sent[f"{gap.place}-file"] = upload("scan.png", png(50 + number))
        assert applying.post(url("upload", application, gap.place), sent).status_code == 302
    applying.post(url("resubmit", application))
    application.refresh_from_db()
    assert application.state == "resubmitted"


def test_messages_for_people_without_a_shop(applying, applicant, make_user):
    submitted(applicant)
    page = applying.get("/apply/messages/")
    assert "Application received" in page.content.decode()
    delivery = page.context["items"][0].delivery
    text = applying.get(f"/apply/messages/{delivery.message_id}/").content.decode()
    assert DETAILS["shop_name"] in text
    delivery.refresh_from_db()
    assert delivery.read_at is not None
    applying.force_login(make_user("fang"))
    assert applying.get(f"/apply/messages/{delivery.message_id}/").status_code == 404


@pytest.mark.django_db(transaction=True)
def test_the_same_licence_twice_in_the_same_second(make_user):
    load_pack(ONBOARDING)
    drafts = [draft(make_user(name), contact_phone=f"1380013800{i}") for i, name in enumerate(("chen", "fang"))]

    def hand_in(application: Application) -> str:
        try:
            services.submit(application=application, actor=application.applicant)
            return "submitted"
        except AlreadyOpen:
            return "already open"
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(hand_in, drafts)) == ["already open", "submitted"]
    assert Application.objects.filter(state="submitted").count() == 1
    assert Application.objects.filter(state="draft").count() == 1
