"""Routes of the orders' API."""

from typing import Any

from orders.api.views import OrderViewSet

routes: list[tuple[str, type[Any], str]] = [("orders", OrderViewSet, "order")]
