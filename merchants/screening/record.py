"""How good the rule is: its verdicts compared with what people decided on the same submissions.

Precision is the share of what it would approve that people approved; coverage the share of applications that it would
approve. Counted in SQL; the intervals are Wilson's, 95 %.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.utils import timezone

from merchants.models import Application
from merchants.screening.models import Stop
from merchants.screening.policy import AutoApprovalPolicy
from shopops.metrics.intervals import wilson

#: Each side of a 95 % interval.
CONFIDENCE = 0.975


@dataclass(frozen=True)
class Figures:
    """`verdicts` on submissions; of these it `would` approve; of these people decided on `met` and approved `right`.

    `missed`: people approved what it would not.
    """

    verdicts: int = 0
    would: int = 0
    met: int = 0
    right: int = 0
    missed: int = 0

    @property
    def wrong(self) -> int:
        """It would have approved, people did not."""
        return self.met - self.right

    @property
    def precision(self) -> float | None:
        return self.right / self.met if self.met else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """The 95 % interval of the precision."""
        return wilson(self.right, self.met, CONFIDENCE) if self.met else None

    @property
    def coverage(self) -> float | None:
        return self.would / self.verdicts if self.verdicts else None

    def is_enough(self, policy: AutoApprovalPolicy) -> bool:
        """Whether the record reaches the policy's own floor: its sample, and the lower bound of its precision."""
        return bool(self.met >= policy.min_sample and self.interval and self.interval[0] >= policy.min_precision)


# The last verdict of each submission under the criteria, with the decision of a person on it if there is one.
_LATEST = """
    WITH latest AS (
        SELECT DISTINCT ON (v.application_id, v.submission)
               v.application_id, v.submission, v.would_approve, v.judged_at
        FROM screening_verdict v
        WHERE v.criteria = %(criteria)s AND v.judged_at >= %(since)s AND v.judged_at < %(until)s
        ORDER BY v.application_id, v.submission, v.judged_at DESC
    )
    SELECT {key}, count(*), count(*) FILTER (WHERE l.would_approve),
           count(*) FILTER (WHERE l.would_approve AND d.id IS NOT NULL),
           count(*) FILTER (WHERE l.would_approve AND d.kind = 'approve'),
           count(*) FILTER (WHERE NOT l.would_approve AND d.kind = 'approve')
    FROM latest l
    JOIN merchants_application a ON a.id = l.application_id
    LEFT JOIN merchants_decision d ON d.application_id = l.application_id AND d.submission = l.submission
         AND d.kind IN ('approve', 'needs_info', 'reject') AND d.by_id IS NOT NULL
    GROUP BY 1 ORDER BY 1
"""
_KEYS = {
    "": "''",
    "category": "a.category",
    "week": "to_char(date_trunc('week', l.judged_at AT TIME ZONE %(zone)s), 'YYYY-MM-DD')",
}
_BY_VERSION = """
    SELECT v.version_id, count(*), count(*) FILTER (WHERE v.would_approve),
           count(*) FILTER (WHERE v.would_approve AND d.id IS NOT NULL),
           count(*) FILTER (WHERE v.would_approve AND d.kind = 'approve'),
           count(*) FILTER (WHERE NOT v.would_approve AND d.kind = 'approve')
    FROM screening_verdict v
    LEFT JOIN merchants_decision d ON d.application_id = v.application_id AND d.submission = v.submission
         AND d.kind IN ('approve', 'needs_info', 'reject') AND d.by_id IS NOT NULL
    WHERE v.judged_at >= %(since)s AND v.judged_at < %(until)s
    GROUP BY 1 ORDER BY 1 DESC
"""


def figures(criteria: str, since: dt.datetime, until: dt.datetime, by: str = "") -> dict[str, Figures]:
    """Count verdicts under some criteria by nothing, "category" or "week" (its Monday); one statement."""
    asked: dict[str, Any] = {
        "criteria": criteria,
        "since": since,
        "until": until,
        "zone": str(timezone.get_default_timezone()),
    }
    with connection.cursor() as cursor:
        cursor.execute(_LATEST.format(key=_KEYS[by]), asked)
        return {str(key): Figures(*numbers) for key, *numbers in cursor.fetchall()}


def by_version(since: dt.datetime, until: dt.datetime) -> dict[int, Figures]:
    """Count verdicts of every version, those in shadow too, by the version's id; one statement."""
    with connection.cursor() as cursor:
        cursor.execute(_BY_VERSION, {"since": since, "until": until})
        return {int(key): Figures(*numbers) for key, *numbers in cursor.fetchall()}


def of_policy(policy: AutoApprovalPolicy, now: dt.datetime) -> Figures:
    """The record that a policy is held to: of its criteria, over its own window."""
    since = now - dt.timedelta(days=policy.window_days)
    return figures(policy.criteria, since, now + dt.timedelta(seconds=1)).get("", Figures())


def kept_back(policy: AutoApprovalPolicy, now: dt.datetime) -> str | None:
    """What keeps the rule from approving anything: "records_only", "stopped", "not_proved"; None when nothing does."""
    if policy.mode != "approve":
        return "records_only"
    if Stop.objects.filter(is_standing=True).exists():
        return "stopped"
    return None if of_policy(policy, now).is_enough(policy) else "not_proved"


def approved_today(now: dt.datetime) -> int:
    """How many the rule has approved on the present marketplace day."""
    day = timezone.localtime(now, timezone.get_default_timezone()).replace(hour=0, minute=0, second=0, microsecond=0)
    return Application.objects.filter(auto_version__isnull=False, decided_at__gte=day).count()


_REASONS = """
    SELECT reason->>'code', count(DISTINCT (v.application_id, v.submission))
    FROM screening_verdict v, jsonb_array_elements(v.reasons) reason
    WHERE v.criteria = %s AND v.judged_at >= %s AND v.judged_at < %s
    GROUP BY 1 ORDER BY 2 DESC, 1
"""


def reasons_against(criteria: str, since: dt.datetime, until: dt.datetime) -> list[tuple[str, int]]:
    """For how many submissions each reason stood against an approval, the most frequent first; one statement."""
    with connection.cursor() as cursor:
        cursor.execute(_REASONS, [criteria, since, until])
        return [(str(code), int(count)) for code, count in cursor.fetchall()]
