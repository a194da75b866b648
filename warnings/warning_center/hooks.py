"""What webhooks tell of warnings."""

from typing import Any

from shopops.webhooks.catalogue import Payload
from warning_center.models import Warning


def _warning(warning: Warning) -> dict[str, Any]:
    return {
        "rule": warning.rule,
        "intensity": warning.intensity,
        "opened_at": warning.opened_at,
        "closed_at": warning.closed_at,
    }


WARNING = Payload(
    "warnings.warning",
    _warning,
    {"rule": "late_shipment", "intensity": 3, "opened_at": "2026-11-20T01:00:00Z", "closed_at": None},
)
