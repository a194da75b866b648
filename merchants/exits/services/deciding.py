"""What operators decide: letting a shop go, refusing, terminating, calling off. Two people for a termination."""

import datetime as dt
from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from merchants.exits import policy, queue
from merchants.exits.errors import ExitError
from merchants.exits.models import Exit, State
from merchants.exits.services.asking import chosen, end, lock
from merchants.models import Merchant
from shopops.accounts.models import User
from shopops.transitions.handler import TransitionRefused, perform


@transaction.atomic
def start_check(*, leaving: Exit, actor: User, now: dt.datetime | None = None) -> Exit:
    """An operator begins to look at a request. Raises ExitError while the cooling-off runs, TransitionRefused."""
    lock(leaving.merchant_id)
    standing = Exit.objects.select_for_update(of=("self",)).get(pk=leaving.pk)
    if standing.cooling_off_until and (now or timezone.now()) < standing.cooling_off_until:
        raise ExitError(_("The cooling-off still runs. Until then the owner may take the request back."))
    return perform(standing, "start_check", actor=actor)


@transaction.atomic
def accept(*, leaving: Exit, actor: User, note: str = "", now: dt.datetime | None = None) -> Exit:
    """Let the merchant go: the notice begins and the shop takes no new business. Raises TransitionRefused."""
    return _begin_notice("accept", leaving, actor, note, now)


@transaction.atomic
def terminate(*, leaving: Exit, actor: User, note: str = "", now: dt.datetime | None = None) -> Exit:
    """The second person decides a termination: the statement of reasons goes out and the notice begins.

    Raises SecondPersonNeeded for who proposed it, TransitionRefused when somebody was faster.
    """
    return _begin_notice("terminate", leaving, actor, note, now)


def _begin_notice(step: str, leaving: Exit, actor: User, note: str, now: dt.datetime | None) -> Exit:
    shop = lock(leaving.merchant_id)
    body = policy.of(leaving.policy_version)
    moment = now or timezone.now()
    was_suspended = shop.state == Merchant.State.SUSPENDED
    days = body.notice_days(leaving.kind, leaving.reasons)
    done = perform(
        leaving,
        step,
        actor=actor,
        reason=note,
        policy_version_id=leaving.policy_version_id,
        by=actor,
        now=moment,
        days=days,
        is_public=body.rules(leaving.kind).public and days > 0,
        was_suspended=was_suspended,
    )
    perform(shop, "begin_exit", actor=actor, reason=_("Exit %(number)s") % {"number": done.number})
    queue.leave(done, actor)
    return done


@transaction.atomic
def refuse(
    *, leaving: Exit, actor: User, reasons: Sequence[str], note: str = "", now: dt.datetime | None = None
) -> Exit:
    """Say no to a request, with reasons of the catalogue. Raises ExitError without one, TransitionRefused."""
    lock(leaving.merchant_id)
    body = policy.of(leaving.policy_version)
    codes = chosen(body, reasons, "refusal")
    done = perform(
        leaving,
        "refuse",
        actor=actor,
        reason=note.strip(),
        policy_version_id=leaving.policy_version_id,
        by=actor,
        now=now or timezone.now(),
        why=note.strip(),
        reasons=body.in_words(codes),
    )
    queue.leave(done, actor)
    return done


@transaction.atomic
def drop(*, leaving: Exit, actor: User, why: str, now: dt.datetime | None = None) -> Exit:
    """A proposed termination goes no further: withdrawn, or the second person says no. Raises ExitError, Refused."""
    lock(leaving.merchant_id)
    if not why.strip():
        raise ExitError(_("Write why; who proposed it reads that."))
    done = perform(leaving, "drop", actor=actor, reason=why, now=now or timezone.now(), why=why)
    queue.leave(done, actor)
    return done


@transaction.atomic
def call_off(*, leaving: Exit, actor: User, why: str, now: dt.datetime | None = None) -> Exit:
    """The platform ends an exit that the shop knows of; the shop is again what it was.

    Raises ExitError without a reason, TransitionRefused when it is over or the notice has not begun.
    """
    shop = lock(leaving.merchant_id)
    if not why.strip():
        raise ExitError(_("Write why; the shop reads it."))
    standing = Exit.objects.select_for_update(of=("self",)).get(pk=leaving.pk)
    if standing.state in (State.REQUESTED, State.CHECKING):
        raise TransitionRefused(_("The notice has not begun: refuse the request, or drop the proposal."))
    return end(shop, standing, actor, why.strip(), now)
