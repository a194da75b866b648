"""From draft to approved: submitting, the second person's decision, taking back."""

import datetime as dt

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from shopops.accounts.models import User
from shopops.policies import notice
from shopops.policies.bodies import validated
from shopops.policies.kinds import kinds
from shopops.policies.models import Exemption, PolicyVersion
from shopops.policies.naming import policy_name
from shopops.policies.selectors import active_version
from shopops.policies.services.activating import bring_into_force
from shopops.policies.services.locking import lock_policy
from shopops.transitions.handler import perform
from shopops.work import services as work

#: The queue of those who may approve.
QUEUE = "policies"
#: An approval is due so soon, unless the version is to come into force earlier.
APPROVE_WITHIN = dt.timedelta(days=3)

State = PolicyVersion.State


def start_shadow(*, version: PolicyVersion, actor: User) -> PolicyVersion:
    """Fix a draft and have it evaluated and recorded without effect. Raises TransitionRefused."""
    validated(kinds.get(version.kind), version.body)
    return perform(version, "start_shadow", actor=actor)


@transaction.atomic
def submit(
    *,
    version: PolicyVersion,
    actor: User,
    note: str,
    effective_from: dt.datetime | None = None,
    needs_adaptation: bool = False,
    exemption: str = "",
    exemption_reason: str = "",
) -> PolicyVersion:
    """Ask a second person to approve; `effective_from` None means as soon as the notice allows.

    Raises InvalidPolicy when the body does not fit today's type, TooEarly naming the earliest moment, ValidationError
    by field, and TransitionRefused when it is no draft.
    """
    validated(kinds.get(version.kind), version.body)
    _check_proposal(version, note, exemption, exemption_reason)
    proposal: dict[str, object] = {
        "note": note,
        "effective_from": effective_from,
        "needs_adaptation": needs_adaptation,
        "exemption": exemption,
        "exemption_reason": exemption_reason if exemption else "",
    }
    version = perform(version, "submit", actor=actor, reason=note, submitter=actor, proposal=proposal)
    now = timezone.now()
    if effective_from is not None:
        _check_moment(version, effective_from, now)
    work.enter(
        queue=QUEUE,
        target=version,
        label=f"{policy_name(version)} v{version.number}",
        due_at=min(now + APPROVE_WITHIN, effective_from or now + APPROVE_WITHIN),
        risk=2 if exemption else 1,
    )
    return version


def _check_proposal(version: PolicyVersion, note: str, exemption: str, exemption_reason: str) -> None:
    errors: dict[str, str] = {}
    if not note.strip():
        errors["note"] = _("Say why: the second person and the history need it.")
    if exemption and exemption not in Exemption.values:
        errors["exemption"] = _("Choose one of the listed exemptions.")
    if exemption and not exemption_reason.strip():
        errors["exemption_reason"] = _("An exemption needs its reason: which law, which danger.")
    current = active_version(version.kind, version.key)
    if current is not None and current.content_hash == version.content_hash:
        errors["__all__"] = _("This is what is in force already: nothing would change.")
    if errors:
        raise ValidationError(errors)


def _check_moment(version: PolicyVersion, effective_from: dt.datetime, now: dt.datetime) -> None:
    notice.check(version, effective_from, now)
    if effective_from < now:
        raise ValidationError(
            {
                "effective_from": _(
                    "That moment has passed: choose a later one, or leave it empty for the next possible."
                )
            }
        )


@transaction.atomic
def approve(
    *, version: PolicyVersion, actor: User, effective_from: dt.datetime | None = None, reason: str = ""
) -> PolicyVersion:
    """Publish a submitted version: in force at `effective_from`, else as proposed, else as soon as the notice allows.

    Merchants are told in the same transaction. Raises SecondPersonNeeded for anybody who had a hand in it,
    TransitionRefused when somebody was faster, TooEarly naming the earliest moment, InvalidPolicy when the body no
    longer fits today's type, and ValidationError when another approved version has the same moment.
    """
    lock_policy(version.kind, version.key)
    version = PolicyVersion.objects.get(pk=version.pk)
    validated(kinds.get(version.kind), version.body)
    now = timezone.now()
    moment = effective_from or version.effective_from or notice.earliest(version, now)
    days, under, _basis = notice.owed(version)
    _check_moment_is_free(version, moment)
    approved = perform(
        version,
        "approve",
        actor=actor,
        reason=reason,
        policy_version_id=under.pk if under else None,
        approver=actor,
        effective_from=moment,
        days=days,
        under=under,
    )
    _check_moment(approved, moment, now)
    work.leave(queue=QUEUE, target=approved)
    notice.announce_change(approved)
    if moment <= now:
        approved = bring_into_force(approved, at=now)
    return approved


def _check_moment_is_free(version: PolicyVersion, moment: dt.datetime) -> None:
    """Raise ValidationError naming the version that has the moment: of two for one moment none would be the last."""
    other = (
        PolicyVersion.objects.filter(kind=version.kind, key=version.key, state=State.SCHEDULED, effective_from=moment)
        .exclude(pk=version.pk)
        .first()
    )
    if other is not None:
        raise ValidationError(
            {
                "effective_from": _(
                    "%(other)s comes into force at that very moment: choose another, or discard that version."
                )
                % {"other": f"{policy_name(other)} v{other.number}"}
            }
        )


@transaction.atomic
def reject(*, version: PolicyVersion, actor: User, reason: str) -> PolicyVersion:
    """Send a submitted version back to draft; whoever wrote it is told why. Raises as `approve` does."""
    if not reason.strip():
        raise ValidationError({"reason": _("Say what has to change, so that the author can do it.")})
    version = perform(version, "reject", actor=actor, reason=reason)
    work.leave(queue=QUEUE, target=version)
    return version


@transaction.atomic
def withdraw(*, version: PolicyVersion, actor: User, reason: str = "") -> PolicyVersion:
    """Take a version in shadow or waiting for approval back to draft. Raises TransitionRefused."""
    version = perform(version, "withdraw", actor=actor, reason=reason)
    work.leave(queue=QUEUE, target=version)
    return version


@transaction.atomic
def discard(*, version: PolicyVersion, actor: User, reason: str) -> PolicyVersion:
    """Drop a draft, or call an approved version off before it comes into force. Raises TransitionRefused."""
    if not reason.strip():
        raise ValidationError({"reason": _("Say why, for the history.")})
    lock_policy(version.kind, version.key)
    was = PolicyVersion.objects.get(pk=version.pk).state
    version = perform(version, "discard", actor=actor, reason=reason)
    if was == State.SCHEDULED:
        notice.call_off(version)
    return version
