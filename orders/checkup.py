"""What orders contribute to a merchant's home: a cause to rule out, things to do, the count in the navigation."""

import datetime as dt

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from orders import clock
from orders.selectors import open_orders
from shopops.checkup import Cause, Check, Finding, ToDo, ToDos
from shopops.ui import formats


def evaluate(merchant_id: int, now: dt.datetime) -> Finding:
    """Overdue orders are worth watching: they make a shop abnormal only through the figures that rules watch."""
    work = clock.to_ship(merchant_id, now)
    page = reverse("orders:list")
    if work.overdue:
        text = ngettext(
            "%(overdue)s order is overdue; %(number)s to ship in all.",
            "%(overdue)s orders are overdue; %(number)s to ship in all.",
            work.overdue,
        ) % {"overdue": formats.num(work.overdue), "number": formats.num(work.count)}
        return Finding("caution", _("Watch"), text, url=page, link=_("Open orders"))
    if not work.count:
        return Finding("ok", _("Normal"), _("No order waits to be shipped."))
    text = ngettext(
        "%(number)s order to ship, not overdue.", "%(number)s orders to ship, none overdue.", work.count
    ) % {"number": formats.num(work.count)}
    return Finding("ok", _("Normal"), text, url=page, link=_("Open orders"))


def todos(merchant_id: int, now: dt.datetime) -> list[ToDo]:
    """Ship what is overdue, and what is due next."""
    work = clock.to_ship(merchant_id, now)
    page = reverse("orders:list")
    found = []
    if work.overdue and work.overdue_since:
        title = ngettext("%(number)s order is overdue", "%(number)s orders are overdue", work.overdue)
        found.append(
            ToDo(
                title=title % {"number": formats.num(work.overdue)},
                text=_("Ship these first: their buyers wait, and they count as shipped late."),
                due=work.overdue_since,
                verb=_("Ship"),
                url=page,
            )
        )
    ready = work.count - work.overdue
    if ready and work.next_due:
        title = ngettext("%(number)s order is ready to ship", "%(number)s orders are ready to ship", ready)
        found.append(
            ToDo(
                title=title % {"number": formats.num(ready)},
                text=_("The time is that of the order due first."),
                due=work.next_due,
                verb=_("Ship"),
                url=page,
            )
        )
    return found


def to_ship_count(request: HttpRequest) -> int:
    """Orders to ship, for the navigation."""
    return open_orders(request.merchant.pk).count()  # type: ignore[attr-defined]


CHECK = Check("orders", Cause.ORDERS, evaluate, needs="orders.view")
TODOS = ToDos("orders", todos, needs="orders.handle")
