"""Home and account."""

from typing import cast

from django.contrib import messages as flash
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from merchants.credit.selectors import tile
from merchants.portal import PortalRequest, portal_page
from shopops.accounts.models import User
from shopops.notifications import selectors
from shopops.portal.forms import AccountForm
from shopops.portal.home import compose


@portal_page
def home(request: PortalRequest) -> HttpResponse:
    """ "Is my shop all right, what must I do, by when." """
    now = timezone.now()
    return render(
        request,
        "portal/home.html",
        {
            "home": compose(request.merchant.pk, now, request.portal_permissions),
            "tile": tile(request.merchant.pk, now) if request.member.can("score.view") else None,
            "news": selectors.as_items(selectors.inbox(request.user)[:3], get_language() or ""),
            "now": now,
            "nav_current": "home",
        },
    )


@login_required
def account(request: HttpRequest) -> HttpResponse:
    """One's own name, phone and language."""
    form = AccountForm(request.POST or None, instance=cast(User, request.user))
    if request.method == "POST" and form.is_valid():
        form.save()
        flash.success(request, _("Saved."))
        return redirect("portal:account")
    return render(request, "portal/account.html", {"form": form})
