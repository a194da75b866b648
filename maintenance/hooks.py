"""What webhooks tell of maintenance windows."""

from typing import Any

from maintenance.models import Window
from shopops.webhooks.catalogue import Payload


def _window(window: Window) -> dict[str, Any]:
    return {
        "kind": window.kind,
        "starts_at": window.starts_at,
        "ends_at": window.ends_at,
        "impacts": [
            {"service": impact.service, "audience": impact.audience, "mode": impact.mode}
            for impact in window.impacts.order_by("id")
        ],
    }


WINDOW = Payload(
    "maintenance.window",
    _window,
    {
        "kind": "server",
        "starts_at": "2026-11-26T18:00:00Z",
        "ends_at": "2026-11-26T21:00:00Z",
        "impacts": [{"service": "shipping", "audience": "merchants", "mode": "down"}],
    },
)
