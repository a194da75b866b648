"""Home and messages."""

from typing import cast

from django.contrib import messages as flash
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from merchants.credit.selectors import tile
from merchants.portal import PortalRequest, portal_page
from shopops.accounts.models import User
from shopops.notifications import selectors
from shopops.notifications.services import mark_read
from shopops.portal.forms import AccountForm
from shopops.portal.home import compose

PAGE = 30


@portal_page
def home(request: PortalRequest) -> HttpResponse:
    """ "Is my shop all right, what must I do, by when." """
    now = timezone.now()
    return render(
        request,
        "portal/home.html",
        {
            "home": compose(request.merchant.pk, now),
            "tile": tile(request.merchant.pk, now),
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


@portal_page
def messages(request: PortalRequest) -> HttpResponse:
    """The message centre, newest first."""
    page = Paginator(selectors.inbox(request.user), PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "portal/messages.html",
        {
            "page": page,
            "items": selectors.as_items(list(page.object_list), get_language() or ""),
            "unread": selectors.unread_count(request.user),
            "nav_current": "messages",
        },
    )


@portal_page
def message(request: PortalRequest, pk: int) -> HttpResponse:
    """One message; opening it is recorded as read."""
    delivery = selectors.inbox(request.user).filter(message_id=pk).first()
    if delivery is None:
        raise Http404
    mark_read(user=request.user, message_id=pk)
    item = selectors.as_items([delivery], get_language() or "")[0]
    return render(request, "portal/message.html", {"item": item, "nav_current": "messages"})
