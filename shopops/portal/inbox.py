"""The message centre: of merchants, and of everybody else who is told something (applicants, operators)."""

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from django import forms
from django.contrib import messages as flash
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from merchants.portal import enter
from shopops.accounts.models import User
from shopops.notifications import selectors
from shopops.notifications.kinds import category_label, message_kinds
from shopops.notifications.models import Delivery
from shopops.notifications.services import mark_all_read, mark_read

PAGE = 30


def own_page(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponseBase]:
    """A page about the person who is signed in: inside the portal for who has a shop, in one column for others."""

    @wraps(view)
    def prepared(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        in_shop = enter(request) is not None
        return view(request, *args, layout="layouts/portal.html" if in_shop else "layouts/form.html", **kwargs)

    return cast(Callable[..., HttpResponseBase], login_required(prepared))


class FilterForm(forms.Form):
    """What of the message centre to show."""

    q = forms.CharField(
        label=gettext_lazy("Search"), required=False, max_length=100, widget=forms.TextInput(attrs={"type": "search"})
    )
    category = forms.ChoiceField(label=gettext_lazy("About"), required=False)
    unread = forms.BooleanField(label=gettext_lazy("Unread only"), required=False)

    def __init__(self, data: QueryDict, *, inbox: QuerySet[Delivery]) -> None:
        super().__init__(data)
        kinds = inbox.order_by().values_list("message__kind", flat=True).distinct()
        codes = {message_kinds.get(code).group for code in kinds if code in message_kinds}
        field = cast(forms.ChoiceField, self.fields["category"])
        named = sorted((category_label(code), code) for code in codes)
        field.choices = [("", _("Everything")), *((code, label) for label, code in named)]


@own_page
def messages(request: HttpRequest, layout: str) -> HttpResponse:
    """The message centre, newest first; pages by key, so that the last page costs what the first does."""
    user, language = cast(User, request.user), get_language() or ""
    everything = selectors.inbox(user)
    form = FilterForm(request.GET, inbox=everything)
    chosen = form.cleaned_data if form.is_valid() else {}
    found = selectors.filtered(
        everything,
        category=chosen.get("category", ""),
        unread=chosen.get("unread", False),
        query=chosen.get("q", ""),
        language=language,
    )
    rows, newer, older = _page(request, found)
    return render(
        request,
        "portal/messages.html",
        {
            "layout": layout,
            "items": selectors.as_items(rows, language),
            "newer": newer,
            "older": older,
            "unread": selectors.unread_count(user),
            "latest": everything.values_list("pk", flat=True).first() or 0,
            "form": form,
            "is_narrowed": any(chosen.values()) or not form.is_valid(),
            "nav_current": "messages",
        },
    )


def _page(request: HttpRequest, found: QuerySet[Delivery]) -> tuple[list[Delivery], str | None, str | None]:
    """One page by `?cursor=<-id | id>`: `-5` shows what is older than row 5, `5` what is newer; with its neighbours."""
    cursor = request.GET.get("cursor", "")
    number = int(cursor.lstrip("-")) if cursor.lstrip("-").isdecimal() and len(cursor) < 19 else 0
    if number and not cursor.startswith("-"):
        rows = list(found.filter(pk__gt=number).order_by("pk")[: PAGE + 1])
        has_newer, has_older = len(rows) > PAGE, True
        rows = rows[:PAGE][::-1]
    else:
        rows = list((found.filter(pk__lt=number) if number else found)[: PAGE + 1])
        has_newer, has_older = bool(number), len(rows) > PAGE
        rows = rows[:PAGE]
    if not rows:
        return rows, None, None
    return rows, str(rows[0].pk) if has_newer else None, f"-{rows[-1].pk}" if has_older else None


@own_page
def message(request: HttpRequest, pk: int, layout: str) -> HttpResponse:
    """One message and how it was sent; opening it is recorded as read, also from a link in an e-mail or an SMS."""
    user = cast(User, request.user)
    delivery = selectors.inbox(user).filter(message_id=pk).first()
    if delivery is None:
        raise Http404
    mark_read(user=user, message_id=pk)
    context = {
        "layout": layout,
        "item": selectors.as_items([delivery], get_language() or "")[0],
        "deliveries": Delivery.objects.filter(recipient=user, message_id=pk).order_by("id"),
        "nav_current": "messages",
    }
    return render(request, "portal/message.html", context)


@login_required
@require_POST
def mark_all(request: HttpRequest) -> HttpResponse:
    """Mark what the list showed as read; what came since stays unread."""
    latest = request.POST.get("latest", "")
    count = mark_all_read(user=cast(User, request.user), up_to=int(latest) if latest.isdecimal() else 0)
    text = ngettext("%(count)d message is read now.", "%(count)d messages are read now.", count)
    flash.success(request, text % {"count": count})
    return redirect("portal:messages")


@login_required
def short_message(request: HttpRequest, code: str) -> HttpResponse:
    """The short address in SMS and chats."""
    try:
        number = int(code, 36)
    except ValueError:
        raise Http404 from None
    if not 0 < number < 2**63:
        raise Http404
    return redirect(reverse("portal:message", args=[number]))
