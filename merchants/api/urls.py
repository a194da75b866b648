"""Routes of the merchants' API."""

from typing import Any

from merchants.api.agreements import AgreementViewSet
from merchants.api.checks import CheckResultViewSet
from merchants.api.review import DecisionViewSet
from merchants.api.views import ApplicationViewSet, MerchantViewSet

routes: list[tuple[str, type[Any], str]] = [
    ("merchants", MerchantViewSet, "merchant"),
    ("applications", ApplicationViewSet, "application"),
    ("check-results", CheckResultViewSet, "check-result"),
    ("agreements", AgreementViewSet, "agreement"),
    ("applications", DecisionViewSet, "application-decision"),
]
