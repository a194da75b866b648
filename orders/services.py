"""Writing about orders. Facts come from importers and the API; here is only what people decide about their counting."""

from collections.abc import Collection

from django.db import transaction
from django.utils.translation import gettext as _

from orders import counters
from orders.models import Order
from shopops.accounts.models import User
from shopops.audit import services as audit


@transaction.atomic
def exclude_orders(*, order_ids: Collection[int], reason: str, actor: User | None) -> int:
    """Leave malicious orders and their reviews out of every metric at once; returns how many were counted until now.

    Raises ValueError without a reason. Orders that are left out already are passed over.
    """
    if not reason.strip():
        raise ValueError(_("Say why the orders are left out: the merchant reads it."))
    return _mark(order_ids, actor, is_excluded=True, reason=reason.strip(), action="orders.excluded")


@transaction.atomic
def include_orders(*, order_ids: Collection[int], reason: str, actor: User | None) -> int:
    """Count orders again that were left out; returns how many."""
    return _mark(order_ids, actor, is_excluded=False, reason=reason.strip(), action="orders.included")


def _mark(order_ids: Collection[int], actor: User | None, *, is_excluded: bool, reason: str, action: str) -> int:
    """Set the mark where it differs, with an audit entry each; reviews follow by trigger."""
    counters.lock(set(Order.objects.filter(pk__in=order_ids).values_list("merchant_id", flat=True)))
    changed = list(
        Order.objects.filter(pk__in=order_ids, is_excluded=not is_excluded).order_by("pk").select_for_update()
    )
    Order.objects.filter(pk__in=[order.pk for order in changed]).update(
        is_excluded=is_excluded, excluded_reason=reason if is_excluded else ""
    )
    for order in changed:
        audit.record(action=action, target=order, actor=actor, reason=reason)
    return len(changed)
