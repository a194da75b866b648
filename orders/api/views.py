"""Reading orders through the API."""

from typing import Any, cast

from django.db.models import QuerySet
from django_filters.rest_framework import DjangoFilterBackend
from rest_framework import viewsets
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request
from rest_framework.serializers import BaseSerializer

from merchants.portal import shops_of
from orders.api.filters import OrderFilter
from orders.api.serializers import OrderDetailSerializer, OrderSerializer
from orders.models import Order
from shopops.accounts.models import User

OPERATOR_PERMISSION = "orders.view_order"


class NewestFirst(CursorPagination):
    """Pages by key, so that the thousandth page costs what the first does.

    Within merchants the newest placed comes first. Over all merchants it is the last that came in: that key has an
    index of its own, and who copies orders misses none that is placed before but comes in after another.
    """

    ordering = ("-placed_at", "-id")
    page_size = 50

    def get_ordering(self, request: Request, queryset: QuerySet[Any], view: Any) -> tuple[str, ...]:
        """Return the key to page by."""
        return ("-id",) if _sees_all(request) and not request.query_params.get("merchant") else self.ordering


class OrderViewSet(viewsets.ReadOnlyModelViewSet[Order]):
    """The orders of one's own shops, the newest first; of all shops for operators who may see orders."""

    queryset = Order.objects.none()
    pagination_class = NewestFirst
    filter_backends = (DjangoFilterBackend,)
    filterset_class = OrderFilter
    lookup_value_regex = "[0-9]{1,18}"

    def get_queryset(self) -> QuerySet[Order]:
        orders = Order.objects.all()
        if self.action == "retrieve":
            orders = orders.prefetch_related("lines", "shipments", "reviews")
        if _sees_all(self.request):
            return orders
        return orders.filter(merchant_id__in=[shop.pk for shop in shops_of(cast(User, self.request.user))])

    def get_serializer_class(self) -> type[BaseSerializer[Order]]:
        return OrderDetailSerializer if self.action == "retrieve" else OrderSerializer


def _sees_all(request: Request) -> bool:
    return bool(request.user.is_staff and request.user.has_perm(OPERATOR_PERMISSION))
