"""A receipt verifies where there is no database, and not a byte of it can be changed."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from shopops.audit import receipt, receipts, signing
from shopops.audit import services as audit

MODULE = Path(receipt.__file__)


def offline(path: Path, *more: str, module: bool = True) -> subprocess.CompletedProcess[str]:
    """Run the documented command where nothing of ours answers."""
    environment = {**os.environ, "DATABASE_URL": "postgres://nobody@127.0.0.1:1/none", "SECRET_KEY": ""}
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    command = ["-m", "shopops.audit.receipt"] if module else [str(MODULE)]
    return subprocess.run(
        [sys.executable, *command, str(path), *more], env=environment, capture_output=True, text=True, check=False
    )


@pytest.fixture
def file(entries, next_day, tmp_path) -> Path:
    next_day()
    path = tmp_path / "receipt.json"
    path.write_bytes(receipts.receipt_of(entries[6], names_person=True))
    return path


def test_a_receipt_verifies_offline(file):
    done = offline(file, "--key", signing.public_key())
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("VALID\nEntry 7 is as it was sealed in seal 2")
    assert "root of" in done.stdout and "Signed with the key" in done.stdout


def test_the_verifier_is_one_file_that_needs_nothing_of_ours(file, tmp_path):
    alone = tmp_path / "elsewhere.py"
    alone.write_text(MODULE.read_text())
    done = subprocess.run([sys.executable, "-I", alone, file], capture_output=True, text=True, check=False)
    assert done.stdout.startswith("VALID") and done.returncode == 0
    probe = (
        f"import sys; sys.argv = ['x']; import runpy; runpy.run_path({str(alone)!r}); print('django' in sys.modules)"
    )
    ran = subprocess.run([sys.executable, "-I", "-c", probe], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "False"


def test_every_single_changed_byte_is_refused(file):
    content = file.read_bytes()
    for at in range(len(content)):
        others = {
            content[at] ^ 1,
            *([content[at] ^ 0x20] if chr(content[at]).isalpha() else []),
        }  # another letter, case
        for other in others:
            forged = content[:at] + bytes([other]) + content[at + 1 :]
            with pytest.raises(receipt.BadReceipt):
                receipt.verify(forged)


@pytest.mark.parametrize(
    "change", [lambda c: c + b"\n", lambda c: c[:-1], lambda c: b" " + c, lambda c: b"", lambda c: b"[]"]
)
def test_added_or_missing_bytes_are_refused(file, change):
    with pytest.raises(receipt.BadReceipt):
        receipt.verify(change(file.read_bytes()))


def test_a_forged_receipt_is_refused_by_the_command(file):
    file.write_bytes(file.read_bytes().replace("原因 6".encode(), "原因 7".encode()))
    done = offline(file)
    assert done.returncode == 1 and "REFUSED: The entry is not the one that was sealed" in done.stderr


def test_a_receipt_signed_with_another_key_is_refused_by_who_has_the_right_one(file):
    done = offline(file, "--key", "ab" * 32)
    assert done.returncode == 1 and "not signed with the key you trust" in done.stderr


def test_a_receipt_rebuilt_around_other_content_needs_the_key(file):
    forged = json.loads(file.read_bytes())
    forged["entry"]["reason"] = "something else"
    forged["path"], forged["day"] = [], None
    forged["seal"]["first"] = forged["seal"]["last"] = forged["entry"]["sequence"]
    forged["seal"]["root"] = receipt.leaf(receipt.canonical(forged["entry"]))
    with pytest.raises(receipt.BadReceipt, match="signature does not fit"):
        receipt.verify(receipt.write(forged))


def test_without_a_key_receipts_say_that_they_are_not_signed(make_user, settings):
    from tests.audit.conftest import seal

    settings.AUDIT_SIGNING_KEY = ""
    entry = audit.record(action="test.done", target=make_user(), actor=None)
    seal()
    assert "not signed" in receipt.verify(receipts.receipt_of(entry))[-1]


def test_before_its_seal_an_entry_has_no_receipt(make_user):
    entry = audit.record(action="test.done", target=make_user(), actor=None)
    with pytest.raises(receipts.NotSealed):
        receipts.receipt_of(entry)


@pytest.mark.parametrize("size", range(1, 18))
def test_every_leaf_of_every_tree_leads_to_its_root(size):
    leaves = [receipt.leaf(bytes([n])) for n in range(size)]
    root = receipt.merkle_root(leaves)
    for at, each in enumerate(leaves):
        assert receipt.climb(each, receipt.merkle_path(leaves, at)) == root


def test_a_receipt_for_outside_does_not_name_the_operator_and_verifies(entries):
    outside, inside = receipts.receipt_of(entries[0]), receipts.receipt_of(entries[0], names_person=True)
    assert inside.count(b'"lin"') == outside.count(b'"lin"') + 1 and b"Reviewer" in outside
    assert receipt.verify(outside) == receipt.verify(inside)


def test_who_guesses_the_operators_name_cannot_confirm_it_by_a_receipt(entries):
    entry = entries[0]
    outside = receipts.receipt_of(entry).decode()
    assert entry.salt not in outside
    assert receipt.person_hash("", entry.actor_id, entry.actor_name) not in outside
    same_person = {json.loads(receipts.receipt_of(each))["entry"]["actor"] for each in entries}
    assert len(same_person) == len(entries)


@pytest.fixture
def about_a_shop(make_user):
    """A decision about a shop, sealed."""
    from merchants.models import Member, Merchant
    from tests.audit.conftest import seal

    shop = Merchant.objects.create(shop_name="Wren")
    owner, viewer = make_user("owner"), make_user("viewer")
    Member.objects.create(merchant=shop, user=owner, role="owner")
    Member.objects.create(merchant=shop, user=viewer, role="viewer")
    decided = audit.record(action="warnings.warning.revoked", target=shop, actor=None, after={"state": "revoked"})
    seen = audit.record(action="merchants.personal_data.shown", target=shop, actor=None, after={"field": "id_number"})
    seal()
    return decided, seen


@pytest.mark.parametrize(("who", "status"), [("owner", 200), ("viewer", 404), ("stranger", 404)])
def test_a_shops_decisions_are_for_its_own_people(client, make_user, about_a_shop, who, status):
    from shopops.accounts.models import User

    user = User.objects.filter(name=who).first() or make_user(who)
    client.force_login(user)
    decided, seen = about_a_shop
    answer = client.get(f"/apply/receipts/{decided.pk}/")
    assert answer.status_code == status
    if status == 200:
        assert receipt.verify(answer.content)
    assert client.get(f"/apply/receipts/{seen.pk}/").status_code == 404, "the marketplace's own work is not theirs"


def test_a_step_that_is_not_decided_has_no_receipt_for_the_applicant(client, make_user):
    from merchants.models import Application
    from merchants.selectors import decisions_told
    from shopops.audit.selectors import history
    from tests.audit.conftest import seal

    applicant = make_user("applicant")
    application = Application.objects.create(number="A-1", applicant=applicant, shop_name="Wren")
    steps = ("submitted", "approval_proposed")
    told, internal = (
        audit.record(action=f"merchants.application.{step}", target=application, actor=None, after={"state": "x"})
        for step in steps
    )
    seal()
    client.force_login(applicant)
    assert client.get(f"/apply/receipts/{told.pk}/").status_code == 200
    assert client.get(f"/apply/receipts/{internal.pk}/").status_code == 404
    assert decisions_told(history(application)).last() == told, "the link on the page leads to one that opens"


def test_the_daily_roots_are_public_and_tell_no_more(client, entries, next_day):
    next_day()
    answer = client.get("/audit/roots.json").json()
    assert answer["public_key"] == signing.public_key()
    assert [set(each) for each in answer["roots"]] == [{"day", "hash"}]
