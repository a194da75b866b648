"""One queue: what waits, narrowed and in pages, with the buttons to take, give and open it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from shopops.accounts.models import User
from shopops.adminbase import console_page
from shopops.ui.paging import address
from shopops.work import assigning, forecasting
from shopops.work.claiming import Refused, next_for
from shopops.work.models import Risk, WorkItem
from shopops.work.news import tell_news
from shopops.work.picture import flow_picture, forecast_picture
from shopops.work.queues import Queue
from shopops.work.selectors import Filters, page, waiting
from shopops.work.sla import Clocks
from shopops.work.views.common import ASSIGN, VIEW, back, open_queue, page_context, person

PAGE = 50


@console_page(VIEW)
@require_safe
def queue_page(request: HttpRequest, queue: str) -> HttpResponse:
    """The list of a queue by risk and age, with its forecast and its flow."""
    found, user = open_queue(request, queue), person(request)
    tell_news(request, user)
    clocks = Clocks()
    filters = _filters(request, found)
    items = filters.apply(waiting(found.code, clocks.now), user, clocks)
    shown = page(items, clocks, request.GET.get("cursor", ""), PAGE)
    may_assign = user.has_perm(ASSIGN)
    context = page_context(
        request,
        str(found.label),
        queue=found,
        rows=[(row, found.skill_label(row.item.skill), found.url_of(row.item)) for row in shown.rows],
        next=address(request, cursor=shown.next) if shown.next else "",
        first=address(request, cursor=None) if "cursor" in request.GET else "",
        filters=filters,
        risks=Risk.choices,
        skills=[(skill.code, skill.label) for skill in found.skills],
        may_assign=may_assign,
        people=assigning.people_for(found) if may_assign else [],
        forecast=forecast_picture(forecasting.forecasts([found], clocks).get(found.code)),
        flow=flow_picture(forecasting.flow(found.code, clocks.now)),
        here=request.get_full_path(),
    )
    return render(request, "admin/work/queue.html", context)


def _filters(request: HttpRequest, queue: Queue) -> Filters:
    """What the address asks for; unknown words do not narrow."""
    whose, risk, skill = (request.GET.get(name, "") for name in ("whose", "risk", "skill"))
    return Filters(
        mine=whose == "mine",
        unclaimed=whose == "nobody",
        overdue=request.GET.get("overdue") == "1",
        skill=skill if skill in {each.code for each in queue.skills} else "",
        risk=int(risk) if risk.isdigit() and int(risk) in Risk.values else None,
    )


@console_page(VIEW)
@require_POST
def next_item(request: HttpRequest, queue: str) -> HttpResponse:
    """Claim the next item for the reader and open its workbench."""
    found, user = open_queue(request, queue), person(request)
    item = next_for(user, found.code)
    if item is None:
        messages.info(request, _("%(queue)s: nothing is free for you right now.") % {"queue": found.label})
        return redirect(back(request, reverse("work:queue", args=[found.code])))
    return redirect(found.url_of(item))


@console_page(VIEW, ASSIGN)
@require_POST
def assign_many(request: HttpRequest, queue: str) -> HttpResponse:
    """Give the ticked items to one person; those that somebody works on stay there."""
    found = open_queue(request, queue)
    to = User.objects.filter(pk=_number(request.POST.get("to", ""))).first()
    ids = [_number(value) for value in request.POST.getlist("item")[:PAGE]]
    target = back(request, reverse("work:queue", args=[found.code]))
    if to is None or not ids:
        messages.error(request, _("Tick the items and choose who gets them."))
        return redirect(target)
    given = 0
    for item in WorkItem.objects.filter(queue=found.code, pk__in=ids).order_by("id"):
        try:
            assigning.assign(item=item, to=to, by=person(request))
            given += 1
        except Refused as error:
            messages.warning(request, f"{item.label}: {error}")
    if given:
        words = ngettext("%(count)s item assigned to %(name)s.", "%(count)s items assigned to %(name)s.", given)
        messages.success(request, words % {"count": given, "name": to})
    return redirect(target)


def _number(text: str) -> int:
    return int(text) if text.isdigit() and len(text) < 19 else 0
