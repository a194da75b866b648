"""The scan in the workbench: numbered boxes beside the fields, differences marked, personal data masked."""

import re
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from merchants import comparison
from merchants.models import Document, Reading
from merchants.views import scan
from shopops.policies.services import load_packs
from tests.ocr.scans import body, handed_in, recorded


@pytest.fixture
def case(db: None, make_user: Any) -> Any:
    load_packs()
    return handed_in(make_user("chen"))


@pytest.fixture
def bench(client: Any, make_user: Any) -> Any:
    client.force_login(make_user("lin", roles=["reviewer"]))
    return client


def by_name(application: Any, licence: Any, shown: str = "") -> dict[str, comparison.Row]:
    licence = Document.objects.get(pk=licence.pk)
    return {row.name: row for row in comparison.rows(application, licence, body(), shown)}


def test_form_and_reading_are_compared_field_by_field(case):
    rows = by_name(*case)
    assert {name: rows[name].result for name in comparison.NUMBERED} == {
        "uscc": "agrees",
        "legal_name": "differs",
        "legal_form": "agrees",
        "legal_person": "agrees",
        "scope": "unsure",
        "registered_capital": "agrees",
        "established_on": "agrees",
        "address": "differs",
    }
    assert "食品<mark>贸易</mark>有限公司" in rows["legal_name"].document
    assert "<mark>8</mark>室" in rows["address"].document


def test_what_differs_comes_first_and_keeps_the_number_of_its_box(case):
    application, licence = case
    rows = comparison.rows(application, Document.objects.get(pk=licence.pk), body())
    order = [("differs", "unsure", "agrees", "").index(row.result) for row in rows]
    assert order == sorted(order) and set(order) == {0, 1, 2, 3}
    assert {row.name: row.number for row in rows}["uscc"] == 1
    assert len({row.number for row in rows}) == len(rows)


def test_a_difference_that_was_read_with_doubt_is_unsure(case):
    application, licence = case
    found = recorded()["fields"]
    found["legal_name"]["score"] = 0.7
    reading = Reading.objects.get(document=licence)
    reading.fields = found
    reading.save()
    assert by_name(application, licence)["legal_name"].result == "unsure"


def test_the_legal_person_is_masked_on_both_sides_until_unmasked(case):
    row = by_name(*case)["legal_person"]
    assert (row.form, row.document, row.result) == ("许**", "许**", "agrees")
    row = by_name(*case, shown="legal_person")["legal_person"]
    assert (row.form, row.document) == ("许雨桐", "许雨桐")


def test_without_a_reading_what_the_applicant_typed_is_compared(case):
    application, licence = case
    Reading.objects.all().delete()
    rows = by_name(application, licence)
    assert rows["uscc"].result == "agrees"
    assert rows["address"].result == ""
    assert not any(row.box for row in rows.values())


def test_what_was_typed_and_is_something_else_than_read_is_told(case):
    application, licence = case
    Document.objects.filter(pk=licence.pk).update(number="91330100799655058B")
    row = by_name(application, licence)["uscc"]
    assert (row.result, row.typed) == ("differs", "91330100799655058B")


def test_the_page_shows_boxes_with_the_numbers_of_the_rows(case, bench):
    application, _licence = case
    page = bench.get(reverse("review:case", args=[application.pk])).content.decode()
    numbers = re.findall(r'data-box="(\d+)"', page)
    assert len(numbers) == len(recorded()["fields"])
    assert all(f'id="f{number}"' in page for number in numbers)
    assert 'class="differs"' in page and 'class="unsure"' in page
    assert "许雨桐" not in page.replace("许雨桐旗舰店", "")
    assert "style=" not in page.split('<div class="scan')[1].split("</figure>")[0]


def test_a_page_is_turned_and_enlarged_by_its_address(case, bench):
    application, _licence = case
    url = reverse("review:case", args=[application.pk])
    assert 'viewBox="0 0 1414.9 1000"' in bench.get(url).content.decode()
    page = bench.get(f"{url}?turn=90&zoom=2").content.decode()
    assert 'viewBox="0 0 1000 1414.9"' in page
    assert 'transform="translate(1000 0) rotate(90)"' in page
    assert 'data-zoom="2"' in page
    assert "turn=180" in page
    for nonsense in ("turn=45", "zoom=900", "turn=x&zoom=", "doc=0&beside=zz"):
        assert bench.get(f"{url}?{nonsense}").status_code == 200


@pytest.mark.parametrize(
    ("rotation", "expected"),
    [
        (0, ""),
        (90, "translate(1410 0) rotate(90)"),
        (180, "translate(1410 1000) rotate(180)"),
        (270, "translate(0 1000) rotate(270)"),
    ],
)
def test_the_stored_picture_is_brought_upright(rotation, expected):
    sheet = scan.Sheet(Document(), 0, Reading(rotation=rotation), [], 1410)
    assert sheet.image["turn"] == expected
    assert (sheet.image["width"], sheet.image["height"]) == ((1410, 1000) if rotation % 180 == 0 else (1000, 1410))


def test_two_documents_stand_side_by_side(case, bench):
    application, licence = case
    other = application.documents.exclude(pk=licence.pk).first()
    page = bench.get(f"{reverse('review:case', args=[application.pk])}?doc={licence.pk}&beside={other.pk}")
    text = page.content.decode()
    assert 'class="scan pair"' in text
    assert reverse("merchants:document", args=[other.pk]) in text


def test_a_document_of_somebody_else_is_not_shown_beside(case, bench, make_user):
    application, licence = case
    stranger, _theirs = handed_in(make_user("zhou"), uscc="9144030071526726XG", id_number="E1", contact_phone="1")
    foreign = stranger.documents.first()
    page = bench.get(f"{reverse('review:case', args=[application.pk])}?doc={licence.pk}&beside={foreign.pk}")
    assert reverse("merchants:document", args=[foreign.pk]) not in page.content.decode()


def test_more_boxes_take_no_more_queries(case, bench):
    application, _licence = case
    url = reverse("review:case", args=[application.pk])
    bench.get(url)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        bench.get(url)
    readings = [each for each in queries if "merchants_reading" in each["sql"]]
    assert len(readings) <= 3
