"""Agreement figures of a queue's second reads, read from the table."""

import datetime as dt
from collections import Counter, defaultdict
from dataclasses import dataclass

from django.db.models import Count
from django.db.models.functions import TruncMonth
from django.utils import timezone

from shopops.accounts.models import User
from shopops.work.agreement import Agreement, agreement
from shopops.work.models import SecondRead
from shopops.work.queues import Queue

Pairs = Counter[tuple[str, str]]


@dataclass(frozen=True)
class Figures:
    """All reads of a queue, by whose decisions were read (None: a rule's), by month (marketplace months, the newest
    first), and how often each first verdict met each second one. `waiting`: drawn and not read yet."""

    all: Agreement
    by_person: list[tuple[User | None, Agreement]]
    by_month: list[tuple[dt.date, Agreement]]
    table: list[tuple[object, list[int]]]
    verdicts: list[object]
    waiting: int


def figures(queue: Queue) -> Figures:
    """Count the second reads of a queue; three statements."""
    assert queue.second_reads is not None
    reads = SecondRead.objects.filter(queue=queue.code)
    zone = timezone.get_default_timezone()
    counted = (
        reads.filter(second_at__isnull=False)
        .order_by()
        .values("first_by", "first_verdict", "second_verdict", month=TruncMonth("second_at", tzinfo=zone))
        .annotate(number=Count("*"))
    )
    everything: Pairs = Counter()
    people: dict[int | None, Pairs] = defaultdict(Counter)
    months: dict[dt.date, Pairs] = defaultdict(Counter)
    for row in counted:
        pair = (row["first_verdict"], row["second_verdict"])
        for pairs in (everything, people[row["first_by"]], months[row["month"].date()]):
            pairs[pair] += row["number"]
    names = User.objects.in_bulk([pk for pk in people if pk is not None])
    verdicts = queue.second_reads.verdicts
    return Figures(
        all=agreement(everything),
        by_person=sorted(
            ((names[pk] if pk is not None else None, agreement(pairs)) for pk, pairs in people.items()),
            key=lambda row: (row[0] is None, str(row[0])),
        ),
        by_month=[(month, agreement(months[month])) for month in sorted(months, reverse=True)],
        table=[(verdicts[first], [everything[first, second] for second in verdicts]) for first in verdicts],
        verdicts=list(verdicts.values()),
        waiting=reads.filter(second_at__isnull=True, item__left_at__isnull=True).count(),
    )
