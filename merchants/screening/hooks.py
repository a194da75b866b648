"""What webhooks tell of opinions: who was asked stays inside, what they think goes out as a code."""

from typing import Any

from merchants.screening.models import OpinionRequest
from shopops.webhooks.catalogue import Payload


def _opinion(request: OpinionRequest) -> dict[str, Any]:
    return {
        "application": request.application.number,
        "submission": request.submission,
        "opinion": request.view or None,
        "reason_codes": list(request.reasons),
    }


OPINION = Payload(
    "screening.opinionrequest",
    _opinion,
    {"application": "A-261121-0042", "submission": 1, "opinion": "needs_info", "reason_codes": ["legal_name"]},
)
