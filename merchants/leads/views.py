"""The funnel in the console: lead, application, approval, first order."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Max, Min
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from merchants.leads import selectors
from merchants.leads.milestones import milestones
from merchants.leads.models import Lead
from shopops.adminbase import console_page
from shopops.csvfiles import csv_file
from shopops.ui import formats

#: As many days as the page shows when nobody chose any.
DAYS = 365
BY = {
    "channel": gettext_lazy("Channel"),
    "segment": gettext_lazy("Segment"),
    "month": gettext_lazy("Month of the first contact"),
}


class FunnelForm(forms.Form):
    """Which leads, and by what they are divided. What cannot be read falls back to what is usual."""

    start = forms.DateField(required=False, label=gettext_lazy("From"), widget=forms.DateInput({"type": "date"}))
    end = forms.DateField(required=False, label=gettext_lazy("Until"), widget=forms.DateInput({"type": "date"}))
    channel = forms.ChoiceField(required=False, label=gettext_lazy("Channel"))
    segment = forms.ChoiceField(required=False, label=gettext_lazy("Segment"))
    by = forms.ChoiceField(required=False, label=gettext_lazy("Divided by"), choices=list(BY.items()))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("channel", "segment"):
            field: Any = self.fields[name]
            field.choices = [("", _("All")), *((each, each) for each in selectors.choices(name))]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        start, end = values.get("start"), values.get("end")
        if start and end and end < start:
            self.add_error("end", _("This day lies before the first one."))
        return values


def _period(values: dict[str, Any]) -> tuple[dt.date, dt.date]:
    """The chosen days; without a choice the year up to the latest lead."""
    latest = Lead.objects.aggregate(first=Min("contacted_on"), last=Max("contacted_on"))
    end = values.get("end") or latest["last"] or timezone.localdate()
    return values.get("start") or max(end - dt.timedelta(days=DAYS), latest["first"] or end), end


def stage_names() -> dict[str, str]:
    """What the stages are called."""
    names = {"lead": _("Leads"), "application": _("Applied"), "approval": _("Approved")}
    return names | {each.code: str(each.label) for each in milestones}


@console_page("leads.view_lead")
@require_safe
def funnel(request: HttpRequest) -> HttpResponse:
    """How many leads became applications, shops, and shops with an order."""
    form = FunnelForm(request.GET)
    values = form.cleaned_data if form.is_valid() else {}
    start, end = _period(values)
    leads = selectors.leads_between(start, end, values.get("channel", ""), values.get("segment", ""))
    by = values.get("by") or "channel"
    total = next(iter(selectors.funnel(leads)), None)
    names = stage_names()
    context = {
        "title": _("Funnel"),
        "form": form,
        "initial": {"start": start.isoformat(), "end": end.isoformat(), "by": by},
        "start": start,
        "end": end,
        "bars": _bars(total, names) if total else [],
        "names": list(names.values()),
        "groups": [(_group(each.key, by), each.stages) for each in selectors.funnel(leads, by)],
        "by": BY[by],
        "without_lead": selectors.without_lead(start, end),
        "query": request.GET.urlencode(),
    }
    return render(request, "leads/funnel.html", {**admin.site.each_context(request), **context})


def _group(key: Any, by: str) -> str:
    if by == "month":
        return formats.day(key, year="always")
    return str(key or _("not known"))


def _bars(total: selectors.Funnel, names: dict[str, str]) -> list[dict[str, Any]]:
    """The stages as bars of an SVG 1000 units wide; a bar is never invisible."""
    return [
        {
            "name": names[stage.code],
            "stage": stage,
            "width": max(4, round(1000 * (stage.of_first or 0))),
        }
        for stage in total.stages
    ]


@console_page("leads.view_lead")
@require_safe
def funnel_csv(request: HttpRequest) -> StreamingHttpResponse:
    """The table of the page as a file."""
    form = FunnelForm(request.GET)
    values = form.cleaned_data if form.is_valid() else {}
    leads = selectors.leads_between(*_period(values), values.get("channel", ""), values.get("segment", ""))
    return csv_file("funnel", _lines(leads, values.get("by") or "channel"))


def _lines(leads: Any, by: str) -> Iterator[list[Any]]:
    names = stage_names()
    heading = [str(BY[by])]
    for name in names.values():
        heading += [name, _("%(stage)s: median days") % {"stage": name}]
    yield heading
    for each in selectors.funnel(leads, by):
        line: list[Any] = [_group(each.key, by)]
        for stage in each.stages:
            line += [stage.count, "" if stage.days is None else round(stage.days, 1)]
        yield line
