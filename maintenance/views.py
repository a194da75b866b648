"""The portal's page of a window: what it means for this merchant."""

import datetime as dt
from dataclasses import replace

from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from maintenance import selectors, words
from maintenance.checks import orders_sentence
from maintenance.models import Audience, Impact, Window
from maintenance.status import looks
from maintenance.status.build import matrix
from merchants.portal import PortalRequest, portal_page
from orders.models import Order
from orders.selectors import open_orders_between
from shopops.clocks.models import Feature
from shopops.notifications.kinds import message_kinds
from shopops.notifications.selectors import proof_of_notice
from shopops.ui import formats
from shopops.ui.items import Line, Step

#: Orders listed on the page; the order list has the rest.
LISTED = 50


@portal_page(needs="maintenance.view")
def window(request: PortalRequest, pk: int) -> HttpResponse:
    """Show an announced window with the merchant's own orders and clocks in it."""
    found = selectors.public_windows().filter(pk=pk).first()
    if found is None:
        raise Http404
    now = timezone.now()
    impacts = list(found.impacts.all())
    orders = _orders(found, impacts, request.merchant.pk)
    context = {
        "window": found,
        "look": looks.state_look(found.state),
        "heading": heading(found, impacts, now),
        "facts": _facts(found),
        "steps": _steps(found),
        "what": _what_it_means(found, impacts, request.merchant.pk, now),
        "rows": looks.rows(matrix(impacts)),
        "audiences": list(Audience.labels),
        "orders": orders[:LISTED],
        "orders_count": orders.count(),
        "told": [
            (message_kinds.get(delivery.message.kind).label, delivery)
            for delivery in proof_of_notice(found).filter(recipient=request.user)
        ],
        "is_ahead": found.state == Window.State.ANNOUNCED and now < found.starts_at,
        "nav_current": "home",
    }
    return render(request, "maintenance/window.html", context)


def heading(found: Window, impacts: list[Impact], now: dt.datetime) -> str:
    """Say where the window stands, as it concerns merchants."""
    if found.state == Window.State.CANCELLED:
        return _("Cancelled: %(title)s") % {"title": found.title}
    if found.state == Window.State.COMPLETED:
        return _("Completed: %(title)s") % {"title": found.title}
    if now >= found.ends_at:
        return _("Being verified: %(title)s") % {"title": found.title}
    return words.headline(found, impacts, now)


def _orders(found: Window, impacts: list[Impact], merchant_id: int) -> QuerySet[Order]:
    """Orders to ship inside the window, when shipping is stopped by it."""
    if not any(impact.pauses_clocks and impact.service == Feature.SHIPPING for impact in impacts):
        return Order.objects.none()
    return open_orders_between(merchant_id, found.starts_at, found.ends_at)


def _facts(found: Window) -> list[tuple[str, str]]:
    facts = [
        (_("When"), words.when(found.starts_at, found.ends_at)),
        (_("Length"), formats.duration(found.length)),
        (_("Kind"), found.get_kind_display()),
        (_("Zone"), formats.zone_label(now=found.starts_at)),
    ]
    if found.previous_starts_at and found.previous_ends_at:
        facts.append((_("Times before the change"), words.when(found.previous_starts_at, found.previous_ends_at)))
    if found.actual_ended_at:
        facts.append((_("Completed"), formats.due(found.actual_ended_at, year="never")))
    return facts


def _steps(found: Window) -> list[Step]:
    if found.state == Window.State.CANCELLED:
        return []
    assert found.announced_at is not None  # public windows are announced
    steps = looks.progress(
        state=found.state,
        revision=found.times_revision,
        scheduled_at=found.scheduled_at,
        announced_at=found.announced_at,
        starts_at=found.starts_at,
        ends_at=found.ends_at,
    )
    if found.actual_ended_at:
        steps[-1] = replace(steps[-1], note=formats.at(found.actual_ended_at))
    return steps


def _what_it_means(found: Window, impacts: list[Impact], merchant_id: int, now: dt.datetime) -> list[Line]:
    """The consequences in sentences, those that need an action first."""
    if found.state == Window.State.CANCELLED:
        return [Line(_("Everything works as always"), _("Deadlines are not moved."), icon="ok", tone="ok")]
    lines: list[Line] = []
    if sentence := orders_sentence(found, impacts, merchant_id):
        lines.append(Line(_("Orders"), sentence, icon="orders", tone="info"))
    if paused := [impact.service for impact in impacts if impact.pauses_clocks]:
        said = {"services": words.services(paused), "length": formats.duration(found.length)}
        text = (
            _("The clocks of %(services)s stood still for %(length)s.")
            if found.actual_ended_at
            else _("The clocks of %(services)s stand still for %(length)s. You need not ask for it.")
        ) % said
        lines.append(Line(_("Deadlines"), text, icon="pause", tone="info"))
    else:
        lines.append(Line(_("Deadlines"), _("They stay as they are."), icon="clock", tone="neutral"))
    if any(impact.audience == Audience.MERCHANTS and impact.mode == "messages_lost" for impact in impacts):
        text = _("Messages sent during the window may not arrive. Check the lists yourself afterwards.")
        lines.append(Line(_("Messages"), text, icon="mail", tone="caution"))
    if systems := words.impact_lines(impacts, Audience.SYSTEMS):
        text = _("Systems that you connected meet the same limits; see the table. Let them retry afterwards.")
        lines.append(Line(_("Connected systems"), text, icon="link", tone="info" if systems else "neutral"))
    return lines
