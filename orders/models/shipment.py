"""Parcels."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from merchants.models import Merchant
from orders.models.order import Order


class Shipment(models.Model):
    """A parcel of an order, as the merchant or the carrier reported it."""

    merchant = models.ForeignKey(
        Merchant, models.PROTECT, verbose_name=_("merchant"), related_name="shipments", db_index=False
    )
    order = models.ForeignKey(Order, models.CASCADE, verbose_name=_("order"), related_name="shipments")
    external_id = models.CharField(_("parcel number"), max_length=64)
    carrier = models.CharField(_("carrier"), max_length=60, blank=True)
    tracking_no = models.CharField(_("tracking number"), max_length=64, blank=True)
    shipped_at = models.DateTimeField(_("shipped"), null=True, blank=True)
    delivered_at = models.DateTimeField(_("delivered"), null=True, blank=True)

    class Meta:
        verbose_name = _("shipment")
        verbose_name_plural = _("shipments")
        ordering = ("shipped_at", "id")
        constraints = [
            models.UniqueConstraint(fields=["merchant", "external_id"], name="orders_shipment_once_per_merchant"),
        ]

    def __str__(self) -> str:
        return self.tracking_no or self.external_id
