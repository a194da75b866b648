"""What webhooks tell of complaints. Who complained and in which words stays here."""

from typing import Any

from complaints.models import Complaint
from shopops.webhooks.catalogue import Payload


def _complaint(complaint: Complaint) -> dict[str, Any]:
    return {
        "class": complaint.kind,
        "order_reference": complaint.order_reference,
        "filed_at": complaint.filed_at,
        "answer_due": complaint.answer_due,
    }


COMPLAINT = Payload(
    "complaints.complaint",
    _complaint,
    {
        "class": "logistics",
        "order_reference": "20261120-0042",
        "filed_at": "2026-11-20T01:00:00Z",
        "answer_due": "2026-11-22T01:00:00Z",
    },
)
