"""The end of the notice, the settlement step by step, and the closing itself."""

import datetime as dt
from decimal import Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from merchants.exits import policy, queue
from merchants.exits.endings import at_end
from merchants.exits.errors import ConditionsOpen, ExitError
from merchants.exits.models import Exit, Flow, SettlementStep, State
from merchants.exits.selectors import blocking
from merchants.exits.services.asking import lock
from merchants.models import HandOver, Merchant
from merchants.services.invitations import revoke_all
from shopops.accounts.models import User
from shopops.api import services as api
from shopops.api.models import ApiKey
from shopops.audit import services as audit
from shopops.transitions.handler import perform
from shopops.webhooks import services as webhooks
from shopops.webhooks.models import Endpoint

Status = SettlementStep.Status


@transaction.atomic
def settle(*, leaving: Exit, actor: User | None = None, now: dt.datetime | None = None) -> Exit:
    """Begin the settlement once the notice is over and nothing is open. The job does it by itself.

    Raises ExitError while the notice runs, ConditionsOpen naming what is open, TransitionRefused.
    """
    moment = now or timezone.now()
    shop = lock(leaving.merchant_id)
    standing = Exit.objects.select_for_update(of=("self",)).select_related("policy_version").get(pk=leaving.pk)
    standing.merchant = shop
    if standing.notice_until is None or moment < standing.notice_until:
        raise ExitError(_("The notice still runs."))
    _refuse_while_open(standing)
    done = perform(standing, "settle", actor=actor, now=moment)
    body = policy.of(done.policy_version)
    SettlementStep.objects.bulk_create(
        SettlementStep(
            exit=done,
            code=step.code,
            position=position,
            name={"en": step.name.en, "zh": step.name.zh},
            flow=step.flow,
        )
        for position, step in enumerate(body.steps_for(done.kind))
    )
    queue.leave(done, actor)
    queue.enter(done, queue.SETTLE, moment + dt.timedelta(days=body.settlement_days))
    return done


@transaction.atomic
def record_step(
    *,
    step: SettlementStep,
    actor: User,
    status: str,
    amount: Decimal | None = None,
    currency: str = "",
    note: str = "",
    now: dt.datetime | None = None,
) -> SettlementStep:
    """Write down a step of the settlement: done (with its amount where money flows), not owed, or open again.

    `amount` in units of `currency` (ISO 4217), not negative. Raises ExitError saying what is missing.
    """
    leaving = Exit.objects.select_for_update(of=("self",)).get(pk=step.exit_id)
    if leaving.state != State.SETTLING:
        raise ExitError(_("The settlement is not open: it did not begin yet, or the shop is closed."))
    locked = SettlementStep.objects.select_for_update(of=("self",)).get(pk=step.pk)
    with_money = status == Status.DONE and locked.flow != Flow.NONE
    if status not in Status.values:
        raise ExitError(_("Choose done or not owed."))
    if with_money and (amount is None or amount < 0 or len(currency) != len("CNY")):
        raise ExitError(_("Give the amount and its currency; nothing to pay is “not owed”."))
    if status == Status.NOT_OWED and not note.strip():
        raise ExitError(_("Write why nothing is owed; the shop reads it."))
    before = _step_facts(locked)
    locked.status, locked.note = status, note.strip()
    locked.amount, locked.currency = (amount, currency.upper()) if with_money else (None, "")
    locked.by, locked.at = (None, None) if status == Status.OPEN else (actor, now or timezone.now())
    locked.save()
    audit.record(
        action="exits.step.recorded",
        target=leaving,
        actor=actor,
        reason=note.strip(),
        before=before,
        after=_step_facts(locked),
    )
    return locked


def _step_facts(step: SettlementStep) -> dict[str, str]:
    amount = f"{step.amount} {step.currency}" if step.amount is not None else ""
    return {"step": step.code, "status": step.status, "amount": amount}


@transaction.atomic
def close(*, leaving: Exit, actor: User, now: dt.datetime | None = None) -> Exit:
    """Close the shop: every step settled, and nothing open at this very moment.

    The shop's row is locked first: an order that is being written counts either before (and keeps the shop from
    closing) or after (`jobs` brings it to the queue). Ends keys, webhooks, invitations and offers of ownership; the
    people stay and read. Raises ExitError, ConditionsOpen, TransitionRefused.
    """
    moment = now or timezone.now()
    shop = lock(leaving.merchant_id)
    standing = Exit.objects.select_for_update(of=("self",)).get(pk=leaving.pk)
    standing.merchant = shop
    if standing.steps.filter(status=Status.OPEN).exists():
        raise ExitError(_("Steps of the settlement are open. Record each as done or not owed."))
    if standing.state == State.SETTLING:
        _refuse_while_open(standing)
    years = policy.of(standing.policy_version).retention_years
    done = perform(
        standing,
        "close",
        actor=actor,
        policy_version_id=standing.policy_version_id,
        now=moment,
        kept_until=_years_later(timezone.localtime(moment, timezone.get_default_timezone()).date(), years),
        at_end=at_end(shop, moment),
    )
    perform(shop, "close", actor=actor, reason=_("Exit %(number)s") % {"number": done.number})
    _end_access(shop, done, actor)
    queue.leave(done, actor)
    return done


def _refuse_while_open(leaving: Exit) -> None:
    if found := blocking(leaving):
        raise ConditionsOpen(_("Not possible yet: %(open)s") % {"open": " ".join(each.finding.text for each in found)})


def _end_access(shop: Merchant, leaving: Exit, actor: User) -> None:
    """Nothing outside acts for the shop any more. Its endpoints hear nothing after this."""
    reason = _("The shop closed (%(number)s).") % {"number": leaving.number}
    for key in ApiKey.objects.filter(merchant_id=shop.pk, state=ApiKey.State.ACTIVE).order_by("pk"):
        api.revoke_key(key=key, actor=actor, reason=reason)
    for endpoint in webhooks.present(shop.pk).order_by("pk"):
        webhooks.switch_off(endpoint=endpoint, why=Endpoint.Why.REMOVED, actor=actor)
    revoke_all(merchant=shop, actor=actor)
    for offer in HandOver.objects.filter(merchant=shop, state=HandOver.State.OFFERED):
        perform(offer, "withdraw", actor=actor)


def _years_later(day: dt.date, years: int) -> dt.date:
    """The same day, years later; 29 February becomes 1 March, never earlier."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return dt.date(day.year + years, 3, 1)
