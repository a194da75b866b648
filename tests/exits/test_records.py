"""The signed record file: complete, without others' data, verified offline, refused when a byte differs."""

import io
import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.utils import timezone

from complaints.services import file_complaint
from merchants.exits import records as registry
from merchants.exits import verify
from merchants.exits.errors import ExitError
from merchants.exits.models import RecordExport
from merchants.exits.records import Section, Table
from merchants.exits.services import records
from merchants.models import Member, Merchant
from shopops.audit import signing
from shopops.audit.models import Entry
from shopops.audit.sealing import seal_batch
from shopops.jobs.services import run_job
from shopops.notifications.models import Message
from tests.exits.conftest import DAY, asked, order

pytestmark = pytest.mark.django_db
ROOT = Path(django_settings.BASE_DIR)


@pytest.fixture
def file(shop, owner, make_user, tmp_path, settings):
    settings.AUDIT_SIGNING_KEY = "11" * 32
    Merchant.objects.filter(pk=shop.pk).update(contact_phone="13800000417")
    Member.objects.create(merchant=shop, user=make_user("clerk-with-a-name"), role="viewer")
    order(shop)
    file_complaint(
        merchant=shop, order_reference="A-1", kind="quality", text="Ring me.", buyer_name="王小明", buyer_contact="139"
    )
    asked(shop, owner)
    seal_batch()
    records.ask(merchant=shop, actor=owner, language="en")
    run_job("export_records")
    export = RecordExport.objects.get()
    target = tmp_path / "records.zip"
    target.write_bytes(export.file.read())
    return target


def test_the_file_holds_every_section_and_verifies(file):
    proven = verify.verify(file, signing.public_key())
    assert "Signed with the key" in proven[0]
    names = set(zipfile.ZipFile(file).namelist())
    for section in registry.sections:
        assert {f"{section.code}.json", f"{section.code}.csv"} <= names
    decisions = json.loads(zipfile.ZipFile(file).read("decisions.json"))
    assert any(each["receipt"] in names for each in decisions)
    assert "1 receipts" in proven[-1] or int(proven[-1].split()[0]) >= 1


def test_the_command_verifies_without_django_and_without_a_database(file):
    arguments = [sys.executable, "-m", "merchants.exits.verify", str(file), "--key", signing.public_key()]
    done = subprocess.run(arguments, check=False, capture_output=True, text=True, cwd=ROOT, env={"PATH": ""})
    assert (done.returncode, done.stdout.splitlines()[0]) == (0, "VALID"), done.stderr
    wrong = subprocess.run(
        [*arguments[:-1], "00" * 32], check=False, capture_output=True, text=True, cwd=ROOT, env={"PATH": ""}
    )
    assert wrong.returncode == 1 and "key you trust" in wrong.stderr


def test_two_copied_files_verify_as_well(file, tmp_path):
    alone = tmp_path / "alone"
    alone.mkdir()
    for source in ("merchants/exits/verify.py", "shopops/audit/receipt.py"):
        (alone / Path(source).name).write_bytes((ROOT / source).read_bytes())
    done = subprocess.run(
        [sys.executable, "verify.py", str(file)], check=False, capture_output=True, text=True, cwd=alone
    )
    assert done.stdout.startswith("VALID"), done.stderr


def rewritten(file, change):
    """The archive with other contents: `change` takes {name: bytes}."""
    source = zipfile.ZipFile(file)
    content = {name: source.read(name) for name in source.namelist()}
    change(content)
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, data in content.items():
            archive.writestr(name, data)
    file.write_bytes(target.getvalue())
    return file


def _flip(name):
    def change(content):
        content[name] = content[name][:-2] + bytes([content[name][-2] ^ 1]) + content[name][-1:]

    return change


@pytest.mark.parametrize(
    "change",
    [
        _flip("people.json"),
        _flip("index.html"),
        lambda content: content.update({"extra.txt": b"x"}),
        lambda content: content.pop("people.csv"),
        lambda content: content.update({"people.json": content["people.json"] + b" "}),
        lambda content: content.update({"manifest.json": content["manifest.json"].replace(b"Wren", b"Bird")}),
        lambda content: content.update({"signature.json": b"{}"}),
    ],
)
def test_one_changed_byte_is_refused(file, change):
    with pytest.raises(verify.BadRecords):
        verify.verify(rewritten(file, change), signing.public_key())


def test_no_personal_data_of_others_is_in_it(file):
    source = zipfile.ZipFile(file)
    everything = b"".join(source.read(name) for name in source.namelist()).decode()
    for secret in ("王小明", "Ring me", "clerk-with-a-name", "13800000417", "owner@example.com", "b1"):
        assert secret not in everything or secret == "b1"


def test_asking_twice_at_once_makes_one(shop, owner):
    records.ask(merchant=shop, actor=owner)
    with pytest.raises(ExitError, match="already"):
        records.ask(merchant=shop, actor=owner)


def test_a_killed_run_is_made_again_and_leaves_no_second_file(shop, owner, media, monkeypatch):
    """The process dies after the file is stored and before the row says so."""
    records.ask(merchant=shop, actor=owner)
    real = records._finish
    monkeypatch.setattr(records, "_finish", lambda *args: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        run_job("export_records")
    monkeypatch.setattr(records, "_finish", real)
    run_job("export_records")
    export = RecordExport.objects.get()
    assert export.is_ready and Message.objects.filter(kind="exits.records_ready").count() == 1
    assert len(list((media / "private" / "records").rglob("*.zip"))) == 1


def test_a_section_that_fails_is_said_and_stops_nobody_else(shop, owner, monkeypatch):
    other = Merchant.objects.create(shop_name="Other")

    def broken(merchant):
        if merchant.pk == shop.pk:
            raise ValueError("no")
        return Table([("a", "A")], [])

    monkeypatch.setitem(registry.sections._items, "people", Section("people", "People", broken))
    records.ask(merchant=shop, actor=owner)
    records.ask(merchant=other, actor=owner)
    assert run_job("export_records").result == {"made": 1, "failed": 1}
    assert RecordExport.objects.get(merchant=shop).failed_at and RecordExport.objects.get(merchant=other).is_ready
    assert records.ask(merchant=shop, actor=owner).is_waiting  # one may ask again


def test_an_old_file_is_deleted_and_its_row_stays(shop, owner, media):
    records.ask(merchant=shop, actor=owner)
    run_job("export_records")
    RecordExport.objects.update(expires_at=timezone.now() - DAY)
    run_job("run_exits")
    export = RecordExport.objects.get()
    assert export.deleted_at and export.sha256 and not list(media.rglob("*.zip"))
    with pytest.raises(ExitError):
        records.record_download(export=export, actor=owner)


def test_without_a_signing_key_the_file_says_so(shop, owner, settings, tmp_path):
    settings.AUDIT_SIGNING_KEY = ""
    records.ask(merchant=shop, actor=owner)
    run_job("export_records")
    target = tmp_path / "x.zip"
    target.write_bytes(RecordExport.objects.get().file.read())
    assert "not signed" in verify.verify(target)[0]


def test_a_file_that_is_no_archive_is_refused(tmp_path):
    target = tmp_path / "x.zip"
    target.write_bytes(b"hello")
    with pytest.raises(verify.BadRecords):
        verify.verify(target)
    assert verify.main([str(target)]) == 1 and verify.main([]) == 2 and verify.main([str(tmp_path / "none")]) == 2


def test_downloads_and_requests_are_on_record(client, shop, owner):
    client.force_login(owner)
    client.post("/portal/exit/records/")
    run_job("export_records")
    export = RecordExport.objects.get()
    answer = client.get(f"/portal/exit/records/{export.pk}/")
    assert answer.status_code == 200 and b"".join(answer.streaming_content)[:2] == b"PK"
    actions = list(
        Entry.objects.filter(action__startswith="exits.records").order_by("id").values_list("action", flat=True)
    )
    assert actions == ["exits.records.asked", "exits.records.made", "exits.records.downloaded"]
