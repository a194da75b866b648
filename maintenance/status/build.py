"""Building the snapshot from windows and incidents. Nothing is shown that nobody recorded."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable

from django.utils import timezone

from maintenance import selectors
from maintenance.models import Audience, Impact, Incident, Mode, Window
from maintenance.models.choices import HARMLESS, SEVERITY
from maintenance.policy import policy_of
from maintenance.status import feeds
from maintenance.status.snapshot import (
    DAYS,
    Cell,
    DayEvents,
    DayStatus,
    Event,
    IncidentStatus,
    Row,
    ServiceStatus,
    Snapshot,
    WindowStatus,
)
from shopops.clocks.models import Feature
from shopops.clocks.pure import Interval, merged
from shopops.policies.kinds import Text

TONES = ["ok", "info", "caution", "danger"]
SEVERITY_TONES = {Incident.Severity.DEGRADED: "caution", Incident.Severity.OUTAGE: "danger"}


def build(now: dt.datetime) -> Snapshot:
    """Read the database and return the snapshot of that moment."""
    since = _day_start(_today(now) - dt.timedelta(days=DAYS - 1))
    past = list(
        selectors.public_windows()
        .filter(actual_started_at__lte=now, ends_at__gt=since)
        .exclude(state=Window.State.CANCELLED)
        .order_by("starts_at", "id")
    )
    going_on = list(selectors.going_on(now).order_by("starts_at", "id"))
    past += [window for window in going_on if window not in past]
    incidents = [
        incident
        for incident in Incident.objects.filter(started_at__lte=now).order_by("started_at", "id")
        if incident.ended_at is None or incident.ended_at > since
    ]
    open_incidents = [each for each in incidents if each.ended_at is None or each.ended_at > now]
    shown = [*going_on, *selectors.verifying(now).order_by("starts_at", "id"), *selectors.ahead(now)]
    return Snapshot(
        checked_at=now,
        services=tuple(_service(code, past, going_on, incidents, open_incidents, now) for code in Feature.values),
        windows=tuple(_window(window) for window in shown),
        incidents=tuple(_incident(incident) for incident in reversed(open_incidents)),
        history=_history(past, incidents, since, now),
        news=feeds.news(),
        calendar=feeds.calendar_entries(now),
    )


def matrix(impacts: Iterable[Impact]) -> tuple[Row, ...]:
    """Services × audiences; a cell that nobody wrote works. Services without any row are left out."""
    cells = {(impact.service, impact.audience): impact for impact in impacts}
    return tuple(
        Row(
            service=code,
            cells=tuple(
                Cell(audience, impact.mode, Text(en=impact.note_en, zh=impact.note_zh))
                if (impact := cells.get((code, audience)))
                else Cell(audience, Mode.WORKS, Text(en="", zh=""))
                for audience in Audience.values
            ),
        )
        for code in Feature.values
        if any((code, audience) in cells for audience in Audience.values)
    )


def _window(window: Window) -> WindowStatus:
    impacts = list(window.impacts.all())
    assert window.announced_at is not None  # only announced windows are public
    return WindowStatus(
        pk=window.pk,
        title=Text(en=window.title_en, zh=window.title_zh),
        summary=Text(en=window.summary_en, zh=window.summary_zh),
        kind=window.kind,
        state=window.state,
        starts_at=window.starts_at,
        ends_at=window.ends_at,
        revision=window.times_revision,
        scheduled_at=window.scheduled_at,
        announced_at=window.announced_at,
        first_ends_at=window.first_ends_at,
        told=selectors.coverage(window).ratio,
        target=policy_of(window).coverage_target,
        rows=matrix(impacts),
        pauses=any(impact.pauses_clocks for impact in impacts),
    )


def _incident(incident: Incident) -> IncidentStatus:
    return IncidentStatus(
        pk=incident.pk,
        service=incident.service,
        severity=incident.severity,
        started_at=incident.started_at,
        title=Text(en=incident.title_en, zh=incident.title_zh),
        text=Text(en=incident.text_en, zh=incident.text_zh),
    )


def _service(
    code: str,
    past: list[Window],
    going_on: list[Window],
    incidents: list[Incident],
    open_incidents: list[Incident],
    now: dt.datetime,
) -> ServiceStatus:
    mode = max((_worst(window, code) for window in going_on), key=SEVERITY.index, default=Mode.WORKS)
    severities = {incident.severity for incident in open_incidents if incident.service == code}
    if severities:
        state = "outage" if Incident.Severity.OUTAGE in severities else "degraded"
    else:
        state = "works" if mode in HARMLESS else "planned"
    troubles = _troubles(code, past, incidents, now)
    return ServiceStatus(
        code=code,
        state=state,
        mode=mode,
        days=tuple(_days(troubles, now)),
        available=_available(troubles, now),
    )


def _worst(window: Window, code: str) -> Mode:
    modes = [Mode(impact.mode) for impact in window.impacts.all() if impact.service == code]
    return max(modes, key=SEVERITY.index, default=Mode.WORKS)


#: When, how bad the day looks, and whether the service was away.
Trouble = tuple[Interval, str, bool]


def _troubles(code: str, past: list[Window], incidents: list[Incident], now: dt.datetime) -> list[Trouble]:
    found: list[Trouble] = []
    for window in past:
        worst = _worst(window, code)
        start, end = _actual(window, now)
        if worst not in HARMLESS and end > start:
            found.append((Interval(start, end), "info", worst == Mode.DOWN))
    for incident in incidents:
        end = incident.ended_at or now
        if incident.service == code and end > incident.started_at:
            is_away = incident.severity == Incident.Severity.OUTAGE
            tone = SEVERITY_TONES[Incident.Severity(incident.severity)]
            found.append((Interval(incident.started_at, end), tone, is_away))
    return found


def _actual(window: Window, now: dt.datetime) -> tuple[dt.datetime, dt.datetime]:
    """When services were really hit: until the promised end or a sooner completion, and not beyond now."""
    end = min(window.actual_ended_at or window.ends_at, window.ends_at, now)
    return window.actual_started_at or window.starts_at, end


def _days(troubles: list[Trouble], now: dt.datetime) -> Iterable[DayStatus]:
    today = _today(now)
    for back in range(DAYS - 1, -1, -1):
        date = today - dt.timedelta(days=back)
        opens, closes = _day_start(date), _day_start(date + dt.timedelta(days=1))
        tones = [tone for when, tone, _away in troubles if when.start < closes and when.end > opens]
        yield DayStatus(date, max(tones, key=TONES.index, default="ok"))


def _available(troubles: list[Trouble], now: dt.datetime) -> float:
    since = _day_start(_today(now) - dt.timedelta(days=DAYS - 1))
    away = [
        Interval(max(when.start, since), min(when.end, now))
        for when, _tone, is_away in troubles
        if is_away and when.end > since and when.start < now
    ]
    lost = sum((interval.length for interval in merged(away)), dt.timedelta())
    return 1 - lost / (now - since) if now > since else 1.0


def _history(
    past: list[Window], incidents: list[Incident], since: dt.datetime, now: dt.datetime
) -> tuple[DayEvents, ...]:
    days: dict[dt.date, list[Event]] = defaultdict(list)
    for window in past:
        is_over = window.state == Window.State.COMPLETED
        event = Event(
            kind="planned",
            title=Text(en=window.title_en, zh=window.title_zh),
            text=Text(en=window.summary_en, zh=window.summary_zh),
            start=window.actual_started_at or window.starts_at,
            end=window.actual_ended_at if is_over else None,
            planned_end=window.first_ends_at or window.ends_at,
            is_over=is_over,
        )
        days[_local_date(event.start)].append(event)
    for incident in incidents:
        event = Event(
            kind=incident.severity,
            title=Text(en=incident.title_en, zh=incident.title_zh),
            text=Text(en=incident.text_en, zh=incident.text_zh),
            start=incident.started_at,
            end=incident.ended_at,
            planned_end=None,
            is_over=incident.ended_at is not None and incident.ended_at <= now,
        )
        days[max(_local_date(event.start), _local_date(since))].append(event)
    return tuple(
        DayEvents(date, tuple(sorted(days[date], key=lambda event: event.start, reverse=True)))
        for date in sorted(days, reverse=True)
    )


def _today(now: dt.datetime) -> dt.date:
    return _local_date(now)


def _local_date(moment: dt.datetime) -> dt.date:
    """The marketplace's day, whoever looks at the page."""
    return timezone.localtime(moment, timezone.get_default_timezone()).date()


def _day_start(date: dt.date) -> dt.datetime:
    return dt.datetime.combine(date, dt.time(), timezone.get_default_timezone())
