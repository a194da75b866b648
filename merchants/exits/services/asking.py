"""Asking to leave, proposing a termination, and taking either back."""

import datetime as dt
from collections.abc import Mapping, Sequence

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from merchants.exits import policy, queue
from merchants.exits.endings import at_end
from merchants.exits.errors import AlreadyLeaving, ExitError
from merchants.exits.models import Exit, Kind, State
from merchants.exits.policy import ExitPolicy
from merchants.models import Member, Merchant
from merchants.portal import MissingRight
from merchants.portal_roles import Permission
from shopops.accounts.models import User
from shopops.signin.holds import refuse_while_held
from shopops.transitions.handler import announce, perform
from shopops.work.models import Risk

#: A second person looks at a proposed termination within so long.
CONFIRM_TIME = dt.timedelta(days=2)


@transaction.atomic
def request(
    *,
    merchant: Merchant,
    actor: User,
    reasons: Sequence[str],
    note: str = "",
    contact: str = "",
    answers: Mapping[str, int] | None = None,
    now: dt.datetime | None = None,
) -> Exit:
    """The owner asks to close the shop. Buyers read `contact` in the public notice; `answers` are the interview's.

    Raises MissingRight for who is not the owner, Held after a suspicious sign-in, ExitError without a reason of the
    catalogue, AlreadyLeaving when an exit is open or the shop is closed.
    """
    shop = lock(merchant.pk)
    owner_of(shop, actor)
    refuse_while_held(actor)
    version, body = policy.active()
    codes = chosen(body, reasons, Kind.VOLUNTARY)
    moment = now or timezone.now()
    until = moment + dt.timedelta(days=body.voluntary.cooling_off_days)
    known = {question.code for question in body.questions}
    leaving = _create(
        shop,
        Exit(
            merchant=shop,
            kind=Kind.VOLUNTARY,
            policy_version=version,
            requested_by=actor,
            requested_at=moment,
            reasons=codes,
            reasons_text=body.in_words(codes),
            note=note.strip(),
            contact=contact.strip(),
            answers={code: value for code, value in (answers or {}).items() if code in known and 1 <= value <= 5},
            told_at=moment,
            cooling_off_until=until,
        ),
    )
    announce(leaving, Exit.EFFECTS["request"], actor=actor, policy_version_id=version.pk)
    queue.enter(leaving, queue.DECIDE, until + dt.timedelta(days=body.check_days), entered_at=until)
    return leaving


@transaction.atomic
def propose(
    *,
    merchant: Merchant,
    actor: User,
    reasons: Sequence[str],
    facts: str,
    clause: str,
    note: str = "",
    contact: str = "",
    now: dt.datetime | None = None,
) -> Exit:
    """An operator proposes to terminate; the shop hears of it when a second person decides.

    `facts` and `clause` are the statement of reasons (EU 2019/1150 art. 4). Raises ExitError, AlreadyLeaving.
    """
    shop = lock(merchant.pk)
    version, body = policy.active()
    codes = chosen(body, reasons, Kind.PLATFORM)
    if not facts.strip() or not clause.strip():
        raise ExitError(_("Write the facts and the clause: the shop reads both as the statement of reasons."))
    moment = now or timezone.now()
    leaving = _create(
        shop,
        Exit(
            merchant=shop,
            kind=Kind.PLATFORM,
            policy_version=version,
            requested_by=actor,
            requested_at=moment,
            reasons=codes,
            reasons_text=body.in_words(codes),
            facts=facts.strip(),
            clause=clause.strip(),
            note=note.strip(),
            contact=contact.strip(),
        ),
    )
    announce(leaving, Exit.EFFECTS["propose"], actor=actor, policy_version_id=version.pk)
    queue.enter(leaving, queue.CONFIRM, moment + CONFIRM_TIME, risk=Risk.HIGH)
    return leaving


@transaction.atomic
def take_back(*, leaving: Exit, actor: User, why: str = "", now: dt.datetime | None = None) -> Exit:
    """The owner stays after all; possible until the settlement begins.

    Raises MissingRight, Held, and ExitError when it is too late, or the platform's decision.
    """
    shop = lock(leaving.merchant_id)
    owner_of(shop, actor)
    refuse_while_held(actor)
    standing = Exit.objects.select_for_update(of=("self",)).get(pk=leaving.pk)
    if not standing.is_revocable:
        raise ExitError(_("It is too late: the settlement began, or the exit is over. Ask support."))
    return end(shop, standing, actor, why, now)


def end(shop: Merchant, leaving: Exit, actor: User, why: str, now: dt.datetime | None) -> Exit:
    """Call an exit off and give the shop back what it was; the caller has locked shop and exit."""
    began = leaving.state in (State.NOTICE, State.SETTLING)
    done = perform(leaving, "cancel", actor=actor, reason=why, now=now or timezone.now(), why=why)
    if began:
        perform(shop, "stay_suspended" if leaving.was_suspended else "cancel_exit", actor=actor, reason=why)
    queue.leave(done, actor)
    return done


def lock(merchant_id: int) -> Merchant:
    """Let nobody else move this shop until the transaction ends; rows that point at it wait, too (orders that come).

    Everything here locks the shop before its exit, so that no two wait for each other.
    """
    return Merchant.objects.select_for_update(of=("self",)).get(pk=merchant_id)


def owner_of(merchant: Merchant, actor: User) -> Member:
    """The actor's membership as owner, as it stands now; raises MissingRight without."""
    member = Member.objects.select_related("merchant").filter(merchant=merchant, user=actor).first()
    if member is None or not member.can(Permission.EXIT_MANAGE):
        raise MissingRight(Permission.EXIT_MANAGE)
    return member


def chosen(body: ExitPolicy, reasons: Sequence[str], occasion: str) -> list[str]:
    """The picked reasons in the catalogue's order. Raises ExitError for none, or for one that is not offered."""
    offered = [reason.code for reason in body.reasons_for(occasion)]
    if not reasons or set(reasons) - set(offered):
        raise ExitError(_("Pick at least one reason from the list."))
    return [code for code in offered if code in reasons]


def _create(shop: Merchant, leaving: Exit) -> Exit:
    if shop.is_closed:
        raise AlreadyLeaving(_("The shop is closed already."))
    for name, value in at_end(shop, leaving.requested_at).items():
        setattr(leaving, name, value)
    try:
        with transaction.atomic():
            leaving.save(force_insert=True)
    except IntegrityError as error:
        if "exits_one_open_per_merchant" not in str(error):
            raise
        raise AlreadyLeaving(_("The shop has an open exit already. Follow that one, or call it off first.")) from error
    return leaving
