"""What orders tell the funnel: when a shop sold for the first time."""

from django.db.models import OuterRef, Subquery
from django.utils.translation import gettext_lazy as _

from merchants.leads.milestones import Milestone
from orders.models import Order


def first_order(merchant: str) -> Subquery:
    """The moment of the first order of the merchant whose id is in the column `merchant`."""
    return Subquery(Order.objects.filter(merchant=OuterRef(merchant)).order_by("placed_at").values("placed_at")[:1])


FIRST_ORDER = Milestone("first_order", _("First order"), first_order)
