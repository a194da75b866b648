"""Re-verification campaigns in the console: progress, lists, pause, extend."""

from typing import Any

from django.contrib import admin, messages
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from merchants.changes import services
from merchants.changes.errors import OnboardingError
from merchants.changes.models import Campaign, Verification
from merchants.changes.services.campaigns import MANAGE
from merchants.views.common import person
from shopops.adminbase import console_page
from shopops.transitions.handler import TransitionRefused

VIEW = "changes.view_verification"
_PAGE = 50
State = Verification.State
_COUNTS = {
    "total": Count("verifications"),
    "open": Count("verifications", filter=Q(verifications__state=State.OPEN)),
    "overdue": Count("verifications", filter=Q(verifications__state=State.OVERDUE)),
    "in_check": Count("verifications", filter=Q(verifications__state=State.IN_CHECK)),
    "done": Count("verifications", filter=Q(verifications__state=State.DONE)),
}
TONES = {"open": "info", "overdue": "danger", "in_check": "caution", "done": "ok", "cancelled": "neutral"}


@console_page(VIEW)
@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """All campaigns, the newest first, with how far they are."""
    rows = [_row(each) for each in Campaign.objects.annotate(**_COUNTS).order_by("-month")[:60]]
    return render(request, "admin/changes/campaigns.html", _context(request, _("Re-verification"), rows=rows))


def _row(campaign: Any) -> dict[str, Any]:
    answered = campaign.done + campaign.in_check
    return {
        "campaign": campaign,
        "answered": answered,
        "share": answered / campaign.total if campaign.total else 0,
    }


def _context(request: HttpRequest, title: str, **more: Any) -> dict[str, Any]:
    may = person(request).has_perm(MANAGE)
    return {**admin.site.each_context(request), "title": title, "may_manage": may, **more}


@console_page(VIEW)
@require_safe
def progress(request: HttpRequest, pk: int) -> HttpResponse:
    """One campaign: counts, and the shops by state, day and name."""
    campaign: Any = get_object_or_404(Campaign.objects.annotate(**_COUNTS), pk=pk)
    state, name = request.GET.get("state", ""), request.GET.get("q", "").strip()[:100]
    found = campaign.verifications.select_related("merchant").order_by("due_on", "id")
    found = found.annotate(answers_given=Count("answers"))
    if state in State.values:
        found = found.filter(state=state)
    elif state == "late":
        found = found.filter(state__in=Verification.WAITING, due_on__lt=timezone.localdate())
    if name:
        found = found.filter(Q(merchant__shop_name__icontains=name) | Q(merchant__legal_name__icontains=name))
    context = _context(
        request,
        _("Re-verification %(month)s") % {"month": campaign},
        campaign=campaign,
        row=_row(campaign),
        page=Paginator(found, _PAGE).get_page(request.GET.get("page")),
        states=[("", _("All")), ("late", _("Past the last day")), *State.choices],
        state=state,
        q=name,
        tones=TONES,
        figures=[
            (_("Asked"), campaign.total),
            (_("Open"), campaign.open),
            (_("Overdue"), campaign.overdue),
            (_("Being checked"), campaign.in_check),
            (_("Done"), campaign.done),
        ],
    )
    return render(request, "admin/changes/campaign.html", context)


@console_page(VIEW, MANAGE)
@require_POST
def act(request: HttpRequest, pk: int) -> HttpResponse:
    """Pause, go on, or give more days."""
    campaign, user = get_object_or_404(Campaign, pk=pk), person(request)
    verb = request.POST.get("verb", "")
    try:
        if verb == "pause":
            services.pause(campaign=campaign, actor=user)
            messages.success(request, _("Paused: nobody is reminded, nothing becomes overdue."))
        elif verb == "resume":
            services.resume(campaign=campaign, actor=user)
            messages.success(request, _("Goes on: the days of the pause are added."))
        elif verb == "extend":
            days = request.POST.get("days", "")
            services.extend(
                campaign=campaign,
                days=int(days) if days.isdecimal() and len(days) < 4 else 0,
                actor=user,
                reason=request.POST.get("reason", ""),
            )
            messages.success(request, _("Extended: the shops see the new day."))
        else:
            raise Http404
    except (OnboardingError, TransitionRefused) as error:
        messages.error(request, str(error))
    return redirect("change_desk:campaign", pk)
