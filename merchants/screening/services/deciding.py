"""Letting the rule approve: only while its record is good enough, nobody stopped it, and no person has the case."""

import zlib
from enum import StrEnum

from django.db import connection, transaction
from django.utils import timezone

from merchants import services as onboarding
from merchants.models import Application, Recheck
from merchants.screening import record
from merchants.screening.policy import active
from merchants.screening.services.recording import judge_application
from merchants.services.queueing import item_of
from shopops.policies.selectors import NoPolicy
from shopops.work.claiming import holder_of

#: Automatic approvals are decided one after the other, so that the daily cap holds.
_LOCK = zlib.crc32(b"merchants.screening.decide")


class Outcome(StrEnum):
    """What became of an application that the rule looked at."""

    APPROVED = "approved"
    NOT_WAITING = "not_waiting"
    WITH_PERSON = "with_person"
    CHECKS_OWED = "checks_owed"
    WOULD_NOT = "would_not"
    RECORDS_ONLY = "records_only"
    STOPPED = "stopped"
    NOT_PROVED = "not_proved"
    DRAWN = "drawn"
    CAP = "cap"


@transaction.atomic
def decide(*, application: Application) -> Outcome:
    """Judge an application on the facts of this moment, and approve it when everything allows that.

    Idempotent: one that is decided, or that a person has, is left alone. The mode of the policy alone is not enough:
    while the record is below the policy's own floor nothing is approved, whatever was published.
    """
    _alone()
    locked = Application.objects.select_for_update(of=("self",)).get(pk=application.pk)
    if locked.state not in (Application.State.SUBMITTED, Application.State.RESUBMITTED):
        return Outcome.WITH_PERSON if locked.state == Application.State.IN_REVIEW else Outcome.NOT_WAITING
    item = item_of(locked)
    if item is None:
        return Outcome.NOT_WAITING
    if holder_of(item) is not None:
        return Outcome.WITH_PERSON
    if Recheck.objects.filter(pk=locked.pk).exists():
        return Outcome.CHECKS_OWED  # a fact has changed and the checks do not know it yet; the sweep comes back
    try:
        version, policy = active()
    except NoPolicy:
        return Outcome.RECORDS_ONLY
    verdict = judge_application(application=locked)
    if verdict is None or not verdict.would_approve:
        return Outcome.WOULD_NOT
    now = timezone.now()
    if (kept := record.kept_back(policy, now)) is not None:
        return Outcome(kept)
    if verdict.for_people:
        return Outcome.DRAWN
    if record.approved_today(now) >= policy.daily_cap:
        return Outcome.CAP
    onboarding.approve_by_rule(application=locked, version=version)
    return Outcome.APPROVED


def may_approve_now() -> bool:
    """Whether the rule approves at all at this moment; asked before work is handed to a worker."""
    try:
        _version, policy = active()
    except NoPolicy:
        return False
    return record.kept_back(policy, timezone.now()) is None


def _alone() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
