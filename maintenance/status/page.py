"""The words and pictures of the status page, from the snapshot, in the reader's language."""

import datetime as dt
import math
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from maintenance import words
from maintenance.models import Audience, Incident, Kind, Mode
from maintenance.status.looks import Look, mode_look, progress, rows, state_look
from maintenance.status.snapshot import Event, ServiceStatus, Snapshot, WindowStatus
from shopops.ui import formats
from shopops.ui.charts import Day
from shopops.ui.items import Step


@dataclass(frozen=True)
class Verdict:
    """The first thing the page says."""

    tone: str
    title: str
    text: str


def context(snapshot: Snapshot) -> dict[str, Any]:
    """Everything the template needs."""
    return {
        "snapshot": snapshot,
        "verdict": verdict(snapshot),
        "windows": [_window(window, snapshot.checked_at) for window in snapshot.windows],
        "services": [_service(service) for service in snapshot.services],
        "interruptions": _interruptions(snapshot),
        "history": [(day.date, [_event(event) for event in day.events]) for day in snapshot.history],
        "today": snapshot.services[0].days[-1].date,
        "first_day": snapshot.services[0].days[0].date,
        "audiences": list(Audience.labels),
    }


def verdict(snapshot: Snapshot) -> Verdict:
    """Say how the platform is: the worst first, and when it was looked at."""
    checked = _("Checked: %(moment)s, %(zone)s.") % {
        "moment": formats.due(snapshot.checked_at, year="always"),
        "zone": formats.zone_label(now=snapshot.checked_at),
    }
    tone, title = _worst(snapshot)
    return Verdict(tone, title, words.paragraph(checked, _next(snapshot)))


def _worst(snapshot: Snapshot) -> tuple[str, str]:
    by_state: dict[str, list[str]] = {}
    for service in snapshot.services:
        by_state.setdefault(service.state, []).append(service.code)
    for state, tone in (("outage", "danger"), ("degraded", "caution"), ("planned", "info")):
        if codes := by_state.get(state):
            return tone, _TITLES[state](len(codes)) % {"services": words.services(codes)}
    number = len(snapshot.services)
    title = ngettext("The service is working", "All %(number)s services are working", number) % {"number": number}
    return "ok", title


def _outage(number: int) -> str:
    return ngettext("%(services)s is out", "%(services)s are out", number)


def _degraded(number: int) -> str:
    return ngettext("%(services)s works slowly or in part", "%(services)s work slowly or in part", number)


def _planned(number: int) -> str:
    return ngettext(
        "%(services)s is interrupted by planned work", "%(services)s are interrupted by planned work", number
    )


_TITLES = {"outage": _outage, "degraded": _degraded, "planned": _planned}


def _next(snapshot: Snapshot) -> str:
    now = snapshot.checked_at
    on = [window for window in snapshot.windows if window.is_on(now)]
    if on:
        end = max(window.ends_at for window in on)
        return _("Planned work ends: %(moment)s.") % {"moment": formats.due(end, now=now)}
    ahead = [window.starts_at for window in snapshot.windows if window.starts_at > now]
    if ahead:
        return _("Next planned work: %(moment)s.") % {"moment": formats.due(min(ahead), now=now)}
    return _("No work is planned.")


def _window(window: WindowStatus, now: dt.datetime) -> dict[str, Any]:
    return {
        "window": window,
        "heading": _heading(window, now),
        "look": state_look(window.state),
        "kind": str(Kind(window.kind).label),
        "facts": _facts(window, now),
        "steps": steps(window),
        "rows": rows(window.rows),
        "calendar_url": reverse("status:window_ical", args=[window.pk]),
    }


def _heading(window: WindowStatus, now: dt.datetime) -> str:
    title = {"title": str(window.title)}
    if window.is_on(now):
        return _("Now: %(title)s") % title
    if window.starts_at > now:
        return _("Planned: %(title)s") % title
    return _("Being verified: %(title)s") % title


def _facts(window: WindowStatus, now: dt.datetime) -> list[tuple[str, str]]:
    facts = [(_("When"), words.when(window.starts_at, window.ends_at))]
    if window.starts_at > now:
        facts.append((_("Starts in"), formats.duration(_whole_minutes(window.starts_at - now))))
    elif window.ends_at > now:
        facts.append((_("Ends in"), formats.duration(_whole_minutes(window.ends_at - now))))
    facts.append((_("Kind"), str(Kind(window.kind).label)))
    if window.told is not None:
        told = {"told": formats.percent(window.told), "target": formats.percent(window.target)}
        facts.append((_("Merchants told"), _("%(told)s (target %(target)s)") % told))
    return facts


def _whole_minutes(span: dt.timedelta) -> dt.timedelta:
    return dt.timedelta(minutes=max(span // dt.timedelta(minutes=1), 1))


def steps(window: WindowStatus) -> list[Step]:
    """Where a window of the snapshot stands."""
    return progress(
        state=window.state,
        revision=window.revision,
        scheduled_at=window.scheduled_at,
        announced_at=window.announced_at,
        starts_at=window.starts_at,
        ends_at=window.ends_at,
    )


def _service(service: ServiceStatus) -> dict[str, Any]:
    summary = _("%(service)s: %(good)s of %(days)s days without interruption, %(available)s available") % {
        "service": service.label,
        "good": service.good_days,
        "days": len(service.days),
        "available": (available := _available(service.available)),
    }
    return {
        "service": service,
        "available": available,
        "summary": summary,
        "days": [Day(day.date, day.tone, _day_text(day.tone)) for day in service.days],
        "look": _service_look(service),
    }


def _available(share: float) -> str:
    """Say a share of time, rounded down: only what was never interrupted is 100%."""
    floored = math.floor(share * 10000) / 10000
    return formats.percent(floored, decimals=0 if floored == 1 else 2)


def _service_look(service: ServiceStatus) -> Look:
    if service.state == "outage":
        return Look("danger", str(Incident.Severity.OUTAGE.label))
    if service.state == "degraded":
        return Look("caution", str(Incident.Severity.DEGRADED.label))
    look = mode_look(service.mode if service.state == "planned" else Mode.WORKS)
    return Look(look.tone, look.text, look.icon)


def _day_text(tone: str) -> str:
    return {
        "ok": pgettext("day", "Working"),
        "info": _("Planned work"),
        "caution": str(Incident.Severity.DEGRADED.label),
        "danger": str(Incident.Severity.OUTAGE.label),
    }[tone]


def _interruptions(snapshot: Snapshot) -> list[tuple[dt.date, str, str]]:
    """Every day of every service that was not all well, newest first: the bars as a table."""
    rows = [
        (day.date, service.label, _day_text(day.tone))
        for service in snapshot.services
        for day in service.days
        if day.tone != "ok"
    ]
    return sorted(rows, key=lambda row: row[0], reverse=True)


def _event(event: Event) -> dict[str, Any]:
    return {"look": _event_look(event), "title": str(event.title), "text": _took(event), "more": str(event.text)}


def _event_look(event: Event) -> Look:
    if event.kind == "planned":
        return Look("info", _("Planned work"), "wrench")
    if event.kind == Incident.Severity.OUTAGE:
        return Look("danger", _("Outage, solved") if event.is_over else str(Incident.Severity.OUTAGE.label))
    return Look("caution", _("Degraded, solved") if event.is_over else str(Incident.Severity.DEGRADED.label))


def _took(event: Event) -> str:
    """Say how long it took; planned work against its plan."""
    if event.end is None:
        return _("Since %(moment)s.") % {"moment": formats.due(event.start, year="never")}
    took = formats.duration(_whole_minutes(event.end - event.start))
    if event.planned_end is None:
        return _("%(span)s, lasted %(took)s.") % {"span": words.when(event.start, event.end), "took": took}
    planned = formats.duration(_whole_minutes(event.planned_end - event.start))
    return _("%(span)s. Planned: %(planned)s, took: %(took)s.") % {
        "span": words.when(event.start, event.end),
        "planned": planned,
        "took": took,
    }
