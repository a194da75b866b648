"""Receipts of decisions for those whom they are about."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from merchants.models import Application
from merchants.portal import may
from merchants.selectors import decisions_told
from merchants.views.common import person
from shopops.accounts.models import User
from shopops.audit.console import receipt_response
from shopops.audit.models import Entry
from shopops.audit.receipts import NotSealed

#: Which right a person of the shop needs, by the app whose object was decided about.
_RIGHTS = {"warnings": "warnings.view", "credit": "score.view", "complaints": "complaints.view"}


@login_required
@require_GET
def receipt(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The receipt of a decision about one's own shop or application, as a file; 404 for everybody else's.

    Only changes of state that a merchant may hear of: other entries tell of the marketplace's own work.
    """
    entry = get_object_or_404(decisions_told(Entry.objects.select_related("content_type")), pk=pk)
    if not _concerns(entry, person(request)):
        raise Http404
    try:
        return receipt_response(entry)
    except NotSealed:
        messages.info(request, _("This decision is being sealed. Its receipt is ready within a minute."))
        return redirect(_back(request))


def _concerns(entry: Entry, user: User) -> bool:
    kind = entry.content_type
    if kind.model_class() is Application:
        return Application.objects.filter(pk=entry.object_id, applicant=user).exists()
    return entry.merchant_id is not None and may(user, entry.merchant_id, _RIGHTS.get(kind.app_label, "shop.manage"))


def _back(request: HttpRequest) -> str:
    """The page that asked, when it is one of ours."""
    from django.utils.http import url_has_allowed_host_and_scheme

    asked = request.headers.get("Referer", "")
    is_ours = url_has_allowed_host_and_scheme(asked, {request.get_host()}, require_https=request.is_secure())
    return asked if is_ours else reverse("portal:home")
