"""What must hold when pages are old, ids are guessed, files fail, and related cases are decided at once."""

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction

from merchants import reading, selectors, services
from merchants.errors import DecidedAlready, NotEditable
from merchants.models import Application, Reading, Recheck
from merchants.services.checking import changed
from tests.merchants.factories import GOOD_ID, VANKE, draft, submitted, upload

pytestmark = pytest.mark.django_db


def sent_back(application: Application, reviewer: Any, reasons: list[str]) -> list[Any]:
    services.ask_for_corrections(application=application, actor=reviewer, reason_codes=reasons, note="See there.")
    return list(application.info_requests.filter(answered_at=None))


def test_a_page_of_an_earlier_submission_decides_nothing(applicant, reviewer, second):
    application = submitted(applicant)
    [ask] = sent_back(application, second, ["scope"])
    services.answer(request=ask, value="户外用品销售")
    application.refresh_from_db()
    services.submit(application=application, actor=applicant)
    with pytest.raises(DecidedAlready):
        services.approve(application=application, actor=reviewer, submission=1)
    application.refresh_from_db()
    assert application.state == Application.State.RESUBMITTED
    assert services.approve(application=application, actor=reviewer, submission=2).merchant is not None


def test_the_case_page_names_the_submission_it_shows(client, applicant, reviewer):
    application = submitted(applicant)
    client.force_login(reviewer)
    page = client.get(f"/admin/review/{application.pk}/").content.decode()
    assert '<input type="hidden" name="submission" value="1">' in page


def test_a_declined_proposal_is_nothing_the_applicant_was_told(applicant, reviewer, second):
    application = submitted(applicant)
    sent_back(application, reviewer, ["scope"])
    told = selectors.latest_decision(application)
    application.decisions.create(
        submission=1, kind="decline", by=second, internal_note="x", policy_version=application.policy_version
    )
    assert selectors.latest_decision(application) == told


def test_what_an_earlier_decision_asked_for_cannot_be_answered_anew(applicant, reviewer):
    application = submitted(applicant)
    [first] = sent_back(application, reviewer, ["scope"])
    services.answer(request=first, value="户外用品销售")
    application.refresh_from_db()
    services.submit(application=application, actor=applicant)
    [_again] = sent_back(application, reviewer, ["other"])
    with pytest.raises(NotEditable):
        services.answer(request=first, value="药品零售")
    application.refresh_from_db()
    assert application.scope == "户外用品销售"


def test_documents_of_a_draft_are_the_applicants_alone(applicant, reviewer):
    application = draft(applicant)
    document = application.documents.first()
    assert document not in selectors.readable_documents(reviewer)
    assert document in selectors.readable_documents(applicant)
    services.submit(application=application, actor=applicant)
    assert document in selectors.readable_documents(reviewer)


def test_a_licence_taken_away_while_it_is_read_ends_without_an_error(applicant, settings):
    settings.OCR = True
    application = services.start_application(applicant=applicant)
    document = services.add_document(
        application=application, type="business_licence", file=upload(), actor=applicant, number="1", holder="A"
    )
    taken = reading._claim(document.pk)
    assert taken is not None
    document.delete()
    assert reading._settle(document.pk, lambda mine: reading._ended(mine, Reading.Problem.MISSING)) is None


def test_a_file_is_deleted_when_its_row_is_not_kept(applicant, media, monkeypatch):
    application = services.start_application(applicant=applicant)

    def broken(_document: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr(reading, "request", broken)
    with pytest.raises(RuntimeError):
        services.add_document(application=application, type="id_card", file=upload(), actor=applicant)
    assert not [each for each in Path(media).rglob("*") if each.is_file()]


@pytest.mark.django_db(transaction=True)
def test_two_related_applications_decided_at_once_do_not_wait_for_each_other(
    transactional_db, policies, make_user, applicant, reviewer
):
    one = submitted(applicant)
    other = submitted(make_user("b"), uscc=VANKE, id_number=GOOD_ID, contact_phone="138 0013 8000")
    Recheck.objects.all().delete()
    both_hold = threading.Barrier(2, timeout=10)

    def decide(mine: Application, related: Application) -> bool:
        try:
            with transaction.atomic():
                Application.objects.select_for_update(of=("self",)).get(pk=mine.pk)
                both_hold.wait()
                changed(related.pk)
            return True
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        done = [pool.submit(decide, one, other), pool.submit(decide, other, one)]
        assert all(each.result(timeout=20) for each in done)
    assert Recheck.objects.filter(pk__in=[one.pk, other.pk]).count() == 2
