"""The console's page that leaves malicious orders out of every metric, or counts them again."""

from collections.abc import Callable
from typing import Any, cast

from django import forms
from django.contrib import messages
from django.contrib.admin import AdminSite
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from unfold.widgets import UnfoldAdminTextareaWidget

from orders.models import Order
from orders.services import exclude_orders, include_orders
from shopops.accounts.models import User


class ReasonForm(forms.Form):
    """Why; the audit log keeps it, and the merchant reads it beside the order."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=200,
        widget=UnfoldAdminTextareaWidget,
        help_text=gettext_lazy("What shows that these orders are malicious, or that they are not."),
    )


def leave_out(request: HttpRequest, orders: QuerySet[Order], site: AdminSite) -> HttpResponse | None:
    """Ask for the reason, then leave the orders out."""
    return _mark(
        request,
        orders,
        site,
        service=exclude_orders,
        action="leave_out",
        title=_("Leave orders out of every metric"),
        verb=_("Leave out"),
        explanation=_("Counters, metrics, scores and warnings go on without these orders and their reviews, at once."),
    )


def count_again(request: HttpRequest, orders: QuerySet[Order], site: AdminSite) -> HttpResponse | None:
    """Ask for the reason, then count the orders again."""
    return _mark(
        request,
        orders,
        site,
        service=include_orders,
        action="count_again",
        title=_("Count orders again"),
        verb=_("Count again"),
        explanation=_("Counters, metrics, scores and warnings include these orders and their reviews again, at once."),
    )


def _mark(
    request: HttpRequest,
    orders: QuerySet[Order],
    site: AdminSite,
    *,
    service: Callable[..., int],
    action: str,
    **words: str,
) -> HttpResponse | None:
    form = ReasonForm(request.POST if "confirmed" in request.POST else None)
    if form.is_valid():
        done = service(
            order_ids=list(orders.values_list("pk", flat=True)),
            reason=form.cleaned_data["reason"],
            actor=cast(User, request.user),
        )
        messages.success(
            request, ngettext("%(count)d order changed.", "%(count)d orders changed.", done) % {"count": done}
        )
        return None
    context: dict[str, Any] = {
        **site.each_context(request),
        **words,
        "form": form,
        "orders": orders,
        "action": action,
        "back": reverse("admin:orders_order_changelist"),
    }
    return render(request, "orders/console/mark.html", context)
