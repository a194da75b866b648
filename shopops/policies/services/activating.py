"""Bringing approved versions into force."""

import datetime as dt
import logging

from django.db import transaction
from django.utils.translation import gettext as _

from shopops.jobs.registry import Progress
from shopops.policies.bodies import InvalidPolicy, validated
from shopops.policies.kinds import kinds
from shopops.policies.models import PolicyVersion
from shopops.policies.notice import missing_proof
from shopops.policies.selectors import active_version
from shopops.policies.services.locking import lock_policy
from shopops.transitions.handler import TransitionRefused, perform

logger = logging.getLogger(__name__)
State = PolicyVersion.State


@transaction.atomic
def bring_into_force(version: PolicyVersion, *, at: dt.datetime) -> PolicyVersion:
    """Activate an approved version and retire the one in force, in one transaction.

    Raises TransitionRefused when it waits no longer, and Held when it may not come into force yet.
    """
    lock_policy(version.kind, version.key)
    version = PolicyVersion.objects.get(pk=version.pk)
    if why := held_because(version, at):
        raise Held(why)
    current = active_version(version.kind, version.key)
    if current is not None and version.state == State.SCHEDULED:
        perform(current, "retire", actor=None, at=at)
    return perform(version, "activate", actor=None, policy_version_id=version.notice_policy_id, at=at)


class Held(Exception):
    """An approved version cannot come into force; the message says why. It is tried again every minute."""


def held_because(version: PolicyVersion, at: dt.datetime) -> str:
    """Say what keeps an approved version from coming into force at `at`: no proof of notice, or a body that no longer
    fits its type. Empty when nothing does."""
    if version.kind not in kinds:
        return _("No part of the product reads this kind any more.")
    try:
        validated(kinds.get(version.kind), version.body)
    except InvalidPolicy as error:
        return error.on_page
    return missing_proof(version, at)


def activate_due(as_of: dt.datetime, progress: Progress) -> dict[str, int]:
    """Bring every approved version into force whose moment has come, the earliest first. The job of every minute."""
    due = PolicyVersion.objects.filter(state=State.SCHEDULED, effective_from__lte=as_of)
    counts = {"activated": 0, "held": 0}
    versions = list(due.order_by("effective_from", "approved_at", "number"))
    for done, version in enumerate(versions, start=1):
        try:
            bring_into_force(version, at=as_of)
            counts["activated"] += 1
        except Held as why:
            logger.warning("%s waits: %s", version, why)
            counts["held"] += 1
        except TransitionRefused:
            pass  # called off, or brought into force by somebody else, in this moment
        progress(done, len(versions))
    return counts
