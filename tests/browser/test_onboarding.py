"""From the sign-up to the open shop, as an applicant and a reviewer live it."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from merchants.models import Application
from tests.browser.looking import PASSWORD, address, assert_good, follow, heading, keep, plain, said, sign_in, subjects
from tests.mail import Sink
from tests.merchants import factories

pytestmark = pytest.mark.browser

EMAIL = "chen@example.com"
LEGAL_NAME = factories.DETAILS["legal_name"]
#: What stands on the licence at first: not the company of the form.
OTHER_NAME = "苏州南屏文具有限公司"


@pytest.mark.parametrize(
    ("language", "scripts"), [("zh-CN", True), ("en", True), ("en", False)], ids=["zh", "en", "en-without-scripts"]
)
def test_an_applicant_gets_a_shop_after_corrections(
    language: str, scripts: bool, open_page: Callable[..., Page], make_user: Any, sink: Sink, tmp_path: Path
) -> None:
    make_user("lin", roles=["reviewer"])
    applicant, reviewer = open_page(language, scripts=scripts), open_page(language, scripts=scripts)
    look = assert_good if scripts else keep

    sign_up(applicant)
    number = write_application(applicant, look, language)
    upload_documents(applicant, tmp_path, licence_name=OTHER_NAME, look=look, language=language)
    hand_in(applicant, look, language)

    sign_in(reviewer, "lin@example.com")
    open_queue(reviewer, scripts)
    look(reviewer, f"review-{language}")
    assert reviewer.locator("fieldset input[name=reasons]:checked").evaluate_all("e => e.map(c => c.value)") == [
        "document_name:business_licence"
    ]
    decide(reviewer, "needs_info")

    answer_corrections(applicant, number, look, language)
    open_queue(reviewer, scripts)
    decide(reviewer, "approve")

    read_good_news(applicant, look, language)
    arrived = subjects(sink, EMAIL)
    shop = factories.DETAILS["shop_name"]
    expected = [
        said(language, "Application received: %(number)s %(shop_name)s", number=number, shop_name=shop),
        said(language, "Corrections needed: %(number)s %(shop_name)s", number=number, shop_name=shop),
        said(language, "Corrections received: %(number)s %(shop_name)s", number=number, shop_name=shop),
        said(
            language,
            "Approved: “%(shop_name)s” is open on %(marketplace_name)s",
            shop_name=shop,
            marketplace_name="ShopOps Market",
        ),
    ]
    assert [subject for subject in arrived if shop in subject] == expected


def sign_up(page: Page) -> None:
    page.goto("/apply/")
    follow(page, "main a.primary")
    page.fill("input[name=email]", EMAIL)
    page.fill("input[name=name]", "陈怡雯")
    page.fill("input[name=password1]", PASSWORD)
    follow(page, "main button.primary")
    expect(page).to_have_url(address("/apply/"))


def write_application(page: Page, look: Callable[..., None], language: str) -> str:
    follow(page, "main form button.primary")
    for name, value in factories.DETAILS.items():
        field = page.locator(f"[name={name}]")
        if name in ("shop_type", "category"):
            field.select_option(value)
        else:
            field.fill(value)
    look(page, f"apply-details-{language}")
    number = page.url.split("/")[-3]
    follow(page, "button[name=next]")
    return number


def upload_documents(page: Page, folder: Path, *, licence_name: str, look: Callable[..., None], language: str) -> None:
    """Fill the upload forms of the checklist one after the other, as the page asks for them."""
    look(page, f"apply-documents-{language}")
    today = timezone.localdate()
    facts = {
        "number": "No. 7",
        "holder": LEGAL_NAME,
        "issued_on": str(today - dt.timedelta(days=100)),
        "expires_on": str(today + dt.timedelta(days=800)),
    }
    for main in ("business_licence", "id_card", "bank_account", "brand_authorisation"):
        scan = folder / f"{main}.png"
        scan.write_bytes(factories.png(len(main)))
        form = page.locator(f"form[action*='/documents/{main}/']")
        is_licence = main == "business_licence"
        own = {"number": factories.ALIBABA, "holder": licence_name} if is_licence else {}
        for name, value in {**facts, **own}.items():
            if (field := form.locator(f"[name={main}-{name}]")).count():
                field.fill(value)
        form.locator("input[type=file]").set_input_files(scan)
        follow(page, f"form[action*='/documents/{main}/'] button")
        expect(page.locator("main a", has_text=scan.name)).to_be_visible()


def hand_in(page: Page, look: Callable[..., None], language: str) -> None:
    follow(page, "main a.primary")
    for box in page.locator("input[name=agree]").all():
        box.check()
    look(page, f"apply-agreements-{language}")
    follow(page, "main form button.primary")
    look(page, f"apply-submit-{language}")
    follow(page, "main form button.primary")
    assert heading(page) == said(language, "Your application waits for a reviewer")
    promise = page.locator(".head time")
    assert promise.count() == 1  # until when the answer comes
    expect(page.locator(".timeline li").first).to_be_visible()
    look(page, f"apply-waits-{language}")


def open_queue(page: Page, scripts: bool) -> None:
    """From the console's home, where the queue says that one case waits; the home itself needs scripts."""
    if scripts:
        page.goto("/admin/")
        expect(page.locator("dd", has_text="1").first).to_be_visible()
        follow(page, "form[action='/admin/work/applications/next/'] button")
    else:
        page.goto("/admin/review/")
    expect(page.locator("form.decide")).to_be_visible()


def decide(page: Page, decision: str) -> None:
    follow(page, f"button[name=decision][value={decision}]")
    expect(page.locator("form.decide")).to_have_count(0)


def answer_corrections(page: Page, number: str, look: Callable[..., None], language: str) -> None:
    page.goto("/apply/mine/")
    follow(page, f"a[href='/apply/{number}/']")
    assert heading(page) == said(language, "Your application needs corrections")
    look(page, f"apply-corrections-{language}")
    form = page.locator("form[action*='/answer/']")
    form.locator("[name$=holder]").fill(LEGAL_NAME)
    follow(page, "form[action*='/answer/'] button")
    follow(page, "form[action$='/resubmit/'] button.primary")
    assert heading(page) == said(language, "Your corrections wait for a reviewer")


def read_good_news(page: Page, look: Callable[..., None], language: str) -> None:
    page.goto("/apply/mine/")
    follow(page, "tbody a")
    assert heading(page) == said(language, "Your shop is open")
    look(page, f"apply-approved-{language}")
    follow(page, "main a.primary")
    expect(page).to_have_url(address("/portal/"))
    look(page, f"portal-new-{language}")
    follow(page, "a[href='/portal/messages/']:visible")
    assert factories.DETAILS["shop_name"] in plain(page.locator("tbody a").first.inner_text())
    follow(page, "tbody a")
    assert "http" not in page.inner_text("main")  # the link is a button
    look(page, f"message-{language}")


def test_several_corrections_are_answered_in_place(
    open_page: Callable[..., Page], make_user: Any, sink: Sink, tmp_path: Path
) -> None:
    applicant_user = make_user("chen", language="zh-hans")
    waiting = factories.submitted(applicant_user)
    reviewer = open_page("zh-CN", user=make_user("lin", roles=["reviewer"]))
    applicant = open_page("zh-CN", width=390, user=applicant_user)

    reviewer.goto(f"/admin/review/{waiting.pk}/")
    reviewer.locator("form.decide details summary").click()
    for reason in ("scope", "document_unreadable:id_card", "other"):
        reviewer.locator(f"input[name=reasons][value='{reason}']").check(force=True)
    reviewer.fill("[name='note:other']", "与“北岭”商标的关系需说明。")
    decide(reviewer, "needs_info")

    applicant.goto(f"/apply/{waiting.number}/")
    assert waiting.info_requests.count() == 3
    assert_good(applicant, "supplement-zh-CN-390")
    expect(applicant.locator("form[action$='/resubmit/']")).to_have_count(0)  # not before everything is answered
    scan = tmp_path / "id_card_again.png"
    scan.write_bytes(factories.png(77))
    for item, name, answer in (
        ("field.scope", "value", "体育用品及器材零售；日用百货销售"),
        ("other", "text", "商标由本公司持有。"),
    ):
        pk = waiting.info_requests.get(item=item).pk
        applicant.fill(f"form[action$='/answer/{pk}/'] [name=r{pk}-{name}]", answer)
        follow(applicant, f"form[action$='/answer/{pk}/'] button")
    pk = waiting.info_requests.get(item="document.id_card").pk
    form = f"form[action$='/answer/{pk}/']"
    applicant.set_input_files(f"{form} input[type=file]", scan)
    follow(applicant, f"{form} button")
    assert_good(applicant, "supplement-answered-zh-CN-390")
    follow(applicant, "form[action$='/resubmit/'] button.primary")
    assert heading(applicant) == said("zh-CN", "Your corrections wait for a reviewer")
    waiting.refresh_from_db()
    assert (waiting.state, waiting.submissions) == (Application.State.RESUBMITTED, 2)
    assert waiting.scope == "体育用品及器材零售；日用百货销售"
    assert waiting.documents.current().get(type="id_card").original_name == scan.name

    open_queue(reviewer, scripts=True)
    assert "商标由本公司持有。" in reviewer.inner_text("main")
    decide(reviewer, "approve")
    assert [subject for subject in subjects(sink, EMAIL) if waiting.shop_name in subject][-1] == said(
        "zh-CN",
        "Approved: “%(shop_name)s” is open on %(marketplace_name)s",
        shop_name=waiting.shop_name,
        marketplace_name="ShopOps Market",
    )


def test_a_high_risk_category_needs_a_second_person(open_page: Callable[..., Page], make_user: Any, sink: Sink) -> None:
    applicant = make_user("chen", language="en")
    waiting = factories.submitted(applicant, category="food", scope="食品销售")
    first = open_page("en", user=make_user("lin", roles=["reviewer"]))
    second = open_page("zh-CN", user=make_user("zhou", roles=["reviewer"]))

    propose(first, waiting)
    assert said("en", "approval proposed, a second person decides") in first.inner_text("main")
    first.goto(f"/admin/review/{waiting.pk}/")
    expect(first.locator("form.decide")).to_have_count(0)  # who proposed does not decide

    # A check says something else since: whoever decides has to see it.
    waiting.check_results.filter(code="scope").update(outcome="unsure")
    second.goto("/admin/review/")
    shown = plain(second.inner_text("main"))
    assert "lin" in second.inner_text("#four")
    assert said("zh-CN", "Changed since the proposal:") in shown
    assert_good(second, "review-second-person-zh-CN")
    follow(second, "button[name=decision][value=approve]")
    expect(second.locator("form.decide")).to_have_count(0)
    waiting.refresh_from_db()
    assert waiting.state == Application.State.APPROVED
    assert [str(waiting.proposed_by), str(waiting.decided_by)] == ["lin", "zhou"]
    assert subjects(sink, "chen@example.com")[-1].startswith("Approved")


def test_a_second_person_sends_a_proposal_back_to_the_first(
    open_page: Callable[..., Page], make_user: Any, sink: Sink
) -> None:
    waiting = factories.submitted(make_user("chen", language="en"), category="food", scope="食品销售")
    told = len(subjects(sink, EMAIL))
    first = open_page("zh-CN", user=make_user("lin", roles=["reviewer"]))
    second = open_page("en", user=make_user("zhou", roles=["reviewer"]))

    propose(first, waiting)
    second.goto("/admin/review/")
    second.click("button[popovertarget=send-back]")
    second.fill("#back_reason", "Does the food licence name the warehouse?")
    follow(second, "#send-back button.primary")
    assert said("en", "sent back to the first person") in second.inner_text("main")
    waiting.refresh_from_db()
    assert (waiting.proposed_by, waiting.state) == (None, Application.State.IN_REVIEW)

    first.goto("/admin/review/")
    expect(first.locator("form.decide")).to_be_visible()  # the first person decides anew
    assert "Does the food licence name the warehouse?" in first.inner_text("main")
    assert_good(first, "review-sent-back-zh-CN")
    assert len(subjects(sink, EMAIL)) == told  # the applicant is not told


def propose(page: Page, application: Application) -> None:
    page.goto(f"/admin/review/{application.pk}/")
    assert plain(page.inner_text("#four"))
    decide(page, "approve")
