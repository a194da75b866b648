"""Uploads that were made to do harm or happen by mistake: a clear answer each, and nothing kept."""

import datetime as dt
import struct
import zlib
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import RequestFactory
from django.urls import reverse
from django.utils import timezone

from merchants import services
from merchants.models import Document
from shopops import uploads
from shopops.bodies import BodyLimitMiddleware
from tests.merchants.factories import DETAILS, draft, png, upload


@pytest.fixture
def drafting(client: Any, applicant: Any) -> Any:
    client.force_login(applicant)
    application = services.start_application(applicant=applicant)
    services.save_details(application=application, **DETAILS)
    client.address = reverse("merchants:upload", args=[application.number, "business_licence"])
    return client


class Endless:
    """A body of so many bytes that counts what is read of it."""

    def __init__(self, size: int) -> None:
        self.left, self.most = size, 0

    def read(self, size: int = -1) -> bytes:
        size = self.left if size < 0 else min(size, self.left)
        self.left -= size
        self.most = max(self.most, size)
        return b"\0" * size


def test_200_megabytes_are_refused_with_a_page_and_never_kept():
    body = Endless(200 * 1024 * 1024)
    request = RequestFactory().post("/apply/A-1/documents/id_card/", content_type="multipart/form-data; boundary=x")
    request.META.update({"CONTENT_LENGTH": str(body.left), "wsgi.input": body})
    response = BodyLimitMiddleware(lambda request: None).process_view(request, lambda request: None, (), {})
    assert response is not None
    assert response.status_code == 413
    text = response.content.decode()
    assert "200 MB" in text
    assert "at most 25 MB" in text
    assert "Nothing was saved" in text
    assert body.most <= 1024 * 1024  # thrown away piece by piece, so that the browser gets to read the answer


def test_a_body_within_the_limit_reaches_its_page(drafting):
    assert drafting.post(drafting.address, {"business_licence-file": upload()}).status_code == 200


def bomb() -> bytes:
    """A PNG of one pixel by its header, whose data unpack to 50 MB."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b"\0" * 50_000_000))
        + chunk(b"IEND", b"")
    )


ZIP = b"PK\x03\x04" + b"\0" * 26 + b"PK\x05\x06" + b"\0" * 18


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("licence.jpg", b"<html><script>alert(1)</script></html>", "is not a JPG, PNG or PDF"),
        ("licence.png", png() + ZIP, "is damaged"),
        ("bomb.zip", ZIP, "is not a JPG, PNG or PDF"),
        ("licence.png", bomb(), "is damaged"),
        ("𠮷.png", b"", "empty"),
    ],
)
def test_bad_files_are_answered_beside_the_field(drafting, name, content, says):
    facts = {"business_licence-number": "1", "business_licence-holder": "x"}
    response = drafting.post(drafting.address, {**facts, "business_licence-file": upload(name, content)})
    assert response.status_code == 200
    assert says in response.content.decode()
    assert not Document.objects.exists()


def test_pictures_of_every_shape_of_png_still_pass():
    uploads.inspect(upload("a.png", png()))
    with pytest.raises(ValidationError):
        uploads.inspect(upload("a.png", bomb()))


@pytest.mark.parametrize(
    ("field", "days", "says"),
    [("expires_on", -1, "ran out on"), ("issued_on", 1, "in the future")],
)
def test_dates_that_cannot_be_are_told_at_once(drafting, field, days, says):
    day = timezone.localdate() + dt.timedelta(days=days)
    facts = {"business_licence-number": "1", "business_licence-holder": "x", f"business_licence-{field}": str(day)}
    response = drafting.post(drafting.address, {**facts, "business_licence-file": upload()})
    assert says in response.content.decode()
    assert not Document.objects.exists()


def test_a_licence_is_valid_through_its_last_day(drafting):
    facts = {"number": "1", "holder": "x", "expires_on": str(timezone.localdate())}
    sent = {f"business_licence-{name}": value for name, value in facts.items()}
    assert drafting.post(drafting.address, {**sent, "business_licence-file": upload()}).status_code == 302


def test_small_pictures_are_for_the_applicant_alone(client, applicant, reviewer):
    pytest.importorskip("PIL")
    document = draft(applicant).documents.get(type="id_card")
    address = reverse("merchants:preview", args=[document.pk])
    client.force_login(applicant)
    response = client.get(address)
    assert response["Content-Type"] == "image/jpeg"
    client.force_login(reviewer)
    assert client.get(address).status_code == 404
