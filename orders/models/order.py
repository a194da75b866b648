"""An order: one merchant's part of a purchase, as the source tells it."""

import datetime as dt
from typing import ClassVar

import pgtrigger
from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from merchants.models import Category, Merchant
from orders import triggers
from orders.counter_sql import ACCOUNTABLE


class OrderQuerySet(models.QuerySet["Order"]):
    """Orders in the words of the trade. The day streams of the counters use the same conditions, see `counter_sql`."""

    def counted(self) -> "OrderQuerySet":
        """Those that count in metrics: malicious ones leave them all."""
        return self.filter(is_excluded=False)

    def open(self) -> "OrderQuerySet":
        """Those that the merchant still has to ship."""
        return self.filter(shipped_at__isnull=True, cancelled_at__isnull=True)

    def due(self) -> "OrderQuerySet":
        """Those that had to be shipped: promised to a time and not cancelled before it."""
        return self.filter(
            models.Q(cancelled_at__isnull=True) | models.Q(cancelled_at__gte=models.F("ship_by")), ship_by__isnull=False
        )

    def late(self) -> "OrderQuerySet":
        """Of those due: not shipped by then, or not shipped at all. Says nothing about whether the time has come."""
        return self.due().filter(models.Q(shipped_at__isnull=True) | models.Q(shipped_at__gt=models.F("ship_by")))

    def delivered_late(self) -> "OrderQuerySet":
        """Promised to a time, not cancelled before it, and not delivered by then (or not at all)."""
        return self.filter(
            models.Q(cancelled_at__isnull=True) | models.Q(cancelled_at__gte=models.F("promised_at")),
            models.Q(delivered_at__isnull=True) | models.Q(delivered_at__gt=models.F("promised_at")),
            promised_at__isnull=False,
        )

    def failed_by_merchant(self) -> "OrderQuerySet":
        """Cancelled, and not by the buyer or the platform: the source says the merchant, or does not say."""
        return self.filter(cancelled_by__in=ACCOUNTABLE)


class CancelledBy(models.TextChoices):
    """Who ended an order."""

    BUYER = "buyer", _("Buyer")
    MERCHANT = "merchant", _("Merchant")
    PLATFORM = "platform", _("Platform")
    UNKNOWN = "unknown", _("Unknown")


class Order(models.Model):
    """One merchant's part of a purchase. A fact: importers and the API write it, no decision edits it.

    Amounts are minor units of `currency` (fen, cents). Times are as the source says, even when they contradict each
    other: real orders are "shipped" before they are placed. An order is cancelled exactly if it has `cancelled_at`
    and `cancelled_by`; who knows only that it was cancelled gives the nearest time known and "unknown".
    """

    class State(models.TextChoices):
        RECEIVED = "received", _("Received")
        CONFIRMED = "confirmed", pgettext_lazy("order", "Confirmed")
        ALLOCATED = "allocated", _("Allocated")
        PACKED = "packed", _("Packed")
        SHIPPED = "shipped", _("Shipped")
        DELIVERED = "delivered", _("Delivered")
        COMPLETED = "completed", _("Completed")
        CANCELLED = "cancelled", _("Cancelled")

    merchant = models.ForeignKey(
        Merchant, models.PROTECT, verbose_name=_("merchant"), related_name="orders", db_index=False
    )
    external_id = models.CharField(_("order number"), max_length=64, help_text=_("The marketplace's own number."))
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.RECEIVED)
    placed_at = models.DateTimeField(_("placed"))
    paid_at = models.DateTimeField(_("paid"), null=True, blank=True)
    ship_by = models.DateTimeField(_("ship by"), null=True, blank=True)
    shipped_at = models.DateTimeField(_("shipped"), null=True, blank=True)
    promised_at = models.DateTimeField(_("delivery promised"), null=True, blank=True)
    delivered_at = models.DateTimeField(_("delivered"), null=True, blank=True)
    cancelled_at = models.DateTimeField(_("cancelled"), null=True, blank=True)
    cancelled_by = models.CharField(_("cancelled by"), max_length=10, choices=CancelledBy.choices, blank=True)
    amount = models.BigIntegerField(_("amount"), help_text=_("Goods, in minor units of the currency."))
    freight = models.BigIntegerField(_("freight"), default=0, help_text=_("In minor units of the currency."))
    currency = models.CharField(_("currency"), max_length=3, default="CNY")
    buyer_ref = models.CharField(
        _("buyer"), max_length=64, blank=True, help_text=_("The marketplace's id of the buyer.")
    )
    region = models.CharField(_("region"), max_length=64, blank=True, help_text=_("Where the buyer is."))
    is_excluded = models.BooleanField(
        _("left out"), default=False, help_text=_("Malicious: counts in no metric, nor do its reviews.")
    )
    excluded_reason = models.CharField(_("why left out"), max_length=200, blank=True)
    source_updated_at = models.DateTimeField(
        _("version of the source"), null=True, blank=True, help_text=_("An older version never overwrites a newer one.")
    )
    updated_at = models.DateTimeField(_("written"), auto_now=True, db_default=Now())

    objects = OrderQuerySet.as_manager()

    class Meta:
        verbose_name = _("order")
        verbose_name_plural = _("orders")
        permissions = [("exclude_order", _("Can leave malicious orders out of every metric"))]
        indexes = [
            models.Index(fields=["merchant", "-placed_at", "-id"], name="orders_order_newest"),
            models.Index(fields=["merchant", "ship_by"], name="orders_order_ship_by"),
            models.Index(
                fields=["merchant", "ship_by"],
                condition=models.Q(shipped_at__isnull=True, cancelled_at__isnull=True),
                name="orders_order_open",
            ),
            BrinIndex(fields=["placed_at"], name="orders_order_placed_brin"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["merchant", "external_id"], name="orders_order_once_per_merchant"),
            models.CheckConstraint(condition=models.Q(amount__gte=0), name="orders_order_amount_not_negative"),
            models.CheckConstraint(condition=models.Q(freight__gte=0), name="orders_order_freight_not_negative"),
            models.CheckConstraint(condition=models.Q(currency__regex="^[A-Z]{3}$"), name="orders_order_currency_code"),
            models.CheckConstraint(
                condition=models.Q(state="cancelled", cancelled_at__isnull=False, cancelled_by__in=CancelledBy.values)
                | (~models.Q(state="cancelled") & models.Q(cancelled_at__isnull=True, cancelled_by="")),
                name="orders_order_cancelled_in_full",
            ),
            models.CheckConstraint(
                condition=models.Q(is_excluded=False) | ~models.Q(excluded_reason=""),
                name="orders_order_left_out_for_a_reason",
            ),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [*triggers.ORDER_COUNTERS, triggers.EXCLUDE_REVIEWS]

    def __str__(self) -> str:
        return self.external_id

    @property
    def total(self) -> int:
        """What the buyer pays: goods and freight, in minor units."""
        return self.amount + self.freight

    @property
    def is_open(self) -> bool:
        """Whether the merchant still has to ship it."""
        return self.shipped_at is None and self.cancelled_at is None

    def is_late(self, now: dt.datetime) -> bool:
        """Whether it was shipped after its time, or is not shipped and its time has passed."""
        if self.ship_by is None or (self.cancelled_at and self.cancelled_at < self.ship_by):
            return False
        return self.shipped_at > self.ship_by if self.shipped_at else self.ship_by < now


class OrderLine(models.Model):
    """A position of an order: what, how many, for how much. `unit_price` is in minor units of the order's currency."""

    merchant = models.ForeignKey(Merchant, models.PROTECT, verbose_name=_("merchant"), related_name="+", db_index=False)
    order = models.ForeignKey(Order, models.CASCADE, verbose_name=_("order"), related_name="lines", db_index=False)
    number = models.PositiveIntegerField(_("position"))
    product_ref = models.CharField(
        _("product"), max_length=64, blank=True, help_text=_("The marketplace's id of the product.")
    )
    title = models.CharField(_("title"), max_length=300, blank=True)
    category = models.CharField(_("category"), max_length=20, choices=Category.choices, blank=True)
    quantity = models.PositiveIntegerField(_("quantity"), default=1)
    unit_price = models.BigIntegerField(_("unit price"), help_text=_("In minor units of the order's currency."))

    class Meta:
        verbose_name = _("order line")
        verbose_name_plural = _("order lines")
        ordering = ("number",)
        constraints = [
            models.UniqueConstraint(fields=["order", "number"], name="orders_line_once_per_order"),
            models.CheckConstraint(condition=models.Q(unit_price__gte=0), name="orders_line_price_not_negative"),
            models.CheckConstraint(condition=models.Q(quantity__gt=0), name="orders_line_quantity_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.number}. {self.title or self.product_ref}"

    @property
    def amount(self) -> int:
        """Unit price times quantity, in minor units."""
        return self.unit_price * self.quantity
