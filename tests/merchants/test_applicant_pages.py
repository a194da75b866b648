"""The applicant's pages, as a browser without JavaScript sees them."""

import pytest
from django.urls import reverse

from merchants import services
from merchants.models import Application, Document, Merchant
from shopops.audit.models import Entry
from shopops.policies.kinds import kinds
from shopops.policies.services import load_pack
from tests.merchants.factories import ALIBABA, DETAILS, draft, png, submitted, upload


@pytest.fixture
def applying(client, applicant):
    client.force_login(applicant)
    return client


def url(name, application, *more):
    return reverse(f"merchants:{name}", args=[application.number, *more])


def test_the_start_page_is_public_and_follows_the_chosen_type(client, policies):
    text = client.get("/apply/?shop_type=flagship&category=health_food").content.decode()
    assert "Health food approval with annex" in text
    assert "two reviewers have to agree" in text
    assert "/accounts/signup/" in text
    assert client.get("/apply/?shop_type=nonsense&category=food").status_code == 200


def test_strangers_are_asked_to_sign_in(client, policies):
    for path in ("/apply/mine/", "/apply/A-1121-0001/", "/apply/files/1/", "/apply/shop/"):
        response = client.get(path)
        assert response.status_code == 302
        assert "/accounts/login/" in response["Location"]


def test_people_without_a_shop_are_sent_to_their_applications(applying):
    response = applying.get("/portal/")
    assert response["Location"] == "/apply/mine/"
    assert "No shop and no application yet" in applying.get("/apply/mine/").content.decode()


def test_from_start_to_the_status_page(applying, applicant):
    response = applying.post("/apply/new/")
    application = Application.objects.get()
    assert response["Location"] == url("details", application)

    response = applying.post(url("details", application), {**DETAILS, "next": "1"})
    assert response["Location"] == url("documents", application)
    text = applying.get(response["Location"]).content.decode()
    assert "4 documents are missing" in text

    for number, (main, facts) in enumerate(
        {
            "business_licence": {"number": ALIBABA, "holder": DETAILS["legal_name"], "issued_on": "2021-04-16"},
            "id_card": {},
            "bank_account": {},
            "brand_authorisation": {"expires_on": "2031-01-01"},
        }.items()
    ):
        fields = {f"{main}-{name}": value for name, value in facts.items()}
        fields[f"{main}-file"] = upload(f"{main}.png", png(number))
        response = applying.post(url("upload", application, main), fields)
        assert response.status_code == 302, response.content.decode()
    assert "All documents are there" in applying.get(url("documents", application)).content.decode()

    assert "Ready to submit" in applying.get(url("submit", application)).content.decode()
    response = applying.post(url("submit", application))
    assert response["Location"] == url("application", application)
    text = applying.get(response["Location"]).content.decode()
    assert "waits for a reviewer" in text
    assert "Answer promised by then" in text
    assert "138****8000" in text
    assert "138 0013 8000" not in text
    assert application.number in applying.get("/apply/mine/").content.decode()


def test_a_draft_is_kept_incomplete_but_never_wrong(applying):
    applying.post("/apply/new/")
    application = Application.objects.get()
    assert applying.post(url("details", application), {"shop_name": "𠮷野家🍚"}).status_code == 302
    application.refresh_from_db()
    assert application.shop_name == "𠮷野家🍚"

    response = applying.post(
        url("details", application), {**DETAILS, "uscc": "91330100799655058C", "contact_phone": "call me"}
    )
    text = response.content.decode()
    assert "The last character is C, by the other 17 it must be B." in text
    assert "7 to 20 digits" in text
    response = applying.post(url("details", application), {**DETAILS, "id_number": "110105194912310021"})
    assert "does not agree" in response.content.decode()
    application.refresh_from_db()
    # What was right on those pages is kept, what was wrong is not.
    assert (application.uscc, application.shop_name) == (ALIBABA, DETAILS["shop_name"])
    assert (application.id_number, application.contact_phone) == (DETAILS["id_number"], DETAILS["contact_phone"])


def test_submitting_too_early_names_what_is_missing(applying, applicant):
    application = services.start_application(applicant=applicant)
    services.save_details(application=application, **DETAILS)
    response = applying.post(url("submit", application))
    assert response.status_code == 409
    assert "Business licence is not uploaded." in response.content.decode()


def test_a_second_post_of_the_submit_form_is_harmless(applying, applicant):
    application = draft(applicant)
    for _time in range(2):
        assert applying.post(url("submit", application))["Location"] == url("application", application)
    application.refresh_from_db()
    assert application.submissions == 1


def test_the_same_licence_a_second_time_is_a_clear_error(applying, applicant, make_user):
    submitted(make_user("fang"))
    application = draft(applicant)
    response = applying.post(url("submit", application))
    assert response.status_code == 409
    assert "There is an open application with this credit code" in response.content.decode()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"<html><body>hello</body></html>", "is not a JPG, PNG or PDF"),
        (b"", "empty"),
        (png() + b"\0" * (11 * 1024 * 1024), "at most 10 MB"),
    ],
)
def test_bad_uploads_are_answered_in_place(applying, applicant, content, message):
    application = services.start_application(applicant=applicant)
    services.save_details(application=application, **DETAILS)
    response = applying.post(url("upload", application, "id_card"), {"id_card-file": upload("licence.jpg", content)})
    assert response.status_code == 200
    assert message in response.content.decode()
    assert not Document.objects.exists()


def test_dates_in_the_wrong_order_are_refused(applying, applicant):
    application = services.start_application(applicant=applicant)
    services.save_details(application=application, **DETAILS)
    prefixed = {"number": "1", "holder": "x", "issued_on": "2026-01-02", "expires_on": "2026-01-01"}
    fields = {f"business_licence-{name}": value for name, value in prefixed.items()}
    fields["business_licence-file"] = upload()
    response = applying.post(url("upload", application, "business_licence"), fields)
    assert "ends before it was issued" in response.content.decode()


def test_unknown_types_of_document_do_not_exist(applying, applicant):
    application = draft(applicant)
    assert applying.post(url("upload", application, "no_such_type"), {}).status_code == 404


def test_nothing_of_anothers_application_can_be_seen_or_done(client, applicant, make_user):
    application = submitted(applicant)
    document = application.documents.first()
    client.force_login(make_user("fang"))
    for name in ("application", "details", "documents", "submit"):
        assert client.get(url(name, application)).status_code == 404
    for path in (
        url("submit", application),
        url("withdraw", application),
        url("resubmit", application),
        url("upload", application, "id_card"),
        url("remove", application, document.pk),
        url("answer", application, 1),
    ):
        assert client.post(path).status_code == 404, path
    assert client.get(reverse("merchants:document", args=[document.pk])).status_code == 404
    application.refresh_from_db()
    assert application.state == Application.State.SUBMITTED


def test_anothers_document_cannot_be_removed_through_ones_own_application(applying, applicant, make_user):
    foreign = draft(make_user("fang")).documents.first()
    mine = draft(applicant)
    assert applying.post(url("remove", mine, foreign.pk)).status_code == 404
    assert Document.objects.filter(pk=foreign.pk).exists()


def test_files_are_handed_out_checked_logged_and_uncached(applying, client, applicant, reviewer):
    document = submitted(applicant).documents.get(type="business_licence")
    address = reverse("merchants:document", args=[document.pk])
    client.force_login(reviewer)
    response = client.get(address)
    assert b"".join(response.streaming_content) == png(0)
    assert response["Content-Type"] == "image/png"
    assert response["Cache-Control"] == "private, no-store"
    assert response["X-Content-Type-Options"] == "nosniff"
    entry = Entry.objects.get(action="merchants.document.opened")
    assert (entry.actor, entry.object_id) == (reviewer, document.pk)


def test_answers_in_place_and_sending_again(applying, applicant, reviewer):
    application = services.ask_for_corrections(
        application=submitted(applicant),
        actor=reviewer,
        reason_codes=["document_name:business_licence", "credit_code", "other"],
        note="Which brands?",
    )
    text = applying.get(url("application", application)).content.decode()
    assert "3 items to correct" in text
    assert "Business licence: name on it differs from the form" in text
    assert "Which brands?" in text
    applying.post(url("resubmit", application))
    application.refresh_from_db()
    assert application.state == Application.State.NEEDS_INFO

    asks = {each.item: each for each in application.info_requests.all()}
    wrong = applying.post(url("answer", application, asks["field.uscc"].pk), {f"r{asks['field.uscc'].pk}-value": "123"})
    assert "The code has 3 characters" in wrong.content.decode()
    applying.post(url("answer", application, asks["field.uscc"].pk), {f"r{asks['field.uscc'].pk}-value": ALIBABA})
    applying.post(url("answer", application, asks["other"].pk), {f"r{asks['other'].pk}-text": "North Peak"})
    corrected = {"business_licence-number": ALIBABA, "business_licence-holder": "杭州北岭户外用品有限公司"}
    applying.post(url("answer", application, asks["document.business_licence"].pk), corrected)
    assert "Everything is answered" in applying.get(url("application", application)).content.decode()
    applying.post(url("resubmit", application))
    application.refresh_from_db()
    assert (application.state, application.submissions) == (Application.State.RESUBMITTED, 2)


def test_withdrawing(applying, applicant):
    application = submitted(applicant)
    applying.post(url("withdraw", application))
    assert "You withdrew this application" in applying.get(url("application", application)).content.decode()


def test_the_rejection_page_says_why(applying, applicant, reviewer):
    application = submitted(applicant)
    services.reject(application=application, actor=reviewer, reason_codes=["prohibited"], note="Rule 3")
    text = applying.get(url("application", application)).content.decode()
    assert "Goods that may not be sold here" in text
    assert "Rule 3" in text


@pytest.fixture
def changes(policies):
    load_pack(kinds.get("merchant_changes"))


def test_after_the_approval_the_portal_opens(applying, applicant, reviewer, changes):
    application = submitted(applicant)
    services.approve(application=application, actor=reviewer)
    assert "Your shop is open" in applying.get(url("application", application)).content.decode()
    text = applying.get("/apply/shop/").content.decode()
    assert "北岭户外" in text
    assert "Brand authorisation" in text
    assert "138****8000" in text
    assert "11010519491231002X" not in text


def test_switching_shops(applying, applicant, make_user, changes):
    mine = [Merchant.objects.create(shop_name=name) for name in ("A shop", "B shop")]
    for shop in mine:
        shop.members.create(user=applicant)
    strangers = Merchant.objects.create(shop_name="C shop")
    assert applying.post("/apply/switch-shop/", {"shop": mine[1].pk})["Location"] == "/portal/"
    assert "<h1>B shop</h1>" in applying.get("/apply/shop/").content.decode()
    for wrong in (strangers.pk, "x", ""):
        assert applying.post("/apply/switch-shop/", {"shop": wrong}).status_code == 404
    assert applying.get("/apply/switch-shop/").status_code == 405


def test_no_page_breaks_the_content_security_policy(applying, applicant):
    application = submitted(applicant)
    for path in ("/apply/", "/apply/mine/", url("application", application)):
        response = applying.get(path)
        text = response.content.decode()
        assert "style=" not in text
        assert "<script>" not in text
        assert "script-src 'self'" in response["Content-Security-Policy"]


def test_pages_in_chinese(applying, applicant):
    application = submitted(applicant)
    text = applying.get(url("application", application) + "?lang=zh-hans").content.decode()
    assert 'lang="zh-Hans"' in text


def test_the_api_shows_ones_own_applications_and_shops_only(client, applicant, reviewer, make_user):
    application = submitted(applicant)
    assert client.get("/api/v1/applications/").status_code in (401, 403)
    client.force_login(make_user("fang"))
    assert client.get(f"/api/v1/applications/{application.number}/").status_code == 404
    client.force_login(applicant)
    row = client.get(f"/api/v1/applications/{application.number}/").json()
    assert (row["state"], row["merchant"]) == ("submitted", None)
    assert row["promised_at"]
    assert "id_number" not in row
    merchant = services.approve(application=application, actor=reviewer).merchant
    assert client.get(f"/api/v1/merchants/{merchant.pk}/").json()["shop_name"] == "北岭户外"
    Merchant.objects.create(shop_name="Another")
    assert [each["id"] for each in rows(client.get("/api/v1/merchants/"))] == [merchant.pk]
    client.force_login(reviewer)
    assert len(rows(client.get("/api/v1/merchants/"))) == 2
    assert client.post("/api/v1/merchants/", {}).status_code in (403, 405)


@pytest.mark.parametrize(("role", "count"), [("reviewer", 1), ("auditor", 1), ("announcer", 0)])
def test_operators_find_every_submitted_application_if_their_role_may(client, applicant, make_user, role, count):
    application = submitted(applicant)
    services.start_application(applicant=make_user("drafting"))
    client.force_login(make_user("operator", roles=[role]))
    found = client.get("/api/v1/applications/").json()["results"]
    assert [row["number"] for row in found] == [application.number][:count]
    assert client.get(f"/api/v1/applications/{application.number}/").status_code == (200 if count else 404)


def rows(response):
    """The list, with and without paging."""
    body = response.json()
    return body if isinstance(body, list) else body["results"]
