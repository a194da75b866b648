"""The status as JSON: one document for both languages, the same at /status/ and in the API."""

from typing import Any

from maintenance.models import Audience, Mode
from maintenance.models.choices import SEVERITY
from maintenance.status.snapshot import Row, ServiceStatus, Snapshot, WindowStatus
from shopops.policies.kinds import Text


def as_data(snapshot: Snapshot) -> dict[str, Any]:
    """Return the snapshot as JSON-able values; times are ISO 8601 with their offset."""
    return {
        "checked_at": snapshot.checked_at.isoformat(),
        "state": snapshot.state,
        "services": [_service(service, snapshot) for service in snapshot.services],
        "windows": [_window(window) for window in snapshot.windows],
        "incidents": [
            {
                "id": incident.pk,
                "service": incident.service,
                "severity": incident.severity,
                "started_at": incident.started_at.isoformat(),
                "title": _text(incident.title),
                "text": _text(incident.text),
            }
            for incident in snapshot.incidents
        ],
    }


def _service(service: ServiceStatus, snapshot: Snapshot) -> dict[str, Any]:
    return {
        "code": service.code,
        "state": service.state,
        "audiences": _audiences(service.code, snapshot),
        "available": round(service.available, 6),
        "days": [{"date": day.date.isoformat(), "state": DAY_STATES[day.tone]} for day in service.days],
    }


DAY_STATES = {"ok": "works", "info": "planned", "caution": "degraded", "danger": "outage"}


def _audiences(code: str, snapshot: Snapshot) -> dict[str, str]:
    """How the service behaves for each audience right now, as far as planned work decides it."""
    modes: dict[str, list[Mode]] = {audience: [] for audience in Audience.values}
    for window in snapshot.windows:
        if window.is_on(snapshot.checked_at):
            for cell in (cell for row in window.rows if row.service == code for cell in row.cells):
                modes[cell.audience].append(Mode(cell.mode))
    return {audience: max(found, key=SEVERITY.index, default=Mode.WORKS).value for audience, found in modes.items()}


def _window(window: WindowStatus) -> dict[str, Any]:
    return {
        "id": window.pk,
        "title": _text(window.title),
        "summary": _text(window.summary),
        "kind": window.kind,
        "state": window.state,
        "starts_at": window.starts_at.isoformat(),
        "ends_at": window.ends_at.isoformat(),
        "revision": window.revision,
        "announced_at": window.announced_at.isoformat(),
        "impacts": [impact for row in window.rows for impact in _impacts(row)],
    }


def _impacts(row: Row) -> list[dict[str, Any]]:
    return [
        {"service": row.service, "audience": cell.audience, "mode": cell.mode, "note": _text(cell.note)}
        for cell in row.cells
    ]


def _text(text: Text) -> dict[str, str]:
    return {"en": text.en, "zh": text.zh}
