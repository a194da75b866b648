"""Messages for applicants who have no shop yet: what the marketplace told them, from the ledger of notices."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from merchants.views.common import person
from shopops.notifications import selectors
from shopops.notifications.models import Delivery
from shopops.notifications.services import mark_read

PAGE = 30


@login_required
@require_safe
def messages(request: HttpRequest) -> HttpResponse:
    """A person's messages, the newest first, page by page: `?before=<id>` shows what is older than that row."""
    user = person(request)
    before = request.GET.get("before", "")
    found = selectors.inbox(user)
    if before.isdecimal() and len(before) < 19:
        found = found.filter(pk__lt=int(before))
    rows = list(found[: PAGE + 1])
    context = {
        "items": selectors.as_items(rows[:PAGE], get_language() or ""),
        "older": rows[PAGE - 1].pk if len(rows) > PAGE else None,
        "unread": selectors.unread_count(user),
    }
    return render(request, "merchants/messages.html", context)


@login_required
@require_safe
def message(request: HttpRequest, pk: int) -> HttpResponse:
    """One message; opening it is recorded as read. 404 for everybody else's."""
    user = person(request)
    delivery = selectors.inbox(user).filter(message_id=pk).first()
    if delivery is None:
        raise Http404
    mark_read(user=user, message_id=pk)
    context = {
        "item": selectors.as_items([delivery], get_language() or "")[0],
        "letters": Delivery.objects.filter(recipient=user, message_id=pk)
        .exclude(channel=Delivery.Channel.IN_APP)
        .order_by("id"),
    }
    return render(request, "merchants/message.html", context)
