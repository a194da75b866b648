"""Audit entries, policies, roles, encrypted fields, work items: what the database and one place must hold."""

import threading
from pathlib import Path

import msgspec
import pytest
from django.db import connection, transaction
from django.db.utils import DatabaseError, IntegrityError
from django.utils import timezone

from merchants.models import Merchant
from shopops.accounts import roles
from shopops.accounts.models import User
from shopops.accounts.roles import Role
from shopops.audit import services as audit
from shopops.audit.models import Entry
from shopops.fields import mask
from shopops.policies.kinds import PolicyKind, Text
from shopops.policies.models import PolicyVersion
from shopops.policies.selectors import NoPolicy, active
from shopops.policies.services import InvalidPolicy, load_pack, load_packs
from shopops.work import services as work
from shopops.work.models import WorkItem
from shopops.work.queues import Queue, queues, states_for


class Limits(msgspec.Struct, forbid_unknown_fields=True):
    title: Text
    limit: float
    hours: int = 72


def kind_of(tmp_path: Path, toml: str) -> PolicyKind:
    pack = tmp_path / "pack.toml"
    pack.write_text(toml, encoding="utf-8")
    return PolicyKind("test_limits", "Limits", Limits, pack)


GOOD = 'limit = 0.04\ntitle = {en = "Late", zh = "迟发"}\n'


def test_an_audit_entry_can_neither_be_changed_nor_deleted(make_user):
    user = make_user()
    entry = audit.record(action="test.done", target=user, actor=user, reason="because")
    with pytest.raises(DatabaseError), transaction.atomic():
        Entry.objects.filter(pk=entry.pk).update(reason="another")
    with pytest.raises(DatabaseError), transaction.atomic():
        Entry.objects.filter(pk=entry.pk).delete()


def test_an_audit_entry_keeps_the_names_of_that_time(make_user):
    user = make_user("lin", roles=["reviewer"])
    entry = audit.record(action="test.done", target=user, actor=user)
    User.objects.filter(pk=user.pk).update(name="changed")
    entry.refresh_from_db()
    assert (entry.actor_name, entry.actor_roles) == ("lin", "Reviewer")


def test_two_addresses_that_differ_in_case_are_one(make_user):
    make_user("chen")
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.create(email="CHEN@example.com", name="other")


def test_the_first_pack_becomes_active_and_an_equal_one_changes_nothing(db, tmp_path):
    kind = kind_of(tmp_path, GOOD)
    version = load_pack(kind)
    assert version is not None and (version.number, version.state) == (1, "active")
    assert load_pack(kind) is None


def test_a_newer_pack_waits_as_a_draft_and_the_old_version_keeps_its_values(db, tmp_path):
    load_pack(kind_of(tmp_path, GOOD))
    draft = load_pack(kind_of(tmp_path, GOOD.replace("0.04", "0.05")))
    assert draft is not None and (draft.number, draft.state) == (2, "draft")
    _version, limits = active("test_limits", Limits)
    assert (limits.limit, limits.hours, limits.title.zh) == (0.04, 72, "迟发")


@pytest.mark.parametrize(
    ("toml", "words"),
    [
        ("limit = 'much'\ntitle = {en='a', zh='b'}", "limit"),
        ("limit = 1.0\ntitle = {en='a'}", "zh"),
        (GOOD + "more = 1", "more"),
    ],
)
def test_a_pack_that_does_not_fit_names_the_field(db, tmp_path, toml, words):
    with pytest.raises(InvalidPolicy, match=words):
        load_pack(kind_of(tmp_path, toml))


def test_only_one_version_can_be_active(db):
    common = {"kind": "k", "body": {}, "content_hash": "x", "state": "active", "effective_from": timezone.now()}
    PolicyVersion.objects.create(number=1, **common)
    with pytest.raises(IntegrityError), transaction.atomic():
        PolicyVersion.objects.create(number=2, **common)


def test_a_missing_policy_says_how_to_get_one(db):
    with pytest.raises((NoPolicy, KeyError), match=r"load_policies|policy kind"):
        active("credit_score", Limits)


def test_every_pack_that_ships_fits_its_type(db):
    assert {version.state for version in load_packs()} <= {"active"}


def test_permissions_come_from_roles_and_from_nowhere_else(make_user, monkeypatch):
    monkeypatch.setattr(roles, "_granted", {role.value: set() for role in Role})
    roles.grant(Role.REVIEWER, "merchants.review_application")
    reviewer, announcer = make_user("lin", roles=["reviewer"]), make_user("ann", roles=["announcer"])
    assert reviewer.has_perm("merchants.review_application")
    assert not announcer.has_perm("merchants.review_application")
    assert roles.matrix() == [("merchants.review_application", [role == Role.REVIEWER for role in Role])]


def test_an_inactive_operator_may_nothing(make_user):
    assert not make_user("lin", roles=["supervisor"], is_active=False).has_perm("audit.view_entry")


def test_personal_data_is_unreadable_in_the_database(db):
    merchant = Merchant.objects.create(shop_name="Wren", contact_phone="13800000417")
    with connection.cursor() as cursor:
        cursor.execute("SELECT contact_phone FROM merchants_merchant WHERE id = %s", [merchant.pk])
        stored = cursor.fetchone()[0]
    assert "13800000417" not in stored
    assert Merchant.objects.get().contact_phone == "13800000417"


@pytest.mark.parametrize(
    ("value", "masked"),
    [("13800000417", "138****0417"), ("chen@example.com", "c***@example.com"), ("陈怡雯", "陈**"), ("", "")],
)
def test_masks_show_enough_to_recognise_and_no_more(value, masked):
    assert mask(value) == masked


@pytest.fixture
def queue(monkeypatch):
    monkeypatch.setattr(queues, "_items", {})
    return queues.register(Queue("test", "Test", "audit.view_entry", "admin:index"))


def test_an_object_waits_once_however_often_it_enters(make_user, queue):
    target = make_user("target")
    for risk in (1, 3):
        work.enter(queue="test", target=target, label="A", due_at=timezone.now(), risk=risk)
    assert WorkItem.objects.get().risk == 3
    work.leave(queue="test", target=target)
    work.leave(queue="test", target=target)
    assert states_for(make_user("sue", roles=["supervisor"]))[0].waiting == 0


@pytest.mark.django_db(transaction=True)
def test_of_twenty_who_claim_at_once_one_gets_the_item(make_user, queue):
    item = work.enter(queue="test", target=make_user("target"), label="A", due_at=timezone.now())
    users = [make_user(f"r{number}") for number in range(20)]
    won: list[User] = []

    def try_claim(user):
        try:
            work.claim(item=item, user=user)
            won.append(user)
        except work.ClaimedByAnother:
            pass
        connection.close()

    threads = [threading.Thread(target=try_claim, args=[user]) for user in users]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(won) == 1
    assert WorkItem.objects.get().claimed_by == won[0]


def test_home_counts_only_queues_of_the_persons_roles(make_user, queue):
    work.enter(queue="test", target=make_user("target"), label="A", due_at=timezone.now())
    assert [state.overdue for state in states_for(make_user("sue", roles=["supervisor"]))] == [1]
    assert states_for(make_user("ann", roles=["announcer"])) == []
