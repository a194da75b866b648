"""The count beside the portal's navigation entry."""

from django.http import HttpRequest

from complaints.selectors import waiting_for_merchant


def waiting(request: HttpRequest) -> int:
    """Complaints that wait for this merchant's answer."""
    return waiting_for_merchant(request.merchant.pk).count()  # type: ignore[attr-defined]
