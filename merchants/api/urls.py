"""Routes of the merchants' API."""

from typing import Any

from merchants.api.views import ApplicationViewSet, MerchantViewSet

routes: list[tuple[str, type[Any], str]] = [
    ("merchants", MerchantViewSet, "merchant"),
    ("applications", ApplicationViewSet, "application"),
]
