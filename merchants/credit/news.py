"""Telling who it concerns that a grade changed."""

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence

from django.urls import reverse
from django.utils import timezone

from merchants.credit.models import ScoreSnapshot
from merchants.credit.writing import Written, current_ids
from merchants.portal import people_with
from shopops.accounts.models import User
from shopops.audit import services as audit
from shopops.metrics.selectors import marketplace_day
from shopops.notifications.services import notify

MESSAGE_KIND = "credit.grade_changed"

#: A change is news to a merchant for so long; counting older days fills in history and sends nothing.
NEWS_DAYS = 3


def record_grade_changes(written: Sequence[Written], *, day: dt.date, policy_version_id: int) -> int:
    """Audit every changed grade and tell the merchants; returns how many changed.

    Runs in the transaction that wrote the scores, so a change and its message are both there or both not. A provisional
    grade has no effect, so it is recorded but nobody is told.
    """
    changes = [each for each in written if each.standing_grade and each.standing_grade != each.grade]
    if not changes:
        return 0
    snapshots = ScoreSnapshot.objects.select_related("merchant").in_bulk([each.snapshot_id for each in changes])
    for each in changes:
        audit.record(
            action=MESSAGE_KIND,
            target=snapshots[each.snapshot_id],
            actor=None,
            before={"score": each.standing_score, "grade": each.standing_grade},
            after={"score": each.score, "grade": each.grade},
            policy_version_id=policy_version_id,
        )
    _tell(changes, snapshots, day)
    return len(changes)


def _tell(changes: Sequence[Written], snapshots: dict[int, ScoreSnapshot], day: dt.date) -> None:
    if (marketplace_day(timezone.now()) - day).days > NEWS_DAYS:
        return
    current = current_ids(changes)
    told = [each for each in changes if each.snapshot_id in current and not each.provisional]
    people = _people_of([each.merchant_id for each in told])
    for each in told:
        snapshot = snapshots[each.snapshot_id]
        notify(
            kind=MESSAGE_KIND,
            key=f"{MESSAGE_KIND}:{each.merchant_id}:{day.isoformat()}:{each.standing_grade}{each.grade}",
            recipients=people[each.merchant_id],
            context={
                "shop": snapshot.merchant.shop_name,
                "day": dt.datetime.combine(day, dt.time(), timezone.get_default_timezone()),
                "score": each.score,
                "grade": each.grade,
                "previous_score": each.standing_score,
                "previous_grade": each.standing_grade,
                "is_better": each.grade < str(each.standing_grade),
            },
            url=reverse("credit:score"),
            merchant_id=each.merchant_id,
            target=snapshot,
        )


def _people_of(merchant_ids: Sequence[int]) -> dict[int, list[User]]:
    """Everybody of the merchants who may see the score, in one query."""
    people: dict[int, list[User]] = defaultdict(list)
    for member in people_with(list(merchant_ids), "score.view").select_related("user"):
        people[member.merchant_id].append(member.user)
    return people
