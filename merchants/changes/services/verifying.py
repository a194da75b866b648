"""Re-verification of one shop: confirm, correct, finish, the reviewer's look at the sample."""

import datetime as dt
import hashlib

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from merchants.changes import policy, selectors
from merchants.changes.errors import ChangedMeanwhile, DecidedAlready, OnboardingError, ReasonNeeded
from merchants.changes.fields import section_of
from merchants.changes.models import ChangeRequest, SectionAnswer, Verification
from merchants.changes.queueing import check_item_of, enter_check, leave_check
from merchants.models import Merchant
from merchants.portal import may
from shopops.accounts.models import User
from shopops.transitions.handler import SecondPersonNeeded, barred, perform
from shopops.work import services as work
from shopops.work.services import Refused

CHECK = "changes.check_verification"


@transaction.atomic
def confirm(*, verification: Verification, section: str, facts: str, actor: User) -> Verification:
    """Confirm one section as it was shown (`facts` is `selectors.facts_of` of the page); the last one finishes it.

    Asking twice changes nothing. Raises PermissionDenied, ValueError for a section that the shop does not have,
    ChangedMeanwhile when the section says something else by now, DecidedAlready when nothing is asked any more.
    """
    if not may(actor, verification.merchant_id, "shop.manage"):
        raise PermissionDenied
    merchant = _shop(verification)
    mine = _waiting(verification)
    if section not in selectors.sections_of(merchant):
        raise ValueError(f"{section} is no section of this shop.")
    if facts != selectors.facts_of(merchant, section):
        raise ChangedMeanwhile(_("This section was changed in the meantime. Read it again, then confirm."))
    statement = policy.of(mine.campaign.policy_version).reverification.statement
    SectionAnswer.objects.get_or_create(
        verification=mine,
        section=section,
        defaults={
            "kind": SectionAnswer.Kind.CONFIRMED,
            "facts": facts,
            "statement": {"en": statement.en, "zh": statement.zh},
            "by": actor,
        },
    )
    return _finish_if_answered(mine, actor)


def corrected_by(request: ChangeRequest, actor: User) -> None:
    """A request that was handed in answers the sections it is about."""
    live = _live(request.merchant_id)
    if live is None or live.state not in Verification.WAITING:
        return
    for section in {section_of(value.field) for value in request.values.all()}:
        SectionAnswer.objects.update_or_create(
            verification=live,
            section=section,
            defaults={
                "kind": SectionAnswer.Kind.CORRECTED, "change": request, "facts": "", "statement": {}, "by": actor,
                "at": timezone.now(),
            },
        )  # fmt: skip


def correction_stands(request: ChangeRequest, now: dt.datetime) -> None:
    """An approved correction may have been the last thing that a re-verification waited for."""
    live = _live(request.merchant_id)
    if live is not None and live.state in Verification.WAITING:
        _finish_if_answered(live, None)


def correction_fell(request: ChangeRequest) -> None:
    """A rejected or withdrawn correction answers nothing: the section is asked again."""
    answers = SectionAnswer.objects.filter(change=request, verification__state__in=Verification.WAITING)
    answers.delete()


def _live(merchant_id: int) -> Verification | None:
    return (
        Verification.objects.select_for_update(of=("self",))
        .filter(merchant_id=merchant_id, state__in=Verification.LIVE)
        .first()
    )


def _shop(verification: Verification) -> Merchant:
    """The shop, locked before its re-verification, as by who approves a change of it: else two wait for each other."""
    return Merchant.objects.select_for_update(of=("self",), no_key=True).get(pk=verification.merchant_id)


def _waiting(verification: Verification) -> Verification:
    mine = Verification.objects.select_for_update(of=("self",)).get(pk=verification.pk)
    if mine.state not in Verification.WAITING:
        raise DecidedAlready(_("Nothing is asked any more: %(state)s.") % {"state": mine.get_state_display()})
    return mine


def is_drawn(verification: Verification, share: float) -> bool:
    """Whether a reviewer looks at this confirmation: by a hash of its id, so that the sample can be drawn again."""
    drawn = hashlib.sha256(f"verification:{verification.pk}".encode()).digest()
    return int.from_bytes(drawn[:8]) < share * 2**64


def _finish_if_answered(mine: Verification, actor: User | None) -> Verification:
    answers = list(mine.answers.select_related("change"))
    open_change = any(each.change is not None and each.change.is_open for each in answers)
    missing = set(selectors.sections_of(mine.merchant)) - {each.section for each in answers}
    if missing or open_change:
        return mine
    if is_drawn(mine, policy.of(mine.campaign.policy_version).reverification.sample):
        mine = perform(mine, "send_to_check", actor=actor)
        enter_check(mine)
        return mine
    # The owner's own confirmation finishes it; separation of duties is for who decides on others.
    return _done(mine, None)


def _done(mine: Verification, by: User | None) -> Verification:
    now = timezone.now()
    mine = perform(mine, "finish", actor=by, at=now, by=by)
    Merchant.objects.filter(pk=mine.merchant_id).update(verified_at=now)
    return mine


@transaction.atomic
def accept(*, verification: Verification, actor: User) -> Verification:
    """A reviewer found the confirmation right. Raises SecondPersonNeeded, DecidedAlready."""
    mine = _checking(verification, actor)
    mine = _done(mine, actor)
    leave_check(mine, actor=actor)
    return mine


@transaction.atomic
def send_back(*, verification: Verification, actor: User, note: str) -> Verification:
    """A reviewer does not believe it: every section is asked again, with the note and the full time to answer.

    Raises ReasonNeeded without a note, SecondPersonNeeded, DecidedAlready.
    """
    if not note.strip():
        raise ReasonNeeded(_("Write what has to be looked at again; the shop reads it."))
    mine = _checking(verification, actor)
    body = policy.of(mine.campaign.policy_version).reverification
    due = selectors.marketplace_day(timezone.now()) + dt.timedelta(days=body.answer_days)
    mine.answers.all().delete()
    mine = perform(mine, "send_back", actor=actor, reason=note.strip(), due_on=due, note=note.strip()[:2000], by=actor)
    leave_check(mine, actor=actor)
    return mine


def _checking(verification: Verification, actor: User) -> Verification:
    if not actor.has_perm(CHECK):
        raise OnboardingError(_("Checking confirmations needs the role of a reviewer."))
    _shop(verification)
    mine = Verification.objects.select_for_update(of=("self",)).get(pk=verification.pk)
    if because := barred(mine, "finish", actor):
        raise SecondPersonNeeded(because)
    item = check_item_of(mine)
    if mine.state != Verification.State.IN_CHECK or item is None:
        raise DecidedAlready(_("Nothing to check: %(state)s.") % {"state": mine.get_state_display()})
    try:
        work.claim(item=item, user=actor)
    except Refused as error:
        raise DecidedAlready(str(error)) from error
    return mine


__all__ = [
    "accept",
    "confirm",
    "corrected_by",
    "correction_fell",
    "correction_stands",
    "send_back",
]
