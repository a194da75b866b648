"""Warnings in the portal: list, detail, and what the merchant can do."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import F, QuerySet
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_POST, require_safe

from merchants.portal import PortalRequest, own_object, portal_page
from shopops.csvfiles import csv_file
from shopops.policies.models import PolicyVersion
from shopops.policies.selectors import NoPolicy
from shopops.transitions.handler import TransitionRefused
from shopops.ui import formats
from shopops.ui.paging import address
from warning_center import facts, page, selectors, services
from warning_center.choices import Unit
from warning_center.clock import clock_of, due_dates
from warning_center.export import warning_rows
from warning_center.forms import FilterForm, SubmitForm
from warning_center.models import Warning
from warning_center.policy import KIND, rules_in_force, rules_of
from warning_center.rulebook import rulebook
from warning_center.texts import RuleWords

PAGE = 20
FACTS_SHOWN = 10
MAX_EXPORT = 10_000

#: Tabs of the list: code → states.
TABS: dict[str, tuple[str, ...]] = {
    "live": Warning.LIVE,
    "revoked": (Warning.State.REVOKED,),
    "expired": (Warning.State.EXPIRED,),
    "all": tuple(Warning.State.values),
}

#: How each state is shown: tone and icon of its tag.
STATE_TAGS = {
    Warning.State.OPEN: ("danger", "warning"),
    Warning.State.ACKNOWLEDGED: ("caution", "ok"),
    Warning.State.RECTIFYING: ("caution", "clock"),
    Warning.State.SUBMITTED: ("info", "clock"),
    Warning.State.REVOKED: ("ok", ""),
    Warning.State.EXPIRED: ("danger", ""),
}


def _filtered(request: PortalRequest, tab: str) -> tuple[FilterForm, QuerySet[Warning], QuerySet[Warning]]:
    """The filter form, all warnings that pass it, and those of the tab in their order."""
    form = FilterForm(request.GET)
    chosen = form.cleaned_data if form.is_valid() else {}
    matching = selectors.of_merchants([request.merchant.pk]).filter(**{k: v for k, v in chosen.items() if v})
    shown = matching.filter(state__in=TABS[tab])
    if tab == "live":
        # What runs out first; pauses move neighbours alike, so the allowed time alone will do.
        shown = shown.order_by(F("opened_at") + F("allowed"), "id")
    return form, matching, shown


@require_safe
@portal_page(needs="warnings.view")
def warning_list(request: PortalRequest) -> HttpResponse:
    """The shop's warnings by state, with filters."""
    tab = request.GET.get("tab", "")
    tab = tab if tab in TABS else "live"
    form, matching, shown = _filtered(request, tab)
    counts = selectors.counts_by_state(matching)
    found = Paginator(shown, PAGE).get_page(request.GET.get("page"))
    warnings = list(found.object_list)
    due = due_dates(warnings)
    names = {"live": _("To do"), "revoked": _("Revoked"), "expired": pgettext("warning", "Expired"), "all": _("All")}
    context = {
        "tab": tab,
        "tabs": [
            {
                "name": names[code],
                "url": address(request, tab=code, page=None),
                "current": code == tab,
                "count": sum(counts[state] for state in states),
                "tone": "danger" if code == "live" else "neutral",
            }
            for code, states in TABS.items()
        ],
        "live": sum(counts[state] for state in Warning.LIVE),
        "page": found,
        "rows": [(warning, due[warning.pk], *STATE_TAGS[Warning.State(warning.state)]) for warning in warnings],
        "form": form,
        "is_filtered": form.is_valid() and any(form.cleaned_data.values()),
        "unfiltered_url": address(request, type=None, intensity=None, page=None),
        "export_url": f"{reverse('warnings:export')}{address(request, tab=tab, page=None)}",
        "nav_current": "warnings",
    }
    return render(request, "warnings/list.html", context)


@require_safe
@portal_page(needs="warnings.view")
def export(request: PortalRequest) -> HttpResponseBase:
    """The list with its tab and filters as a file; the first 10,000 rows."""
    tab = request.GET.get("tab", "")
    _form, _matching, shown = _filtered(request, tab if tab in TABS else "all")
    rows = warning_rows(
        list(shown.select_related("merchant", "policy_version").defer("policy_version__body")[:MAX_EXPORT])
    )
    return csv_file(f"warnings-{timezone.localdate().isoformat()}", rows)


def _own(request: PortalRequest, number: str) -> Warning:
    return own_object(request, Warning.objects.select_related("merchant", "policy_version"), number=number)


@require_safe
@portal_page(needs="warnings.view", any_shop=True)
def detail(request: PortalRequest, number: str) -> HttpResponse:
    """One warning: what was found, why it matters, what to do, what does not count, until when."""
    warning = _own(request, number)
    return render(request, "warnings/detail.html", _detail(warning))


def _detail(warning: Warning, form: SubmitForm | None = None) -> dict[str, Any]:
    now = timezone.now()
    findings = list(warning.findings.all())
    standing = selectors.standing_finding(findings)
    shown = list(selectors.facts_of(standing)[:FACTS_SHOWN])
    happened = page.events(warning, findings)
    clock = clock_of(warning, now)
    tone, icon = STATE_TAGS[Warning.State(warning.state)]
    return {
        "warning": warning,
        "words": RuleWords.of(warning),
        "state_tone": tone,
        "state_icon": icon,
        "days_counted": _days_counted(warning),
        "table": facts.table(shown, now),
        "fact_count": selectors.facts_of(standing).count(),
        "facts_shown": len(shown),
        "steps": page.steps(warning, happened),
        "clock": clock,
        "timeline": page.timeline(warning, happened, clock.due),
        "told": page.told(warning),
        "form": form or SubmitForm(initial={"seen": findings[-1].pk}),
        "nav_current": "warnings",
    }


def _days_counted(warning: Warning) -> str:
    if warning.unit == Unit.DAYS:
        return _("as of %(day)s") % {"day": formats.day(warning.last_day)}
    return formats.span(warning.window_start, warning.last_day)


@require_safe
@portal_page(needs="warnings.view", any_shop=True)
def facts_csv(request: PortalRequest, number: str) -> HttpResponseBase:
    """All facts of the finding, with all their values."""
    warning = _own(request, number)
    standing = selectors.standing_finding(list(warning.findings.all()))
    return csv_file(f"{warning.number}-facts", facts.csv_rows(selectors.facts_of(standing)))


@require_POST
@portal_page(needs="warnings.answer", any_shop=True)
def acknowledge(request: PortalRequest, number: str) -> HttpResponse:
    """ "I have read it." """
    warning = _own(request, number)
    try:
        services.acknowledge(warning=warning, actor=request.user)
        messages.success(request, _("Acknowledged. The time to rectify keeps running."))
    except TransitionRefused:
        _say_it_moved_on(request)
    return redirect(warning)


@require_POST
@portal_page(needs="warnings.answer", any_shop=True)
def rectify(request: PortalRequest, number: str) -> HttpResponse:
    """ "We are at it." """
    warning = _own(request, number)
    try:
        services.start_rectifying(warning=warning, actor=request.user)
        messages.success(request, _("Recorded that you rectify. Submit for re-check when you are done."))
    except TransitionRefused:
        _say_it_moved_on(request)
    return redirect(warning)


@require_POST
@portal_page(needs="warnings.answer", any_shop=True)
def submit(request: PortalRequest, number: str) -> HttpResponse:
    """ "Done, look again." The answer is on the page that follows."""
    warning = _own(request, number)
    form = SubmitForm(request.POST)
    if not form.is_valid():
        return render(request, "warnings/detail.html", _detail(warning, form), status=422)
    try:
        checked = services.submit(warning=warning, actor=request.user, at=timezone.now(), **form.cleaned_data)
    except TransitionRefused:
        _say_it_moved_on(request)
        return redirect(warning)
    if checked.state == Warning.State.REVOKED:
        messages.success(request, _("The re-check passed. The warning is revoked."))
    else:
        messages.warning(request, _("The re-check did not pass. Under “What happened” stands what was measured."))
    return redirect(warning)


def _say_it_moved_on(request: PortalRequest) -> None:
    messages.info(request, _("This was recorded already, or the warning has moved on. Nothing was changed."))


@require_safe
@portal_page(needs="warnings.view")
def rules(request: PortalRequest, version: int | None = None) -> HttpResponse:
    """The rules of a version, by default the one in force, with their limits."""
    try:
        in_force, _body = rules_in_force()
    except NoPolicy:
        raise Http404 from None
    chosen = in_force
    if version is not None:
        published = PolicyVersion.objects.filter(kind=KIND).exclude(state=PolicyVersion.State.DRAFT)
        chosen = get_object_or_404(published, number=version)
    context = {
        "version": chosen,
        "is_in_force": chosen.pk == in_force.pk,
        "rules": rulebook(rules_of(chosen.pk)),
        "nav_current": "warnings",
    }
    return render(request, "warnings/rules.html", context)
