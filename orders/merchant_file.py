"""What orders add to a merchant's file: milestones on the timeline, figures, a part."""

import datetime as dt
from typing import Any

from django.db import connection
from django.db.models import Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from merchants.file.parts import Figure, Figures, Part
from merchants.file.slices import about, audited
from merchants.file.timeline import Entry, Source
from merchants.models import Merchant
from orders import selectors
from orders.listing import COUNT_LIMIT, capped_count
from orders.models import Order, WindowCounter
from shopops.ui import formats

VIEW = "orders.view_order"
#: Numbers of orders that are worth a line.
MILESTONES = (100, 1_000, 10_000, 100_000, 1_000_000)
ROWS = 25

#: The days on which the running sum of a merchant's counted orders passed a milestone; one row of counters a day.
_PASSED = """
SELECT milestone, min(day) FROM (
    SELECT day, sum(orders) OVER (ORDER BY day) AS total FROM orders_daycounter WHERE merchant_id = %s
) AS running CROSS JOIN unnest(%s) AS milestone
WHERE total >= milestone GROUP BY milestone"""


def entries(merchant: Merchant, before: dt.datetime | None, limit: int) -> list[Entry]:
    """The first order and round numbers of them; orders that were left out of the metrics, or count again."""
    page = f"{reverse('merchant_file:file', args=[merchant.pk])}?part=orders"
    where = about(Order) & Q(merchant_id=merchant.pk, action__in=("orders.excluded", "orders.included"))
    marked = [
        Entry(each.at, each.action_in_words, " · ".join(filter(None, (each.target_name, each.reason))), page,
              "caution", each.actor_name)
        for each in audited(where, before, limit)
    ]  # fmt: skip
    found = [*_milestones(merchant, page), *marked]
    told = [each for each in found if before is None or each.at < before]
    return sorted(told, key=lambda entry: entry.at, reverse=True)[:limit]


def told(merchant: Merchant, before: dt.datetime | None, limit: int) -> list[Entry]:
    """Milestones alone, for the shop."""
    found = [each for each in _milestones(merchant, reverse("orders:list")) if before is None or each.at < before]
    return sorted(found, key=lambda entry: entry.at, reverse=True)[:limit]


def _milestones(merchant: Merchant, url: str) -> list[Entry]:
    first = Order.objects.filter(merchant_id=merchant.pk).order_by("placed_at", "pk").values_list("placed_at")[:1]
    found = [Entry(at, _("First order"), url=url, tone="ok") for (at,) in first]
    with connection.cursor() as cursor:
        cursor.execute(_PASSED, [merchant.pk, list(MILESTONES)])
        passed = cursor.fetchall()
    now = timezone.now()
    for number, day in passed:
        at = selectors.start_of(day)
        if at < now:
            found.append(
                Entry(at, _("%(number)s orders counted") % {"number": formats.num(number)}, url=url, tone="ok")
            )
    return found


def figures(merchant: Merchant, now: dt.datetime) -> list[Figure]:
    """Orders of the last 30 counted days, and what waits to be shipped."""
    window = WindowCounter.objects.filter(merchant_id=merchant.pk).values_list("orders_30", flat=True).first()
    work = selectors.open_summary(merchant.pk, now)
    note = (
        ngettext("%(number)s order overdue", "%(number)s orders overdue", work.overdue)
        % {"number": formats.num(work.overdue)}
        if work.overdue
        else ""
    )
    return [
        Figure(_("Orders, 30 days"), formats.num(window or 0)),
        Figure(_("To ship"), formats.num(work.to_ship), note, "caution" if work.overdue else "",
               _("Overdue") if work.overdue else ""),
    ]  # fmt: skip


def part(request: HttpRequest, merchant: Merchant) -> dict[str, Any]:
    """Counts by what a list would show, and the newest orders."""
    now = timezone.now()
    mine = Order.objects.filter(merchant_id=merchant.pk)
    counts = {
        _("To ship"): capped_count(mine.open()),
        _("Overdue"): capped_count(mine.late().open().filter(ship_by__lt=now)),
        _("Left out of the metrics"): capped_count(mine.filter(is_excluded=True)),
    }
    listing = reverse("admin:orders_order_changelist")
    return {
        "order_counts": [(name, _capped(count)) for name, count in counts.items()],
        "orders": mine.order_by("-placed_at", "-pk")[:ROWS],
        "orders_url": f"{listing}?q={merchant.external_id or merchant.shop_name}",
    }


def _capped(count: int) -> str:
    return f"{formats.num(COUNT_LIMIT)}+" if count > COUNT_LIMIT else formats.num(count)


SOURCE = Source("orders", gettext_lazy("Orders"), "orders", entries, VIEW, told, needs="orders.view")
FIGURES = Figures("orders", figures, VIEW, order=10)
PART = Part("orders", gettext_lazy("Orders"), "orders/file_part.html", part, VIEW, order=50)


def register() -> None:
    """Contribute to the file; for `AppConfig.ready`."""
    from merchants.file import parts
    from merchants.file.timeline import sources

    sources.register(SOURCE)
    parts.figures.register(FIGURES)
    parts.parts.register(PART)
