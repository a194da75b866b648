"""A renewed document ends its warnings at once, not with the next run of the job."""

from typing import Any

from django.utils import timezone

from shopops.audit.models import Entry
from shopops.transitions.handler import TransitionRefused
from warning_center import services
from warning_center.measuring import Gauge
from warning_center.models import Warning
from warning_center.policy import DocumentRule
from warning_center.rules import Verdict
from warning_center.texts import rule_of

#: The event of an approved change; the object is the request.
APPROVED = "changes.request.approved"


def revoke_settled(request: Any, _entry: Entry) -> None:
    """Revoke the warnings of the shop whose document is replaced; inside the transaction of the approval."""
    now = timezone.now()
    live = Warning.objects.filter(merchant_id=request.merchant_id, state__in=Warning.LIVE, subject_key__gt="")
    for warning in live.order_by("pk"):
        rule = rule_of(warning)
        if not isinstance(rule, DocumentRule):
            continue
        gauge = Gauge.of_rule(rule, as_of=now, merchant_id=warning.merchant_id)
        measurement = gauge.measure(rule, warning.merchant_id).get(warning.subject_key)
        if measurement is None or measurement.judgement.verdict == Verdict.CLEAR:
            try:
                services.revoke(warning=warning, measurement=measurement, at=now)
            except TransitionRefused:
                continue  # the job was faster
