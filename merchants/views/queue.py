"""The reviewers' list of what waits: filters, search, pages by key, rows to tick for a batch."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from merchants import policy, review_list
from merchants.models import Application, Category, ReviewBatch, ShopType
from merchants.review_list import COUNT_TO, Filters, listing
from merchants.services.queueing import QUEUE
from merchants.views.common import person
from merchants.views.review import reviewers_only
from shopops.saved_views.opening import open_with_default
from shopops.ui.paging import address
from shopops.work.assigning import people_for
from shopops.work.models import Risk
from shopops.work.news import tell_news
from shopops.work.queues import queues
from shopops.work.sla import Clocks

#: As many channels as the filter offers.
MOST_CHANNELS = 30
#: Under which its saved views are kept.
SAVED_VIEWS = "review.queue"


@reviewers_only()
@require_safe
def queue_page(request: HttpRequest) -> HttpResponse:
    """What waits, by risk and age."""
    opened = open_with_default(request, SAVED_VIEWS)
    if opened:
        return opened
    user = person(request)
    tell_news(request, user)
    filters, clocks = Filters.read(request.GET), Clocks()
    shown = listing(filters, user, clocks, request.GET.get("cursor", ""), review_list.PAGE)
    context = {
        "listing": shown,
        "filters": filters,
        "next": address(request, cursor=shown.next) if shown.next else "",
        "first": address(request, cursor=None) if "cursor" in request.GET else "",
        "choices": {
            "risk": [(str(value), label) for value, label in Risk.choices],
            "shop_type": ShopType.choices,
            "category": Category.choices,
            "checks": review_list.CHECKS.items(),
            "held": [*review_list.HELD.items(), *((str(each.pk), str(each)) for each in people_for(queues.get(QUEUE)))],
            "channel": [(each, each) for each in _channels()],
        },
        "count_to": COUNT_TO,
        "at_most": policy.active()[1].batches.at_most,
        "batches": ReviewBatch.objects.filter(state=ReviewBatch.State.WAITING).select_related("created_by")[:5],
    }
    return render(request, "merchants/review/queue.html", context)


def _channels() -> list[str]:
    """The channels that open applications came through, by a walk along the index."""
    found: list[str] = []
    there = Application.objects.filter(state__in=Application.OPEN).exclude(channel="").order_by("channel")
    while len(found) < MOST_CHANNELS:
        following = there.filter(channel__gt=found[-1]) if found else there
        channel = following.values_list("channel", flat=True).first()
        if channel is None:
            break
        found.append(channel)
    return found
