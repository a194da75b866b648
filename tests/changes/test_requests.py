"""Change requests: what a shop asks for, what reviewers see and decide, what becomes of the shop."""

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection

from merchants.changes import comparison, selectors, services, verdicts
from merchants.changes.errors import (
    ChangedMeanwhile,
    DecidedAlready,
    NotComplete,
    NotEditable,
    OneOpen,
    OnHold,
    ReasonNeeded,
)
from merchants.changes.models import ChangeDecision, ChangedValue, ChangeRequest
from merchants.changes.services.requests import Paper
from merchants.models import Document, Merchant
from shopops.audit.history import changes_of
from shopops.audit.models import Entry
from shopops.fields import digest
from shopops.notifications.models import Message
from shopops.signin.holds import Held
from shopops.signin.models import Hold, SignIn
from shopops.transitions.handler import SecondPersonNeeded
from shopops.webhooks.models import OutboxEvent
from shopops.work.models import WorkItem
from tests.changes.conftest import make_shop
from tests.changes.factories import NEW_ADDRESS, approve, ask, bank_proof, licence
from tests.merchants.factories import upload

pytestmark = pytest.mark.django_db
State = ChangeRequest.State


def hold(user: Any) -> Hold:
    import datetime as dt

    from django.utils import timezone

    now = timezone.now()
    sign_in = SignIn.objects.create(user=user, at=now, outcome=SignIn.Outcome.SUCCEEDED)
    return Hold.objects.create(user=user, sign_in=sign_in, since=now, until=now + dt.timedelta(hours=24), reasons=[])


def test_a_request_waits_for_a_reviewer_and_changes_nothing(shop, owner):
    request = ask(shop, owner)
    assert request.state == State.SUBMITTED
    shop.refresh_from_db()
    assert shop.address != NEW_ADDRESS
    item = WorkItem.objects.get(queue="changes", left_at=None)
    assert owner.pk in item.not_for
    assert Message.objects.filter(kind="changes.request_received").count() == 1
    assert OutboxEvent.objects.filter(type="changes.request.submitted").exists()
    assert Entry.objects.filter(action="changes.request.submitted", actor=owner).exists()


def test_approval_applies_values_and_replaces_the_document_and_keeps_what_was(shop, owner, reviewer):
    old = Document.objects.get(merchant=shop)
    before = shop.address
    done = approve(ask(shop, owner), reviewer)
    shop.refresh_from_db()
    old.refresh_from_db()
    assert done.state == State.APPROVED
    assert shop.address == NEW_ADDRESS
    assert old.replaced_at is not None
    new = Document.objects.current().get(merchant=shop)
    assert new.proof.request == done
    assert done.values.get().before == before
    changed = changes_of(Merchant, shop.pk)[0].fields
    assert [(each.before, each.after) for each in changed] == [(before, NEW_ADDRESS)]
    assert Message.objects.filter(kind="changes.request_approved").exists()
    assert not WorkItem.objects.filter(queue="changes", left_at=None).exists()


def test_a_bank_account_takes_two_people_and_moves_its_digest(shop, owner, reviewer, second):
    request = ask(shop, owner, {"bank_account": "6228 4800 3900 0271 510"}, [bank_proof()])
    assert request.needs_second_person
    proposed = approve(request, reviewer)
    shop.refresh_from_db()
    assert proposed.state == State.IN_REVIEW
    assert shop.bank_account == "6222021001116245702"
    with pytest.raises(SecondPersonNeeded):
        approve(proposed, reviewer)
    approve(proposed, second)
    shop.refresh_from_db()
    assert shop.bank_account == "6228480039000271510"
    assert shop.bank_digest == digest("6228480039000271510")


def test_who_asked_and_the_shops_own_people_never_decide(shop, owner, make_user, reviewer):
    from merchants.models import Member

    request = ask(shop, owner)
    owner.roles, owner.is_staff = ["reviewer"], True
    owner.save()
    with pytest.raises(SecondPersonNeeded):
        approve(request, owner)
    colleague = make_user("hua", roles=["reviewer"])
    Member.objects.create(merchant=shop, user=colleague, role="viewer")
    with pytest.raises(SecondPersonNeeded):
        approve(request, colleague)
    assert services.open_case(request=request, user=owner).read_only_because
    assert approve(request, reviewer).state == State.APPROVED


def test_a_field_has_one_open_request_and_another_field_may_have_its_own(shop, owner):
    first = ask(shop, owner)
    with pytest.raises(OneOpen):
        ask(shop, owner, {"address": "别处 1 号"})
    ask(shop, owner, {"shop_name": "北岭运动"}, [])
    services.withdraw(request=first, actor=owner)
    assert ask(shop, owner, {"address": "别处 1 号"}).state == State.SUBMITTED


def test_without_proof_or_reason_nothing_is_handed_in(shop, owner):
    with pytest.raises(NotComplete) as error:
        ask(shop, owner, {"legal_name": "杭州新名有限公司"}, [])
    assert "Business licence is not uploaded." in error.value.problems
    with pytest.raises(NotComplete) as error:
        ask(shop, owner, {"address": shop.address})
    assert "same as before" in error.value.problems[0]
    assert not ChangeRequest.objects.exists()


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"uscc": "91330100799655058C"}, "uscc"),
        ({"id_number": "110105194912310021"}, "id_number"),
        ({"bank_account": "12ab"}, "bank_account"),
        ({"shop_type": "palace"}, "shop_type"),
        ({"legal_name": " "}, "legal_name"),
        ({"shop_name": "名" * 101}, "shop_name"),
        ({"state": "closed"}, "state"),
        ({"contact_phone": "13800138000"}, "contact_phone"),
    ],
)
def test_a_value_that_cannot_be_is_refused_at_its_field(shop, owner, values, field):
    with pytest.raises(ValidationError) as error:
        services.draft(merchant=shop, values=values, actor=owner)
    assert list(error.value.error_dict) == [field]


def test_values_lie_encrypted_and_show_masked(shop, owner):
    request = ask(shop, owner, {"bank_account": "6228480039000271510"}, [bank_proof()])
    with connection.cursor() as cursor:
        cursor.execute("SELECT before, after FROM changes_changedvalue WHERE request_id = %s", [request.pk])
        stored = " ".join(cursor.fetchone())
    assert "62220" not in stored
    assert "62284" not in stored
    line = comparison.lines(request, shop)[0]
    assert "622****5702" in line.before
    assert "622****1510" in line.after
    assert "<mark>" not in line.after
    shown = comparison.lines(request, shop, shown="bank_account")[0]
    assert "<mark>" in shown.after
    kept = list(Entry.objects.values_list("before", "after")) + list(OutboxEvent.objects.values_list("data", flat=True))
    assert "6228480039000271510" not in str(kept)


def test_what_differs_is_marked_on_both_sides(shop, owner):
    request = ask(shop, owner, {"legal_name": "杭州北岭运动用品有限公司"})
    line = comparison.lines(request, shop)[0]
    assert line.before == "杭州北岭<mark>户外</mark>用品有限公司"
    assert line.after == "杭州北岭<mark>运动</mark>用品有限公司"


def test_checks_run_on_the_new_values(shop, owner, make_user):
    other = make_shop(make_user("wu"), 2, uscc="9144030071526726XG")
    request = ask(
        shop, owner, {"uscc": other.uscc, "legal_name": "别的公司"}, [licence(shop, holder="杭州北岭户外用品有限公司")]
    )
    found = {each.code: each.outcome for each in verdicts.run(request)}
    assert found["credit_code"] == "pass"
    assert found["names"] == "fail"
    assert found["duplicates"] == "fail"
    assert "documents" not in found


def test_checks_keep_quiet_about_what_is_right(shop, owner):
    assert {each.outcome for each in verdicts.run(ask(shop, owner))} <= {"pass", "unsure"}


def test_a_shop_that_changed_meanwhile_is_not_overwritten_unseen(shop, owner, reviewer):
    request = ask(shop, owner)
    seen = selectors.fingerprint(request)
    Merchant.objects.filter(pk=shop.pk).update(address="别人改过的地址")
    with pytest.raises(ChangedMeanwhile):
        services.approve(request=request, actor=reviewer, seen=seen)
    shop.refresh_from_db()
    assert shop.address == "别人改过的地址"
    line = comparison.lines(request, shop)[0]
    assert "别人改过的" in line.before
    assert line.was == "杭州市西湖区文三路 100 号"
    done = approve(request, reviewer)
    assert done.values.get().before == "别人改过的地址"


def test_a_request_sent_back_is_corrected_and_sent_again(shop, owner, reviewer):
    request = ask(shop, owner)
    with pytest.raises(ReasonNeeded):
        services.ask_for_corrections(request=request, actor=reviewer, reasons=[])
    with pytest.raises(ReasonNeeded):
        services.ask_for_corrections(request=request, actor=reviewer, reasons=["other_company"])
    request = services.ask_for_corrections(request=request, actor=reviewer, reasons=["proof_unreadable"], note="反光")
    assert request.state == State.NEEDS_INFO
    with pytest.raises(DecidedAlready):
        approve(request, reviewer)
    old = request.proofs.get()
    paper = licence(shop, seed=99)
    services.add_proof(request=request, type=paper.type, file=paper.file, actor=owner, **paper.facts)
    old.refresh_from_db()
    assert old.replaced_at is not None, "what a reviewer has seen is kept"
    services.edit(request=request, values={"address": "新地址 2 号"}, actor=owner, reason="搬迁")
    with pytest.raises(NotEditable):
        services.edit(request=request, values={"shop_name": "别的"}, actor=owner, reason="搬迁")
    request = services.submit(request=request, actor=owner)
    assert request.state == State.RESUBMITTED
    approve(request, reviewer)
    shop.refresh_from_db()
    assert shop.address == "新地址 2 号"
    assert list(request.decisions.values_list("kind", flat=True)) == ["needs_info", "approve"]
    assert ChangeDecision.objects.filter(kind="approve").get().checks["names"] == "pass"


def test_a_rejected_request_changes_nothing_and_frees_its_fields(shop, owner, reviewer):
    services.reject(request=ask(shop, owner), actor=reviewer, reasons=["other_company"])
    shop.refresh_from_db()
    assert shop.address != NEW_ADDRESS
    assert not ChangedValue.objects.filter(is_open=True).exists()
    assert Document.objects.current().filter(merchant=shop).count() == 1


def test_an_unusual_sign_in_holds_the_bank_account_and_says_until_when(shop, owner, reviewer, second):
    request = ask(shop, owner, {"bank_account": "6228480039000271510"}, [bank_proof()])
    standing = hold(owner)
    with pytest.raises(Held) as error:
        ask(shop, owner, {"bank_name": "招商银行"}, [bank_proof()])
    assert error.value.until == standing.until
    with pytest.raises(OnHold):
        approve(request, reviewer)
    assert ask(shop, owner).state == State.SUBMITTED, "an address can wait for nobody"


def test_only_who_may_manage_the_shop_asks(shop, make_user):
    from merchants.models import Member

    viewer, stranger = make_user("viewer"), make_user("stranger")
    Member.objects.create(merchant=shop, user=viewer, role="viewer")
    for person in (viewer, stranger):
        with pytest.raises(PermissionDenied):
            ask(shop, person)


def test_a_renewal_counts_once_it_is_approved(shop, owner, reviewer):
    old = Document.objects.get(merchant=shop)
    request = services.renew_document(merchant=shop, paper=licence(shop), actor=owner, replaces=old)
    assert Document.objects.current().get(merchant=shop) == old
    with pytest.raises(OneOpen):
        services.renew_document(merchant=shop, paper=licence(shop, seed=12), actor=owner, replaces=old)
    approve(request, reviewer)
    assert Document.objects.current().get(merchant=shop) != old


def test_of_documents_that_come_several_times_only_the_renewed_one_goes(shop, owner, reviewer):
    from tests.changes.conftest import add_document
    from tests.merchants.factories import png, upload

    first = add_document(shop, owner, type="trade_mark")
    second_mark = Document.objects.get(pk=first.pk)
    second_mark.pk, second_mark.sha256 = None, "b" * 64
    second_mark.save()
    paper = licence(shop)
    from merchants.changes.services.requests import Paper

    mark = Paper("trade_mark", upload("mark.png", png(31)), dict(paper.facts))
    approve(services.renew_document(merchant=shop, paper=mark, actor=owner, replaces=first), reviewer)
    first.refresh_from_db()
    second_mark.refresh_from_db()
    assert first.replaced_at is not None
    assert second_mark.replaced_at is None
    assert Document.objects.current().filter(merchant=shop, type="trade_mark").count() == 2


def test_a_draft_can_be_thrown_away_with_its_files(shop, owner, media, django_capture_on_commit_callbacks):
    request = services.draft(merchant=shop, values={"address": NEW_ADDRESS}, actor=owner, reason="搬迁")
    paper = licence(shop)
    proof = services.add_proof(request=request, type=paper.type, file=paper.file, actor=owner, **paper.facts)
    path = proof.file.path
    with django_capture_on_commit_callbacks(execute=True):
        services.discard(request=request, actor=owner)
    from pathlib import Path

    assert not Path(path).exists()
    assert not ChangeRequest.objects.exists()


def test_a_request_that_is_refused_leaves_no_file(shop, owner, media):
    before = {each for each in media.rglob("*") if each.is_file()}
    with pytest.raises(NotComplete):
        services.request_change(
            merchant=shop,
            values={"address": shop.address},
            documents=[Paper("business_licence", upload(), {"number": "1", "holder": "A"})],
            actor=owner,
            reason="Nothing new.",
        )
    assert {each for each in media.rglob("*") if each.is_file()} == before
