"""The console's lists of orders, parcels, reviews and imports. Facts: nothing is edited here."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.decorators import display

from merchants.admin import ReadOnlyInline
from orders import marking
from orders.models import ImportRun, Order, OrderLine, Review, Shipment
from orders.page import shipped_late_by
from shopops.adminbase import CappedPaginator, ReadOnlyAdmin
from shopops.ui import formats


class FactAdmin(ReadOnlyAdmin):
    """A list of facts, the last written first (by primary key, which every table of any size has an index for)."""

    paginator = CappedPaginator
    ordering = ("-pk",)
    list_select_related: tuple[str, ...] = ("merchant",)


class ReviewInline(ReadOnlyInline):
    model = Review
    fields = ("rating", "title", "text", "created_at", "is_excluded")


class ShipmentInline(ReadOnlyInline):
    model = Shipment
    fields = ("external_id", "carrier", "tracking_no", "shipped_at", "delivered_at")


class LineInline(ReadOnlyInline):
    model = OrderLine
    fields = ("number", "product_ref", "title", "category", "quantity", "price")
    readonly_fields = ("price",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[OrderLine]:
        return super().get_queryset(request).select_related("order")

    @display(description=gettext_lazy("unit price"))
    def price(self, line: OrderLine) -> str:
        return formats.money(line.unit_price, line.order.currency)


class LateFilter(admin.SimpleListFilter):
    """Shipped late, or not shipped and past its time."""

    title = gettext_lazy("late")
    parameter_name = "late"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("overdue", _("Overdue now")), ("shipped", _("Shipped late"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Order]) -> QuerySet[Order]:
        late = Order.objects.late()
        match self.value():
            case "overdue":
                return queryset & late.open().filter(ship_by__lt=timezone.now())
            case "shipped":
                return queryset & late.filter(shipped_at__isnull=False)
        return queryset


@admin.register(Order)
class OrderAdmin(FactAdmin):
    list_display = ("external_id", "merchant", "standing", "placed", "ship_by_shown", "late", "total_shown", "region")
    list_filter = ("state", LateFilter, "cancelled_by", "is_excluded", "placed_at")
    search_fields = ("=external_id", "merchant__shop_name", "=merchant__external_id")
    search_help_text = gettext_lazy("Order number, shop name or the marketplace's id of the shop")
    inlines = (LineInline, ShipmentInline, ReviewInline)
    fieldsets = (
        (None, {"fields": ("external_id", "merchant", "state", "late", "buyer_ref", "region")}),
        (gettext_lazy("Amounts"), {"fields": ("amount_shown", "freight_shown", "total_shown")}),
        (
            gettext_lazy("Times"),
            {
                "fields": (
                    *("placed_at", "paid_at", "ship_by", "shipped_at", "promised_at", "delivered_at"),
                    *("cancelled_at", "cancelled_by", "source_updated_at", "updated_at"),
                )
            },
        ),
        (gettext_lazy("Counting"), {"fields": ("is_excluded", "excluded_reason")}),
    )
    readonly_fields = ("late", "amount_shown", "freight_shown", "total_shown")
    actions = ("leave_out", "count_again")

    def has_exclude_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("orders.exclude_order")

    @admin.action(description=gettext_lazy("Leave out of every metric"), permissions=["exclude"])
    def leave_out(self, request: HttpRequest, queryset: QuerySet[Order]) -> HttpResponse | None:
        return marking.leave_out(request, queryset, self.admin_site)

    @admin.action(description=gettext_lazy("Count again in the metrics"), permissions=["exclude"])
    def count_again(self, request: HttpRequest, queryset: QuerySet[Order]) -> HttpResponse | None:
        return marking.count_again(request, queryset, self.admin_site)

    @display(
        description=gettext_lazy("state"),
        ordering="state",
        label={
            Order.State.RECEIVED: "info",
            Order.State.CONFIRMED: "info",
            Order.State.ALLOCATED: "info",
            Order.State.PACKED: "info",
            Order.State.SHIPPED: "info",
            Order.State.DELIVERED: "success",
            Order.State.COMPLETED: "success",
            Order.State.CANCELLED: "default",
        },
    )
    def standing(self, order: Order) -> tuple[str, str]:
        return order.state, order.get_state_display()

    @display(description=gettext_lazy("placed"))
    def placed(self, order: Order) -> str:
        return formats.at(order.placed_at)

    @display(description=gettext_lazy("ship by"))
    def ship_by_shown(self, order: Order) -> str:
        return formats.at(order.ship_by)

    @display(description=gettext_lazy("late by"))
    def late(self, order: Order) -> str:
        """How much too late it was shipped, or how long it has been overdue."""
        now = timezone.now()
        if order.is_open and order.ship_by and order.ship_by < now:
            return formats.left(order.ship_by, now=now)
        late_by = shipped_late_by(order)
        return formats.duration(late_by) if late_by else formats.NOTHING

    @display(description=gettext_lazy("amount"))
    def amount_shown(self, order: Order) -> str:
        return formats.money(order.amount, order.currency)

    @display(description=gettext_lazy("freight"))
    def freight_shown(self, order: Order) -> str:
        return formats.money(order.freight, order.currency)

    @display(description=gettext_lazy("total"))
    def total_shown(self, order: Order) -> str:
        return formats.money(order.total, order.currency)


@admin.register(Shipment)
class ShipmentAdmin(FactAdmin):
    list_display = ("external_id", "tracking_no", "carrier", "merchant", "order", "shipped_at", "delivered_at")
    list_filter = ("shipped_at", ("delivered_at", admin.EmptyFieldListFilter))
    search_fields = ("=external_id", "=tracking_no", "=order__external_id", "merchant__shop_name")
    list_select_related = ("merchant", "order")


@admin.register(Review)
class ReviewAdmin(FactAdmin):
    list_display = ("external_id", "rating", "title", "merchant", "order", "created_at", "is_excluded")
    list_filter = ("rating", "is_excluded", "created_at")
    search_fields = ("=external_id", "=order__external_id", "merchant__shop_name")
    list_select_related = ("merchant", "order")


@admin.register(ImportRun)
class ImportRunAdmin(ReadOnlyAdmin):
    list_display = ("mapping", "source", "state_shown", "started_at", "finished_at", "landed", "rejected")
    list_filter = ("state", "mapping")
    search_fields = ("source", "fingerprint")

    @display(
        description=gettext_lazy("state"),
        ordering="state",
        label={
            ImportRun.State.RUNNING: "info",
            ImportRun.State.SUCCEEDED: "success",
            ImportRun.State.FAILED: "danger",
        },
    )
    def state_shown(self, run: ImportRun) -> tuple[str, str]:
        return run.state, run.get_state_display()

    @display(description=gettext_lazy("landed"))
    def landed(self, run: ImportRun) -> str:
        return _counts(run.counts)

    @display(description=gettext_lazy("rejected"))
    def rejected(self, run: ImportRun) -> str:
        return _counts(run.rejects)


def _counts(found: dict[str, Any]) -> str:
    """What an import counted, by its own names."""
    return " · ".join(f"{name}: {value}" for name, value in found.items()) or formats.NOTHING
