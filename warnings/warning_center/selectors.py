"""Reading warnings, scoped by who asks."""

from collections import Counter
from collections.abc import Iterable, Sequence

from django.db.models import Count, Prefetch, QuerySet

from warning_center.models import Finding, Warning, WarningFact

#: What a warning stands on: its opening, or when it was raised last.
AGAINST = (Finding.Outcome.OPENED, Finding.Outcome.ESCALATED)


def of_merchants(merchant_ids: Iterable[int]) -> QuerySet[Warning]:
    """The warnings of some shops, the newest first."""
    return Warning.objects.filter(merchant_id__in=list(merchant_ids))


def live(merchant_id: int) -> QuerySet[Warning]:
    """A shop's warnings that are not closed, the strongest first."""
    return Warning.objects.filter(merchant_id=merchant_id, state__in=Warning.LIVE).order_by(
        "-intensity", "opened_at", "id"
    )


def counts_by_state(warnings: QuerySet[Warning]) -> Counter[str]:
    """How many warnings are in each state."""
    rows = warnings.order_by().values("state").annotate(count=Count("id"))
    return Counter({row["state"]: row["count"] for row in rows})


def standing_finding(findings: Sequence[Finding]) -> Finding | None:
    """Of a warning's findings, oldest first, the one it stands on: of its opening, or when it was raised last."""
    return next((finding for finding in reversed(findings) if finding.outcome in AGAINST), None)


def facts_of(finding: Finding | None) -> QuerySet[WarningFact]:
    """The facts behind a finding, the worst first as they were collected."""
    return WarningFact.objects.filter(finding=finding) if finding else WarningFact.objects.none()


def opened_by_rule() -> dict[tuple[int, str], int]:
    """How many warnings each rule has issued, by (policy version id, rule code)."""
    rows = Warning.objects.order_by().values_list("policy_version_id", "rule").annotate(count=Count("id"))
    return {(version_id, rule): count for version_id, rule, count in rows}


def live_with_facts() -> QuerySet[Warning]:
    """Every live warning with the finding it stands on and the facts behind it, by merchant; for the command line."""
    findings = Finding.objects.filter(outcome__in=AGAINST).order_by("-id").prefetch_related("facts")
    return (
        Warning.objects.filter(state__in=Warning.LIVE)
        .select_related("merchant", "policy_version")
        .prefetch_related(Prefetch("findings", queryset=findings))
        .order_by("merchant_id", "id")
    )
