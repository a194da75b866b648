"""Reading complaints, scoped by who asks."""

from django.db import models

from complaints.models import OPEN, Complaint, State
from merchants.models import Merchant
from orders.models import Order


def of_merchant(merchant_id: int) -> models.QuerySet[Complaint]:
    """All complaints about a merchant, newest first."""
    return Complaint.objects.filter(merchant_id=merchant_id).select_related("merchant").order_by("-filed_at", "-id")


def waiting_for_merchant(merchant_id: int) -> models.QuerySet[Complaint]:
    """Those the merchant has not answered, oldest first."""
    return of_merchant(merchant_id).filter(state=State.RECEIVED).order_by("filed_at", "id")


def open_complaints() -> models.QuerySet[Complaint]:
    """Everything not decided."""
    return Complaint.objects.filter(state__in=OPEN).select_related("merchant")


def order_of(complaint: Complaint) -> Order | None:
    """The order it is about, when the marketplace pushed it in."""
    return Order.objects.filter(merchant_id=complaint.merchant_id, external_id=complaint.order_reference).first()


def shops_with_order(reference: str) -> models.QuerySet[Merchant]:
    """The merchants that have an order with this number."""
    if not reference or "\0" in reference:
        return Merchant.objects.none()
    return Merchant.objects.filter(pk__in=Order.objects.filter(external_id=reference).values("merchant_id")).order_by(
        "shop_name", "id"
    )
