"""How reviewers decide: pace, strictness, agreement with second reads, and what was overturned later.

Set-based: a fixed number of statements for any number of reviewers and decisions. A share is shown with its 95 %
interval, and only from MINIMUM cases on: fewer say nothing about a person.
"""

import datetime as dt
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.db.models import Count

from merchants.models import Merchant
from merchants.screening.record import CONFIDENCE
from merchants.services.queueing import QUEUE
from shopops.accounts.models import User
from shopops.metrics.intervals import wilson
from shopops.work.agreement import Agreement, agreement
from shopops.work.models import SecondRead

#: With fewer cases a share is not shown.
MINIMUM = 10
#: A shop that is suspended or closed so soon after it was let in speaks against the approval.
TROUBLE = dt.timedelta(days=90)


@dataclass(frozen=True)
class Share:
    """`hits` of `cases`; with fewer than MINIMUM there is no share to show."""

    hits: int = 0
    cases: int = 0

    @property
    def ratio(self) -> float | None:
        return self.hits / self.cases if self.cases >= MINIMUM else None

    @property
    def interval(self) -> tuple[float, float] | None:
        return wilson(self.hits, self.cases, CONFIDENCE) if self.cases >= MINIMUM else None


@dataclass(frozen=True)
class Row:
    """One reviewer over a period. `decisions` end a submission; proposals to approve stand beside them.

    `overturned` counts, of approvals, rejections and proposals: a rejected applicant approved later, a proposal that
    the second person declined, an approved shop suspended or closed within TROUBLE.
    """

    user: User
    decisions: int = 0
    proposed: int = 0
    approved: Share = field(default_factory=Share)
    corrections: Share = field(default_factory=Share)
    rejected: Share = field(default_factory=Share)
    overturned: Share = field(default_factory=Share)
    in_hand: dt.timedelta | None = None
    reads: Agreement = field(default_factory=lambda: Agreement(0, 0, None))

    @property
    def agreement(self) -> Share:
        return Share(self.reads.agreed, self.reads.reads)

    @property
    def kappa(self) -> float | None:
        return self.reads.kappa if self.reads.reads >= MINIMUM else None


@dataclass(frozen=True)
class OutsideRow:
    """One outside reviewer: requests of the period, and how often the opinion was what was decided then."""

    user: User
    asked: int
    given: int
    withdrawn: int
    agreed: Share
    took: dt.timedelta | None


@dataclass(frozen=True)
class Case:
    """A decision that was overturned: "reapplied", "declined" or "trouble"."""

    application_id: int
    number: str
    shop_name: str
    kind: str
    at: dt.datetime
    why: str


_CASES = """
    WITH cases AS (
        SELECT d.by_id, d.kind, d.at, a.id AS application_id, a.number, a.shop_name, CASE
            WHEN d.kind = 'reject' AND EXISTS (
                SELECT 1 FROM merchants_application later
                WHERE later.previous_id = a.id AND later.state = 'approved') THEN 'reapplied'
            WHEN d.kind = 'propose' AND EXISTS (
                SELECT 1 FROM merchants_decision final
                WHERE final.application_id = d.application_id AND final.submission = d.submission
                  AND final.id > d.id AND final.kind IN ('decline', 'needs_info', 'reject')) THEN 'declined'
            WHEN d.kind = 'approve' AND EXISTS (
                SELECT 1 FROM audit_entry e
                WHERE e.content_type_id = %(shops)s AND e.object_id = a.merchant_id AND e.at >= d.at
                  AND e.at < d.at + %(trouble)s AND e.after->>'state' IN ('suspended', 'closed')) THEN 'trouble'
            ELSE '' END AS why
        FROM merchants_decision d JOIN merchants_application a ON a.id = d.application_id
        WHERE d.by_id IS NOT NULL AND d.kind <> 'decline' AND d.at >= %(since)s AND d.at < %(until)s
    )
"""
_PEOPLE = f"""{_CASES}
    SELECT by_id, count(*) FILTER (WHERE kind <> 'propose'), count(*) FILTER (WHERE kind = 'propose'),
           count(*) FILTER (WHERE kind = 'approve'), count(*) FILTER (WHERE kind = 'needs_info'),
           count(*) FILTER (WHERE kind = 'reject'), count(*) FILTER (WHERE why <> '')
    FROM cases GROUP BY 1
"""  # noqa: S608  # two constants
_OVERTURNED = f"""{_CASES}
    SELECT application_id, number, shop_name, kind, at, why FROM cases
    WHERE why <> '' AND by_id = %(person)s ORDER BY at DESC, application_id LIMIT 100
"""  # noqa: S608
_IN_HAND = """
    SELECT done.actor_id, percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM done.at - begun.at))
    FROM work_workevent done JOIN work_workitem item ON item.id = done.item_id AND item.queue = %(queue)s
    JOIN LATERAL (
        SELECT max(e.at) AS at FROM work_workevent e
        WHERE e.item_id = done.item_id AND e.actor_id = done.actor_id AND e.kind IN ('claimed', 'taken_over')
          AND e.at <= done.at
    ) begun ON begun.at IS NOT NULL
    WHERE done.kind = 'left' AND done.actor_id IS NOT NULL AND done.at >= %(since)s AND done.at < %(until)s
    GROUP BY 1
"""
_OUTSIDE = """
    SELECT o.reviewer_id, count(*), count(*) FILTER (WHERE o.state = 'given'),
           count(*) FILTER (WHERE o.state = 'withdrawn'),
           count(*) FILTER (WHERE o.state = 'given' AND d.kind = o.view),
           count(*) FILTER (WHERE o.state = 'given' AND d.id IS NOT NULL),
           percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM o.closed_at - o.asked_at))
               FILTER (WHERE o.state = 'given')
    FROM screening_opinionrequest o
    LEFT JOIN merchants_decision d ON d.application_id = o.application_id AND d.submission = o.submission
         AND d.kind IN ('approve', 'needs_info', 'reject')
    WHERE o.asked_at >= %(since)s AND o.asked_at < %(until)s
    GROUP BY 1
"""


def reviewers(since: dt.datetime, until: dt.datetime, only: User | None = None) -> list[Row]:
    """Everybody who decided in the period, or one person, by name; four statements."""
    period = _period(since, until)
    counted = {row[0]: row[1:] for row in _rows(_PEOPLE, period)}
    hand = {row[0]: dt.timedelta(seconds=round(row[1])) for row in _rows(_IN_HAND, period | {"queue": QUEUE})}
    reads = _second_reads(since, until)
    known = {only.pk} if only else counted.keys() | reads.keys()
    people = User.objects.in_bulk(known)
    nothing = (0, 0, 0, 0, 0, 0)
    rows = [_row(user, counted.get(pk, nothing), hand.get(pk), reads.get(pk)) for pk, user in people.items()]
    return sorted(rows, key=lambda row: (str(row.user), row.user.pk))


def _row(user: User, counts: tuple[int, ...], in_hand: dt.timedelta | None, reads: Agreement | None) -> Row:
    decisions, proposed, approved, corrections, rejected, overturned = counts
    return Row(
        user=user,
        decisions=decisions,
        proposed=proposed,
        approved=Share(approved, decisions),
        corrections=Share(corrections, decisions),
        rejected=Share(rejected, decisions),
        overturned=Share(overturned, approved + rejected + proposed),
        in_hand=in_hand,
        reads=reads or Agreement(0, 0, None),
    )


def overturned(user: User, since: dt.datetime, until: dt.datetime) -> list[Case]:
    """The decisions of one person that were overturned, the latest first, at most 100; one statement."""
    return [Case(*row) for row in _rows(_OVERTURNED, _period(since, until) | {"person": user.pk})]


def outside(since: dt.datetime, until: dt.datetime) -> list[OutsideRow]:
    """Outside reviewers who were asked in the period, by name; two statements."""
    rows = _rows(_OUTSIDE, {"since": since, "until": until})
    people = User.objects.in_bulk([row[0] for row in rows])
    found = [
        OutsideRow(
            people[pk], asked, given, withdrawn, Share(agreed, met), dt.timedelta(seconds=round(took)) if took else None
        )
        for pk, asked, given, withdrawn, agreed, met, took in rows
    ]
    return sorted(found, key=lambda row: (str(row.user), row.user.pk))


def _second_reads(since: dt.datetime, until: dt.datetime) -> dict[int, Agreement]:
    pairs: dict[int, Counter[tuple[str, str]]] = defaultdict(Counter)
    read = SecondRead.objects.filter(queue=QUEUE, second_at__gte=since, second_at__lt=until, first_by__isnull=False)
    counted = read.order_by().values_list("first_by", "first_verdict", "second_verdict").annotate(number=Count("*"))
    for person, first, second, number in counted:
        pairs[person][first, second] += number
    return {person: agreement(each) for person, each in pairs.items()}


def _period(since: dt.datetime, until: dt.datetime) -> dict[str, Any]:
    shops = ContentType.objects.get_for_model(Merchant).pk
    return {"since": since, "until": until, "shops": shops, "trouble": TROUBLE}


def _rows(statement: str, arguments: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, arguments)
        return list(cursor.fetchall())
