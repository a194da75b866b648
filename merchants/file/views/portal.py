"""The shop's own history in the portal."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from merchants.file import timeline
from merchants.file.views.tabs import timeline_context
from merchants.portal import PortalRequest, portal_page


@require_safe
@portal_page
def history(request: PortalRequest) -> HttpResponse:
    """What happened to the shop, as far as it concerns the shop and the reader's role may see it."""
    context = timeline_context(request, request.merchant, timeline.for_shop(request.portal_permissions))
    return render(request, "merchant_file/history.html", {**context, "nav_current": "history"})
