"""Orders in the portal: list, file, detail."""

import datetime as dt
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from merchants.portal import PortalRequest, own_object, portal_page
from orders import clock, page
from orders.export import rows
from orders.forms import FilterForm
from orders.listing import COUNT_LIMIT, TABS, Tab, capped_count
from orders.models import Order
from shopops.csvfiles import csv_file
from shopops.ui import formats
from shopops.ui.paging import address

PAGE = 50


def _tab(request: PortalRequest) -> Tab:
    return TABS.get(request.GET.get("tab", ""), TABS["to_ship"])


def _matching(request: PortalRequest, form: FilterForm) -> QuerySet[Order]:
    return Order.objects.filter(merchant_id=request.merchant.pk, **form.conditions)


@require_safe
@portal_page(needs="orders.view")
def order_list(request: PortalRequest) -> HttpResponse:
    """The shop's orders by what is to be done with them, with filters."""
    now = timezone.now()
    tab, form = _tab(request), FilterForm(request.GET)
    matching = _matching(request, form)
    counts = {each.code: capped_count(each.narrow(matching, request.merchant.pk, now)) for each in TABS.values()}
    shown = tab.narrow(matching, request.merchant.pk, now).prefetch_related("lines")
    found = tab.keyset.page(shown, request.GET.get("cursor", ""), PAGE)
    context = {
        "headline": page.headline(clock.to_ship(request.merchant.pk, now)),
        "tab": tab,
        "tabs": [_tab_link(request, each, counts[each.code], is_current=each is tab) for each in TABS.values()],
        "rows": page.rows(found.rows, now),
        "page": found,
        "shown": _shown(len(found.rows), counts[tab.code]),
        "form": form,
        "is_filtered": bool(form.conditions),
        "unfiltered_url": address(request, number=None, state=None, since=None, until=None, cursor=None),
        "export_url": f"{reverse('orders:export')}{address(request, tab=tab.code, cursor=None)}",
        "nav_current": "orders",
    }
    return render(request, "orders/list.html", context)


def _tab_link(request: PortalRequest, tab: Tab, count: int, *, is_current: bool) -> dict[str, Any]:
    is_capped = count > COUNT_LIMIT
    name = str(tab.name)
    if is_capped:
        name = _("%(name)s (over %(limit)s)") % {"name": name, "limit": formats.num(COUNT_LIMIT)}
    return {
        "name": name,
        "url": address(request, tab=tab.code, cursor=None),
        "current": is_current,
        "count": None if is_capped else count,
        "tone": tab.tone,
    }


def _shown(on_page: int, count: int) -> str:
    if not on_page:
        return ""
    numbers = {"shown": formats.num(on_page), "limit": formats.num(COUNT_LIMIT), "count": formats.num(count)}
    if count > COUNT_LIMIT:
        return _("%(shown)s of more than %(limit)s orders") % numbers
    return ngettext("%(shown)s of %(count)s order", "%(shown)s of %(count)s orders", count) % numbers


@require_safe
@portal_page(needs="orders.view")
def export(request: PortalRequest) -> HttpResponseBase:
    """All orders of the tab and its filters as a file, however many."""
    tab, now = _tab(request), timezone.now()
    orders = tab.keyset.sort(tab.narrow(_matching(request, FilterForm(request.GET)), request.merchant.pk, now))
    return csv_file(f"orders-{timezone.localdate().isoformat()}", rows(orders))


@require_safe
@portal_page(needs="orders.view", any_shop=True)
def detail(request: PortalRequest, pk: int) -> HttpResponse:
    """One order: in time or not and by how much, what was ordered, where it is, what the buyer says."""
    order = own_object(request, Order.objects.all(), pk=pk)
    return render(request, "orders/detail.html", _detail(order, timezone.now()))


def _detail(order: Order, now: dt.datetime) -> dict[str, Any]:
    stops = clock.pauses(now)
    due = clock.due_at(order, stops) if order.is_open else None
    shipments, reviews = list(order.shipments.all()), list(order.reviews.order_by("created_at", "id"))
    tone, icon = page.STATE_TAGS[Order.State(order.state)]
    return {
        "order": order,
        "verdict": page.verdict(order, due, now),
        "state_tone": tone,
        "state_icon": icon,
        "shipped_late_by": page.shipped_late_by(order),
        "delivered_late_by": page.delivered_late_by(order),
        "clock": clock.clock_of(order, now),
        "lines": list(order.lines.all()),
        "shipments": shipments,
        "reviews": reviews,
        "timeline": page.timeline(order, shipments, reviews, due, now),
        "nav_current": "orders",
    }
