"""What every answer carries, what a deployment insists on, how personal data changes its key."""

import base64
import io
import os
import subprocess
import sys
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.urls import reverse

from merchants.models import Merchant
from shopops import uploads
from shopops.audit import services as audit
from shopops.audit.history import changes_of
from shopops.audit.models import Entry
from shopops.fields import digest
from tests.merchants.factories import png

ROOT = Path(__file__).resolve().parents[2]
PAGES = ["/accounts/login/", "/status/", "/portal/", "/healthz", "/admin/login/", "/no-such-page/", "/api/v1/schema/"]


@pytest.mark.parametrize("url", PAGES)
def test_every_answer_carries_the_headers(client, db, url):
    answer = client.get(url)
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Referrer-Policy"] == "same-origin"
    assert answer["X-Frame-Options"] == "DENY"
    assert "camera=()" in answer["Permissions-Policy"]
    policy = answer["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "frame-ancestors 'none'" in policy and "object-src 'none'" in policy
    if not url.startswith("/admin/"):
        assert "unsafe" not in policy


def test_a_deployment_passes_djangos_own_check():
    environment = {
        **{name: value for name, value in os.environ.items() if name != "DJANGO_ALLOW_ASYNC_UNSAFE"},  # the browser's
        "DATABASE_URL": "postgres://u:p@127.0.0.1:1/none",
        "REDIS_URL": "redis://127.0.0.1:1/0",
        "SECRET_KEY": base64.b64encode(bytes(range(60))).decode(),
        "FIELD_KEYS": Fernet.generate_key().decode(),
        "ALLOWED_HOSTS": "shopops.example.com",
        "SITE_URL": "https://shopops.example.com",
        "DEFAULT_FROM_EMAIL": "x@example.com",
        "SMTP_HOST": "127.0.0.1",
        "BEHIND_PROXY": "true",
    }
    done = subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        cwd=ROOT, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture
def two_keys(db, settings):
    """A shop whose phone lies under the old key; the new one is first from now on."""
    old, new = Fernet.generate_key().decode(), Fernet.generate_key().decode()
    settings.FIELD_KEYS = [old]
    shop = Merchant.objects.create(shop_name="Wren", contact_phone="13800000417", legal_person="陈怡雯")
    settings.FIELD_KEYS = [new, old]
    return shop, new


def rotate(*arguments: str) -> str:
    out = io.StringIO()
    call_command("rotate_field_keys", *arguments, stdout=out)
    return out.getvalue()


def test_rotation_moves_every_value_to_the_first_key(two_keys, settings):
    shop, new = two_keys
    with pytest.raises(CommandError, match="2 values still need the old key"):
        rotate("--check")
    assert "merchants.Merchant.contact_phone: 1 values, 1 old, 1 written anew" in rotate()
    assert "merchants.Merchant.contact_phone: 1 values, 0 old, 0 written anew" in rotate()
    settings.FIELD_KEYS = [new]
    rotate("--check")
    shop.refresh_from_db()
    assert (shop.contact_phone, shop.legal_person) == ("13800000417", "陈怡雯")
    assert changes_of(Merchant, shop.pk) == [], "another key is no change of the data"


def test_rotation_reaches_the_copies_in_the_history(two_keys, settings):
    shop, new = two_keys
    Merchant.objects.filter(pk=shop.pk).update(region="Yunnan")
    rotate()
    settings.FIELD_KEYS = [new]
    assert len(changes_of(Merchant, shop.pk)) == 1


def test_a_value_somebody_writes_meanwhile_is_kept(two_keys, monkeypatch):
    from shopops.audit import rotation

    shop, _new = two_keys
    honest = rotation.rotated

    def slow(token: str) -> str:
        Merchant.objects.filter(pk=shop.pk).update(contact_phone="13900000418")
        return honest(token)

    monkeypatch.setattr(rotation, "rotated", slow)
    rotate()
    shop.refresh_from_db()
    assert shop.contact_phone == "13900000418"


def test_a_value_whose_key_is_gone_is_said_and_not_lost(two_keys, settings):
    settings.FIELD_KEYS = [Fernet.generate_key().decode()]
    with pytest.raises(CommandError, match="missing from FIELD_KEYS"):
        rotate()


def test_digests_have_a_key_of_their_own_that_can_be_changed(db, settings):
    shop = Merchant.objects.create(shop_name="Wren", contact_phone="13800000417")
    before = shop.phone_digest
    settings.SECRET_KEY = "another"
    assert digest("13800000417") == before
    settings.DIGEST_KEY = "another"
    assert "phone_digest: 1 values, 1 old, 1 written anew" in rotate("--digests")
    shop.refresh_from_db()
    assert shop.phone_digest == digest("138 0000 0417") != before


def test_unmasking_needs_a_reason_and_is_written_down_without_the_value(make_user):
    shop = Merchant.objects.create(shop_name="Wren", contact_phone="13800000417")
    lin = make_user("lin")
    with pytest.raises(ValueError, match="needed for"):
        audit.unmask(target=shop, field="contact_phone", actor=lin, reason=" ")
    with pytest.raises(ValueError, match="not personal data"):
        audit.unmask(target=shop, field="shop_name", actor=lin, reason="call back")
    assert not Entry.objects.exists()
    assert audit.unmask(target=shop, field="contact_phone", actor=lin, reason="call back") == "13800000417"
    entry = Entry.objects.get()
    assert (entry.actor, entry.reason, entry.after) == (lin, "call back", {"field": "contact_phone"})


def test_the_console_asks_what_for_before_it_shows(client, make_user):
    shop = Merchant.objects.create(shop_name="Wren", contact_phone="13800000417")
    client.force_login(make_user("sue", roles=["supervisor"]))
    url = reverse("admin:merchants_merchant_reveal", args=[shop.pk, "contact_phone"])
    asked = client.post(url)
    assert b"13800000417" not in asked.content and not Entry.objects.exists()
    assert b"13800000417" in client.post(url, {"reason": "call back"}).content
    assert Entry.objects.get(action="merchants.personal_data.shown").reason == "call back"


ZIP = b"PK\x05\x06" + bytes(18)
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


@pytest.mark.parametrize(
    "content",
    [
        SVG,
        b"<html><script>alert(1)</script></html>",
        b"GIF89a" + bytes(40),
        b"MZ" + bytes(100),
        ZIP,
        png() + ZIP,
        png() + b"<script>alert(1)</script>",
        b"\n" + png(),
        b"%PDF-1.4\n%%EOF\n" + ZIP,
        b"%PDF-1.4 no end",
    ],
)
def test_what_is_no_picture_or_pdf_or_is_something_else_besides_is_refused(content):
    with pytest.raises(ValidationError):
        uploads.inspect(SimpleUploadedFile("scan.png", content, content_type="image/png"))


def test_names_on_disk_cannot_be_guessed_nor_chosen():
    name = uploads.UnguessableName("cases")
    made = {
        name(None, bad) for bad in ("../../etc/passwd", "a.PNG", "a.php\x00.png", "x." + "y" * 99, "..", "a.p/ng") * 9
    }
    assert len(made) == 54
    for each in made:
        folder, two, token = each.split("/")
        assert folder == "cases" and token.startswith(two) and len(token.split(".")[0]) == 40
        assert ".." not in each and "\x00" not in each


@pytest.mark.parametrize(
    ("content_type", "disposition"),
    [("image/png", "inline"), ("application/pdf", "attachment"), ("text/html", "attachment")],
)
def test_files_are_handed_out_as_what_they_are_and_never_as_a_page(content_type, disposition):
    stored = ContentFile(b"x", name="documents/ab/abcdef.png")
    answer = uploads.hand_out(stored, original_name="..\\..\\a/b\r\nX-Evil: 1.html", content_type=content_type)
    assert answer["Content-Disposition"].startswith(disposition)
    assert answer["X-Content-Type-Options"] == "nosniff" and answer["Cache-Control"] == "private, no-store"
    assert "sandbox" in answer["Content-Security-Policy"]
    assert "\r" not in answer["Content-Disposition"] and ".html" not in answer["Content-Disposition"]


def test_private_files_have_no_address_and_are_readable_by_us_alone(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    storage = uploads.PrivateStorage()
    name = storage.save(uploads.UnguessableName("cases")(None, "a.png"), ContentFile(b"x"))
    assert (tmp_path / "private" / name).stat().st_mode & 0o777 == 0o600
    with pytest.raises(ValueError, match="by a view only"):
        storage.url(name)
