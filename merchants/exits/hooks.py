"""What webhooks tell of exits, so that the marketplace stops sales and tells buyers. No word that somebody wrote."""

from typing import Any

from merchants.exits.models import Exit
from shopops.webhooks.catalogue import Payload


def _exit(leaving: Exit) -> dict[str, Any]:
    return {
        "kind": leaving.kind,
        "reasons": list(leaving.reasons),
        "notice_from": leaving.notice_from,
        "notice_until": leaving.notice_until,
        "is_public": leaving.is_public,
        "closed_at": leaving.closed_at,
        "external_id": leaving.merchant.external_id,
    }


EXIT = Payload(
    "exits.exit",
    _exit,
    {
        "kind": "voluntary",
        "reasons": ["business_ends"],
        "notice_from": "2026-11-20T01:00:00Z",
        "notice_until": "2026-12-20T01:00:00Z",
        "is_public": True,
        "closed_at": None,
        "external_id": "S-20931",
    },
)
