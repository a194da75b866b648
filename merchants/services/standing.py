"""Suspending a shop and lifting the suspension: the platform's decisions, with a reason that the shop reads."""

from django.db import transaction

from merchants.errors import ReasonNeeded
from merchants.models import Merchant
from shopops.accounts.models import User
from shopops.transitions.handler import perform


@transaction.atomic
def suspend(*, merchant: Merchant, actor: User | None, reason: str) -> Merchant:
    """Stop a shop's business. Raises ReasonNeeded, and TransitionRefused for a shop that is not active."""
    return perform(merchant, "suspend", actor=actor, reason=_given(reason))


@transaction.atomic
def restore(*, merchant: Merchant, actor: User | None, reason: str) -> Merchant:
    """Lift a suspension. Raises ReasonNeeded, and TransitionRefused for a shop that is not suspended."""
    return perform(merchant, "restore", actor=actor, reason=_given(reason))


def _given(reason: str) -> str:
    if not reason.strip():
        raise ReasonNeeded
    return reason.strip()
