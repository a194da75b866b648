"""What orders say when a shop wants to go."""

from typing import Any

from django.db.models import Count, F, Q, Sum
from django.db.models.functions import TruncMonth
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from merchants.exits.conditions import Condition, Finding
from merchants.exits.records import Section, Table
from merchants.models import Merchant
from orders.models import Order


def open_orders(merchant: Merchant) -> Finding:
    """Orders that still have to be shipped or delivered; the buyer waits for something."""
    found = Order.objects.filter(merchant=merchant, cancelled_at__isnull=True, delivered_at__isnull=True)
    count = found.exclude(state__in=[Order.State.DELIVERED, Order.State.COMPLETED]).count()
    if not count:
        return Finding(True, _("No order is open."))
    text = ngettext(
        "%(count)d order is not delivered or cancelled.", "%(count)d orders are not delivered or cancelled.", count
    )
    console = f"{reverse('admin:orders_order_changelist')}?merchant__id__exact={merchant.pk}"
    return Finding(False, text % {"count": count}, count, console, reverse("orders:list"))


def by_month(merchant: Merchant) -> Table:
    """Orders by month and currency; single orders would name buyers."""
    months = (
        Order.objects.filter(merchant=merchant)
        .annotate(month=TruncMonth("placed_at", tzinfo=timezone.get_default_timezone()))
        .values("month", "currency")
        .annotate(
            orders=Count("pk"),
            amount=Sum("amount"),
            cancelled=Count("pk", filter=Q(cancelled_at__isnull=False)),
            late=Count("pk", filter=Q(shipped_at__gt=F("ship_by"))),
        )
        .order_by("month", "currency")
    )
    columns = [
        ("month", _("Month")),
        ("currency", _("Currency")),
        ("orders", _("Orders")),
        ("amount_minor", _("Amount in minor units")),
        ("cancelled", _("Cancelled")),
        ("late", _("Shipped late")),
    ]
    rows: list[tuple[Any, ...]] = [
        (f"{row['month']:%Y-%m}", row["currency"], row["orders"], row["amount"], row["cancelled"], row["late"])
        for row in months
    ]
    return Table(columns, rows)


CONDITION = Condition("orders", gettext_lazy("Unfinished orders"), open_orders)
SECTION = Section("orders", gettext_lazy("Orders by month"), by_month)
