"""The chain of the audit log: nothing is skipped, and whoever touches what was sealed is found."""

import io
import threading

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from shopops.audit import sealing
from shopops.audit import services as audit
from shopops.audit.models import DailyRoot, Entry, Link, Seal, Unsealed
from shopops.audit.verification import verify
from tests.audit.conftest import seal, superuser


def findings(**kept) -> str:
    return "\n".join(str(each) for each in verify(**kept))


def test_every_entry_gets_one_place_in_the_chain(entries):
    links = list(Link.objects.order_by("sequence").values_list("sequence", "entry_id"))
    assert links == [(n, entry.pk) for n, entry in enumerate(entries, start=1)]
    assert list(Seal.objects.order_by("number").values_list("first", "last")) == [(1, 4), (5, 8), (9, 10)]
    assert not Unsealed.objects.exists()
    assert findings() == ""


def test_sealing_again_without_anything_new_makes_no_seal(entries):
    assert seal() == {"entries": 0, "seals": 0, "daily_roots": 0}


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("reason", "原因 9"),
        ("action", "test.decideD"),
        ("actor_name", "lim"),
        ("actor_roles", ""),
        ("before", '{"state": "b"}'),
        ("after", '{"n": 3, "x": 1.6}'),
        ("at", "2020-01-01"),
        ("object_id", "99"),
        ("merchant_id", "1"),
        ("request_id", "x"),
        ("actor_id", None),
    ],
)
def test_one_changed_value_is_found_and_its_entry_named(entries, column, value):
    victim = entries[3]
    with superuser() as cursor:
        cursor.execute(f"UPDATE audit_entry SET {column} = %s WHERE id = %s", [value, victim.pk])
    found = findings()
    assert found.startswith(f"Entry {victim.pk} (sequence 4): was changed")
    assert found.count("\n") == 0, "the others stay innocent"


def test_a_deleted_entry_is_found(entries):
    with superuser() as cursor:
        cursor.execute("DELETE FROM audit_entry WHERE id = %s", [entries[5].pk])
    assert findings() == f"Entry {entries[5].pk} (sequence 6): was deleted after it was sealed."


def test_an_entry_deleted_with_its_link_is_found(entries):
    with superuser() as cursor:
        cursor.execute("DELETE FROM audit_link WHERE sequence = 6")
        cursor.execute("DELETE FROM audit_entry WHERE id = %s", [entries[5].pk])
    assert "Sequence 6: its link is missing from seal 2" in findings()


def test_an_entry_put_in_past_the_trigger_is_found(entries):
    with superuser() as cursor:
        cursor.execute(
            "INSERT INTO audit_entry (at, action, actor_name, actor_roles, salt, content_type_id, object_id,"
            " target_name, reason, before, after, request_id) SELECT at, action, actor_name, actor_roles, salt,"
            " content_type_id, object_id, target_name, 'forged', before, after, request_id"
            " FROM audit_entry WHERE id = %s RETURNING id",
            [entries[0].pk],
        )
        forged = cursor.fetchone()[0]
    assert findings().startswith(f"Entry {forged}: was put in beside the chain")


def test_two_entries_that_changed_places_are_found(entries):
    with superuser() as cursor:
        cursor.execute("UPDATE audit_link SET sequence = -sequence WHERE sequence IN (2, 3)")
        cursor.execute("UPDATE audit_link SET sequence = sequence + 5 WHERE sequence IN (-2, -3)")
    found = findings()
    assert f"Entry {entries[1].pk} (sequence 3)" in found and f"Entry {entries[2].pk} (sequence 2)" in found


def test_changing_entry_and_hash_together_breaks_the_seal(entries):
    from shopops.audit import chain

    with superuser() as cursor:
        cursor.execute("UPDATE audit_entry SET reason = 'x' WHERE id = %s", [entries[0].pk])
        values = next(chain.contents(chain.of_entries([entries[0].pk])))
        forged = chain.entry_hash(chain.entry_content(values, 1))
        cursor.execute("UPDATE audit_link SET hash = %s WHERE sequence = 1", [forged])
    assert findings() == "Seal 1: its entries and their hashes were replaced: they do not give its root."


@pytest.mark.parametrize(("column", "value"), [("at", "2020-01-01"), ("root", "0" * 64), ("hash", "0" * 64)])
def test_a_changed_seal_is_found(entries, column, value):
    with superuser() as cursor:
        cursor.execute(f"UPDATE audit_seal SET {column} = %s WHERE number = 2", [value])
    assert "Seal 2: its own values were changed" in findings()


def test_a_seal_taken_out_is_found(entries):
    with superuser() as cursor:
        cursor.execute("DELETE FROM audit_link WHERE seal_id = 2")
        cursor.execute("DELETE FROM audit_seal WHERE number = 2")
    found = findings()
    assert "Seal 3: expected was seal 2" in found and "beside the chain" in found


def test_a_chain_written_anew_without_the_key_is_found_by_its_signatures(entries, settings):
    settings.AUDIT_SIGNING_KEY = "11" * 32
    with superuser() as cursor:
        cursor.execute("UPDATE audit_entry SET reason = 'x' WHERE id = %s", [entries[0].pk])
        cursor.execute("DELETE FROM audit_link")
        cursor.execute("SELECT public_key FROM audit_seal")
        honest = cursor.fetchone()[0]
        cursor.execute("DELETE FROM audit_seal")
        cursor.execute("INSERT INTO audit_unsealed SELECT id FROM audit_entry")
        seal()
        cursor.execute("UPDATE audit_seal SET public_key = %s", [honest])
    assert "The signature does not fit" in findings()


def test_a_changed_daily_root_is_found_and_one_kept_elsewhere_too(entries, next_day, tmp_path):
    next_day()
    root = DailyRoot.objects.get()
    assert root.entries == 10 and findings() == ""
    kept = tmp_path / "roots.json"
    kept.write_text(f'{{"roots": [{{"day": "{root.day}", "hash": "{root.hash}"}}]}}')
    call_command("verify_audit", roots=kept, stdout=io.StringIO(), stderr=io.StringIO())
    kept.write_text(f'{{"roots": [{{"day": "{root.day}", "hash": "{"0" * 64}"}}]}}')
    with pytest.raises(CommandError, match="1 findings"):
        call_command("verify_audit", roots=kept, stdout=io.StringIO(), stderr=io.StringIO())
    with superuser() as cursor:
        cursor.execute("UPDATE audit_dailyroot SET entries = 9")
    assert f"Day {root.day}: its own values were changed" in findings()


def test_the_command_says_what_it_read_and_fails_on_a_finding(entries):
    said = io.StringIO()
    call_command("verify_audit", stdout=said, stderr=io.StringIO())
    assert "as it was sealed: 10 entries" in said.getvalue()
    with superuser() as cursor:
        cursor.execute("UPDATE audit_entry SET reason = reason || '.' WHERE id = %s", [entries[0].pk])
    with pytest.raises(CommandError, match="not as it was sealed: 1 findings"):
        call_command("verify_audit", stdout=said, stderr=io.StringIO())
    assert f"Entry {entries[0].pk}" in said.getvalue()


def test_verification_may_begin_at_a_day(entries, next_day):
    next_day()
    day = Seal.objects.get(number=1).day
    with superuser() as cursor:
        cursor.execute("UPDATE audit_entry SET reason = 'x' WHERE id = %s", [entries[0].pk])
    assert "Entry" in findings(since=day)
    assert findings(since=sealing.timezone.localdate()) == ""


def test_seals_links_and_roots_can_neither_be_changed_nor_deleted(entries, next_day):
    next_day()
    for model in (Seal, Link, DailyRoot):
        with pytest.raises(DatabaseError), transaction.atomic():
            model.objects.all().delete()
        with pytest.raises(DatabaseError), transaction.atomic():
            model.objects.update(hash="0" * 64)


@pytest.mark.django_db(transaction=True)
def test_an_entry_committed_after_later_ones_were_sealed_is_not_skipped(make_user):
    lin = make_user("lin")
    written, sealed = threading.Event(), threading.Event()

    def slow() -> None:
        with transaction.atomic():
            audit.record(action="test.slow", target=lin, actor=None)
            written.set()
            sealed.wait(20)
        connection.close()

    thread = threading.Thread(target=slow)
    thread.start()
    assert written.wait(20)
    audit.record(action="test.fast", target=lin, actor=None)
    seal()
    assert list(Link.objects.values_list("entry__action", flat=True)) == ["test.fast"]
    sealed.set()
    thread.join()
    seal()
    assert list(Link.objects.order_by("sequence").values_list("entry__action", flat=True)) == ["test.fast", "test.slow"]
    assert Entry.objects.get(action="test.slow").pk < Entry.objects.get(action="test.fast").pk
    assert findings() == ""


@pytest.mark.django_db(transaction=True)
def test_several_who_seal_at_once_make_one_chain(make_user, monkeypatch):
    monkeypatch.setattr(sealing, "BATCH", 3)
    lin = make_user("lin")
    for _ in range(30):
        audit.record(action="test.done", target=lin, actor=None)

    def work() -> None:
        seal()
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Link.objects.count() == 30 and findings() == ""
