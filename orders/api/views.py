"""Reading orders through the API."""

from typing import Any, cast

from django.db.models import QuerySet
from rest_framework import viewsets
from rest_framework.request import Request
from rest_framework.serializers import BaseSerializer

from orders.api.filters import OrderFilter
from orders.api.scopes import ORDERS_READ
from orders.api.serializers import OrderDetailSerializer, OrderSerializer
from orders.models import Order
from shopops.api.pagination import CursorPages
from shopops.api.principals import principal
from shopops.api.views import ApiMixin


class OrderPages(CursorPages):
    """Within merchants the newest placed comes first. Over all merchants it is the last that came in: that key has an
    index of its own, and who copies orders misses none that is placed before but comes in after another."""

    ordering = ("-placed_at", "-id")

    def get_ordering(self, request: Request, queryset: QuerySet[Any], view: Any) -> tuple[str, ...]:
        """Return the key to page by."""
        sees_all = principal(request).reach(ORDERS_READ.code) is None
        return ("-id",) if sees_all and not request.query_params.get("merchant") else self.ordering


class OrderViewSet(ApiMixin, viewsets.ReadOnlyModelViewSet[Order]):
    """The orders of one's own shops, the newest first; of all shops for operators who may see orders and for the
    platform's keys."""

    queryset = Order.objects.none()
    pagination_class = OrderPages
    filterset_class = OrderFilter
    scopes = {"read": ORDERS_READ.code}
    lookup_value_regex = "[0-9]{1,18}"

    def get_queryset(self) -> QuerySet[Order]:
        orders = Order.objects.all()
        if self.action == "retrieve":
            orders = orders.prefetch_related("lines", "shipments", "reviews")
        return self.principal.narrow(orders, ORDERS_READ.code)

    def get_serializer_class(self) -> type[BaseSerializer[Order]]:
        return cast(
            type[BaseSerializer[Order]], OrderDetailSerializer if self.action == "retrieve" else OrderSerializer
        )
