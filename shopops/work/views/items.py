"""One item: why it waits, how it stands, what happened to it, and the buttons."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from shopops.accounts.models import User
from shopops.adminbase import console_page
from shopops.work import assigning, viewing
from shopops.work.claiming import Refused, claim, holder_of, release, release_all
from shopops.work.models import WorkItem
from shopops.work.news import tell_news
from shopops.work.queues import Queue
from shopops.work.selectors import history
from shopops.work.sla import Clocks
from shopops.work.views.common import ASSIGN, VIEW, back, open_item, page_context, person


@console_page(VIEW)
@require_safe
def item_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Reasons, due time and history of an item; where it is worked on is a link away."""
    item, queue = open_item(request, pk)
    tell_news(request, person(request))
    return render(request, "admin/work/item.html", _context(request, item, queue))


def _context(request: HttpRequest, item: WorkItem, queue: Queue) -> dict[str, Any]:
    user = person(request)
    holder, since = holder_of(item) or (None, None)
    is_open = item.left_at is None
    may_assign = user.has_perm(ASSIGN) and is_open
    return page_context(
        request,
        item.label,
        item=item,
        queue=queue,
        skill=queue.skill_label(item.skill),
        standing=Clocks.of([item]).standing(item),
        reasons=item.reasons.all(),
        events=history(item),
        holder=holder,
        since=since,
        is_mine=holder == user,
        is_open=is_open,
        may_claim=is_open and holder is None and user.pk not in item.not_for,
        may_take_over=is_open and holder not in (None, user) and user.has_perm(queue.take_over),
        people=[each for each in assigning.people_for(queue) if each.pk not in item.not_for] if may_assign else [],
        workbench=queue.url_of(item) if queue.item_url else "",
        others=viewing.look(item, user) if is_open else [],
    )


@console_page(VIEW)
@require_POST
def claim_item(request: HttpRequest, pk: int) -> HttpResponse:
    """Take an item that nobody has."""
    item, queue = open_item(request, pk)
    try:
        claim(item=item, user=person(request))
    except Refused as error:
        messages.error(request, str(error))
        return redirect(back(request, reverse("work:item", args=[pk])))
    return redirect(queue.url_of(item))


@console_page(VIEW)
@require_POST
def release_item(request: HttpRequest, pk: int) -> HttpResponse:
    """Give one's item back."""
    item, queue = open_item(request, pk)
    if release(item=item, user=person(request)):
        messages.success(request, _("%(what)s is free again.") % {"what": item.label})
    else:
        messages.warning(request, _("You do not have this any more. Nothing changed."))
    return redirect(back(request, reverse("work:queue", args=[queue.code])))


@console_page(VIEW)
@require_POST
def release_mine(request: HttpRequest) -> HttpResponse:
    """Give everything back, before a holiday for instance."""
    count = release_all(user=person(request))
    words = ngettext("%(count)s item is free again.", "%(count)s items are free again.", count)
    messages.success(request, words % {"count": count})
    return redirect(back(request, reverse("admin:index")))


@console_page(VIEW)
def take_over(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask first (who has it, since when), then take it; the colleague is told."""
    item, queue = open_item(request, pk)
    user = person(request)
    if not user.has_perm(queue.take_over):
        raise PermissionDenied
    holder, since = holder_of(item) or (None, None)
    if request.method == "POST":
        try:
            claim(item=item, user=user, take_over=True)
        except Refused as error:
            messages.error(request, str(error))
            return redirect("work:item", pk)
        return redirect(queue.url_of(item))
    if item.left_at is not None or holder in (None, user):
        return redirect("work:item", pk)
    context = page_context(
        request, _("Take over from %(name)s?") % {"name": holder}, item=item, queue=queue, holder=holder, since=since
    )
    return render(request, "admin/work/take_over.html", context)


@console_page(VIEW, ASSIGN)
@require_POST
def assign_item(request: HttpRequest, pk: int) -> HttpResponse:
    """Give an item to somebody, also when another has it: a supervisor decides that on the item's page."""
    item, _queue = open_item(request, pk)
    chosen = request.POST.get("to", "")
    to = get_object_or_404(User, pk=int(chosen) if chosen.isdigit() and len(chosen) < 19 else 0)
    try:
        assigning.assign(item=item, to=to, by=person(request), take_over=True)
        messages.success(request, _("%(what)s is assigned to %(name)s.") % {"what": item.label, "name": to})
    except Refused as error:
        messages.error(request, str(error))
    return redirect(back(request, reverse("work:item", args=[pk])))


@console_page(VIEW)
@require_safe
def viewing_now(request: HttpRequest, pk: int) -> HttpResponse:
    """The heartbeat of a browser that shows an item: notes it, answers who else does."""
    item, _queue = open_item(request, pk)
    context = {"item": item, "others": viewing.look(item, person(request)), "beat": viewing.BEAT}
    return render(request, "work/viewing.html", context)
