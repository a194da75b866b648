"""What webhooks tell of changes: names of fields and codes, never values, and nobody's words."""

from typing import Any

from merchants.changes import policy
from merchants.changes.fields import DOCUMENT_PREFIX
from merchants.changes.models import Campaign, ChangeRequest, ContactChange, ExpiryNotice, Verification
from merchants.changes.selectors import latest_decision, marketplace_day
from shopops.webhooks.catalogue import Payload


def _change(request: ChangeRequest) -> dict[str, Any]:
    fields = list(request.values.values_list("field", flat=True))
    decision = latest_decision(request)
    told = request.state in (ChangeRequest.State.NEEDS_INFO, ChangeRequest.State.REJECTED)
    return {
        "kind": request.kind,
        "fields": [field for field in fields if not policy.is_document(field)],
        "documents": [field.removeprefix(DOCUMENT_PREFIX) for field in fields if policy.is_document(field)],
        "submissions": request.submissions,
        "reason_codes": list(decision.reasons) if decision and told else [],
    }


def _contacts(change: ContactChange) -> dict[str, Any]:
    return {"fields": list(change.fields), "changed_at": change.at}


def _expiry(notice: ExpiryNotice) -> dict[str, Any]:
    return {
        "document": notice.document_id,
        "type": notice.document.type,
        "expires_on": notice.expires_on,
        "days_left": (notice.expires_on - marketplace_day(notice.as_of)).days,
        "step": notice.step,
    }


def _verification(verification: Verification) -> dict[str, Any]:
    return {"campaign": str(verification.campaign), "due_on": verification.due_on, "done_at": verification.done_at}


def _campaign(campaign: Campaign) -> dict[str, Any]:
    return {"month": str(campaign), "extended_days": campaign.extended_days}


PAYLOADS = (
    Payload(
        "changes.changerequest",
        _change,
        {"kind": "facts", "fields": ["address"], "documents": [], "submissions": 1, "reason_codes": []},
    ),
    Payload("changes.contactchange", _contacts, {"fields": ["contact_phone"], "changed_at": "2026-11-20T01:00:00Z"}),
    Payload(
        "changes.expirynotice",
        _expiry,
        {"document": 41, "type": "business_licence", "expires_on": "2026-12-02", "days_left": 12, "step": 15},
    ),
    Payload("changes.verification", _verification, {"campaign": "2026-11", "due_on": "2026-12-20", "done_at": None}),
    Payload("changes.campaign", _campaign, {"month": "2026-11", "extended_days": 7}),
)
