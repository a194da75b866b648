"""Routes of changes and re-verification."""

from typing import Any

from merchants.changes.api.views import ChangeRequestViewSet, ContactsViewSet, VerificationViewSet

routes: list[tuple[str, type[Any], str]] = [
    ("change-requests", ChangeRequestViewSet, "change-request"),
    ("merchant-contacts", ContactsViewSet, "merchant-contacts"),
    ("verifications", VerificationViewSet, "verification"),
]
