"""Uploaded files are what their content says, whatever they are called."""

import struct

import pytest
from django.core.exceptions import ValidationError

from merchants import services
from merchants.errors import NotEditable
from merchants.models import Application, Document
from shopops import uploads
from tests.merchants.factories import draft, png, submitted, upload

JPEG = (
    b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"
    b"\xff\xc0\x00\x0b\x08\x00\x10\x00\x20\x01\x01\x11\x00\xff\xda\x00\x08\x01\x01\x00\x00\x3f\x00\x00\xff\xd9"
)
PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("scan.png", png(), "image/png"),
        ("scan.jpg", JPEG, "image/jpeg"),
        ("scan.pdf", PDF, "application/pdf"),
        ("called-wrong.pdf", png(), "image/png"),
        ("𠮷野家-营业执照.png", png(), "image/png"),
    ],
)
def test_pictures_and_pdf_are_recognised_by_content(name, content, kind):
    inspected = uploads.inspect(upload(name, content))
    assert inspected.content_type == kind
    assert inspected.size == len(content)
    assert len(inspected.sha256) == 64


def huge_png() -> bytes:
    return png().replace(struct.pack(">II", 1, 1), struct.pack(">II", 60_000, 60_000), 1)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (b"<html><script>alert(1)</script></html>", "wrong_kind"),
        (b"GIF89a" + b"\0" * 100, "wrong_kind"),
        (b"PK\x03\x04" + b"\0" * 100, "wrong_kind"),
        (png() + b"\0" * (11 * 1024 * 1024), "too_big"),
        (png()[:50], "damaged"),
        (JPEG[:24], "damaged"),
        (b"\xff\xd8\xff<html>", "damaged"),
        (b"\xff\xd8\xff\xe0\xff\xff\xff\xd9", "damaged"),
        (b"%PDF-1.4 cut off", "wrong_kind"),
        (huge_png(), "too_many_pixels"),
    ],
)
def test_anything_else_is_refused_with_its_name(content, code):
    with pytest.raises(ValidationError) as refused:
        uploads.inspect(upload("licence.jpg", content))
    assert refused.value.code == code
    assert "licence.jpg" in refused.value.messages[0]


def test_files_lie_under_private_with_an_unguessable_name(applicant, media):
    draft(applicant)
    document = Document.objects.get(type="business_licence")
    stored = media / "private" / document.file.name
    assert stored.read_bytes() == png()
    assert "business" not in document.file.name
    assert len(stored.stem) == 40
    assert stored.suffix == ".png"
    assert stored.stat().st_mode & 0o077 == 0


def test_a_refused_file_leaves_nothing_behind(applicant, media):
    application = services.start_application(applicant=applicant)
    with pytest.raises(ValidationError):
        services.add_document(application=application, type="id_card", file=upload("x.jpg", b"<html>"), actor=applicant)
    assert not list(media.rglob("*.*"))
    assert not Document.objects.exists()


def test_the_same_file_twice_is_one_document_with_the_newer_facts(applicant):
    application = services.start_application(applicant=applicant)
    for number in ("1", "2"):
        services.add_document(
            application=application, type="business_licence", file=upload(), actor=applicant, number=number
        )
    assert [each.number for each in Document.objects.all()] == ["2"]


def test_another_file_of_a_draft_replaces_the_former_and_deletes_it(
    applicant, media, django_capture_on_commit_callbacks
):
    application = services.start_application(applicant=applicant)
    services.add_document(application=application, type="id_card", file=upload(), actor=applicant)
    with django_capture_on_commit_callbacks(execute=True):
        services.add_document(application=application, type="id_card", file=upload("b.png", png(7)), actor=applicant)
    assert [each.original_name for each in Document.objects.all()] == ["b.png"]
    assert len(list(media.rglob("*.png"))) == 1


def test_documents_that_may_come_several_times_stay_side_by_side(applicant):
    application = services.start_application(applicant=applicant)
    for seed in (1, 2):
        services.add_document(
            application=application, type="brand_authorisation", file=upload(content=png(seed)), actor=applicant
        )
    assert application.documents.current().count() == 2


def test_documents_cannot_be_changed_while_the_reviewers_have_them(applicant):
    application = submitted(applicant)
    assert application.state == Application.State.SUBMITTED
    with pytest.raises(NotEditable):
        services.add_document(application=application, type="id_card", file=upload(), actor=applicant)
    with pytest.raises(NotEditable):
        services.remove_document(document=application.documents.first())
