"""Notice of changes: how long ahead, who is told what, and that nothing comes into force without proof of it."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone, translation

from shopops.notifications.models import Delivery
from shopops.notifications.rendering import render
from shopops.notifications.selectors import inbox
from shopops.policies import notice
from shopops.policies.models import PolicyVersion
from shopops.policies.notice import NoticePeriods, TooEarly
from shopops.policies.selectors import active, active_version
from shopops.policies.services import activate_due, approve, discard, load_pack, roll_back, submit
from tests.policies.conftest import Rules, unseen

State = PolicyVersion.State
DAY = dt.timedelta(days=1)


@pytest.fixture
def proposed(told_kind, draft_of, author):
    """A change that shops must be told of, waiting for approval."""
    return submit(version=draft_of(told_kind, hours=24, title={"en": "Later", "zh": "更迟"}), actor=author, note="why")


def run(at: dt.datetime) -> dict[str, int]:
    return activate_due(at, unseen)


def test_a_change_comes_into_force_only_after_the_notice(told_kind, proposed, approver):
    approved = approve(version=proposed, actor=approver)
    assert approved.state == State.SCHEDULED
    assert 7 * DAY <= approved.effective_from - approved.approved_at <= 7 * DAY + dt.timedelta(minutes=1)
    assert (approved.notice_days, approved.notice_policy) == (7, active_version("notice_period"))
    assert run(approved.effective_from - dt.timedelta(minutes=1)) == {"activated": 0, "held": 0}
    assert run(approved.effective_from) == {"activated": 1, "held": 0}
    assert active(told_kind.code, Rules)[1].hours == 24


def test_too_early_a_date_is_refused_with_the_earliest(told_kind, draft_of, author, approver, proposed):
    soon = timezone.now() + 6 * DAY
    with pytest.raises(TooEarly, match=r"7 days of notice \(E-Commerce Law, art\. 34\).*earliest moment is") as caught:
        submit(version=draft_of(told_kind, hours=1), actor=author, note="why", effective_from=soon)
    earliest = caught.value.earliest
    assert 7 * DAY < earliest - timezone.now() <= 7 * DAY + dt.timedelta(minutes=1)
    with pytest.raises(TooEarly):
        approve(version=proposed, actor=approver, effective_from=soon)
    proposed.refresh_from_db()
    assert proposed.state == State.SUBMITTED
    assert not inbox_kinds(proposed)
    assert approve(version=proposed, actor=approver, effective_from=earliest).effective_from == earliest


def inbox_kinds(version: PolicyVersion) -> list[str]:
    return list(Delivery.objects.filter(message__object_id=version.pk).values_list("message__kind", flat=True))


def test_a_date_that_was_early_enough_when_submitted_may_be_too_early_when_approved(
    told_kind, draft_of, author, approver, monkeypatch
):
    moment = timezone.now() + 7 * DAY + dt.timedelta(minutes=5)
    draft = submit(version=draft_of(told_kind, hours=1), actor=author, note="why", effective_from=moment)
    later = timezone.now() + dt.timedelta(hours=3)
    monkeypatch.setattr(timezone, "now", lambda: later)
    with pytest.raises(TooEarly):
        approve(version=draft, actor=approver)


def test_shops_are_told_what_changes_in_their_language(proposed, approver, shopkeeper):
    approved = approve(version=proposed, actor=approver)
    message = inbox(shopkeeper).get().message
    english, chinese = render(message, "en").body, render(message, "zh-hans").body
    assert "- Hours: 48 → 24" in english
    assert "Late → Later" in english
    assert "迟发 → 更迟" in chinese
    assert "更迟" not in english
    assert str(approved.effective_from.year) in english


def test_nobody_is_told_twice(proposed, approver, shopkeeper):
    notice.announce_change(approve(version=proposed, actor=approver))
    assert inbox(shopkeeper).count() == 1


def test_without_proof_in_the_ledger_nothing_comes_into_force(told_kind, proposed, approver):
    approved = approve(version=proposed, actor=approver)
    # The ledger says the notice went out later than was promised.
    Delivery.objects.filter(message__key=approved.notice_key).update(sent_at=approved.approved_at + 2 * DAY)
    assert run(approved.effective_from) == {"activated": 0, "held": 1}
    assert "1 of 1 people were told less than 7 days ago" in notice.missing_proof(approved, approved.effective_from)
    assert active(told_kind.code, Rules)[1].hours == 48
    assert run(approved.effective_from + 2 * DAY) == {"activated": 1, "held": 0}


def test_a_change_that_takes_adaptation_gets_the_longer_notice(settings, told_kind, draft_of, author, approver):
    settings.JURISDICTION = "EU"
    eu = notice.kind()
    assert eu.pack.name == "notice_period.eu.toml"
    pack = load_pack(eu)
    assert pack.state == State.DRAFT  # the CN pack is in force; the EU one is there to be compared and approved
    pack = submit(version=pack, actor=author, note="We moved")
    approve(version=pack, actor=approver)
    assert active("notice_period", NoticePeriods)[1].days(needs_adaptation=True) == 30
    draft = submit(version=draft_of(told_kind, hours=1), actor=author, note="why", needs_adaptation=True)
    assert approve(version=draft, actor=approver).notice_days == 30


def test_an_exemption_needs_a_reason_is_recorded_and_is_told(told_kind, draft_of, author, approver, shopkeeper):
    draft = draft_of(told_kind, hours=1)
    with pytest.raises(ValidationError, match="which law, which danger"):
        submit(version=draft, actor=author, note="why", exemption="imminent_danger")
    draft = submit(
        version=draft, actor=author, note="why", exemption="imminent_danger", exemption_reason="Stolen vouchers"
    )
    approved = approve(version=draft, actor=approver)
    assert (approved.state, approved.notice_days, approved.exemption_reason) == (State.ACTIVE, 7, "Stolen vouchers")
    assert "imminent danger: Stolen vouchers" in render(inbox(shopkeeper).get().message, "en").body


def test_the_database_wants_a_reason_for_an_exemption(told_kind):
    with pytest.raises(IntegrityError, match="exemption_has_a_reason"), transaction.atomic():
        PolicyVersion.objects.create(kind="k", number=1, body={}, content_hash="x", exemption="legal_obligation")


def test_an_emergency_roll_back_keeps_the_second_person(told_kind, draft_of, author, approver):
    first = active_version(told_kind.code)
    draft = submit(
        version=draft_of(told_kind, hours=1),
        actor=author,
        note="why",
        exemption="legal_obligation",
        exemption_reason="Order 7",
    )
    approve(version=draft, actor=approver)
    back = roll_back(
        to=first, actor=approver, note="It hurts", exemption="imminent_danger", exemption_reason="Wrong bans"
    )
    assert active(told_kind.code, Rules)[1].hours == 1
    assert approve(version=back, actor=author).state == State.ACTIVE
    assert active(told_kind.code, Rules)[1].hours == 48


def test_calling_off_tells_those_who_were_told(proposed, approver, author, shopkeeper):
    discard(version=approve(version=proposed, actor=approver), actor=author, reason="No")
    kinds = [delivery.message.kind for delivery in inbox(shopkeeper)]
    assert kinds == ["policies.called_off", "policies.announced"]
    with translation.override("en"):
        assert "stay in force" in render(inbox(shopkeeper)[0].message, "en").body


def test_a_first_version_owes_no_notice(told_kind):
    assert active_version(told_kind.code).notice_days == 0


def test_a_setting_without_pack_says_which_there_are(settings):
    settings.JURISDICTION = "atlantis"
    with pytest.raises(ValueError, match="CN, EU"):
        notice.kind()
