"""The reviewers' steps: open, take over, ask for corrections, propose, approve, reject."""

import datetime as dt
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from merchants import policy, reasons
from merchants.errors import DecidedAlready, OnboardingError
from merchants.models import Application, Decision, InfoRequest
from merchants.services.queueing import QUEUE, item_of, leave_queue
from merchants.services.shops import open_shop
from shopops.accounts.models import User
from shopops.policies.models import PolicyVersion
from shopops.transitions.handler import SecondPersonNeeded, barred, perform
from shopops.work import services as work
from shopops.work.services import ClaimedByAnother, NotForYou

REVIEW = "merchants.review_application"
TAKE_OVER = "merchants.take_over_application"


@dataclass(frozen=True)
class Opened:
    """An application as a reviewer finds it. `read_only_because` is empty for who may decide; `held_since` is None for
    a case that somebody was assigned and has not opened."""

    application: Application
    held_by: User | None
    read_only_because: str = ""
    held_since: dt.datetime | None = None


@transaction.atomic
def open_case(*, application: Application, user: User, take_over: bool = False) -> Opened:
    """Claim an application for a reviewer and start its review; who cannot have it gets it read-only with the reason.

    Take-over needs its own permission.
    """
    locked = Application.objects.select_for_update(of=("self",)).get(pk=application.pk)
    item = item_of(locked)
    if item is None or locked.state not in Application.WITH_REVIEW:
        return Opened(locked, None, _("Nothing to decide: %(state)s.") % {"state": locked.get_state_display()})
    if because := barred(locked, "approve", user):
        return Opened(locked, item.claimed_by, because)
    try:
        work.claim(item=item, user=user, take_over=take_over and user.has_perm(TAKE_OVER))
    except NotForYou as error:
        return Opened(locked, item.claimed_by, str(error))
    except ClaimedByAnother as error:
        return Opened(locked, error.by, str(error), error.since)
    if locked.state != Application.State.IN_REVIEW:
        locked = perform(locked, "start_review", actor=user)
    return Opened(locked, user)


def changed_since_decision(application: Application) -> bool:
    """Whether the applicant answered what the latest decision asked for: then it is not what was decided on."""
    latest = application.decisions.filter(submission=application.submissions).order_by("-id").first()
    return latest is not None and latest.info_requests.filter(answered_at__isnull=False).exists()


@transaction.atomic
def approve(*, application: Application, actor: User, note: str = "") -> Application:
    """Approve: the merchant is made in the same transaction. In a high-risk category the first approval only proposes.

    Raises SecondPersonNeeded when the proposer tries to approve, DecidedAlready when somebody was faster.
    """
    locked, version = _deciding(application, actor)
    now = timezone.now()
    if locked.needs_second_person and locked.proposed_by_id is None:
        _record(locked, Decision.Kind.PROPOSE, actor, [], note, version)
        locked = perform(
            locked, "propose_approval", actor=actor, reason=note, policy_version_id=version.pk, by=actor, at=now
        )
        if item := item_of(locked):
            work.bar(item=item, user=actor)
        return locked
    if because := barred(locked, "approve", actor):
        raise SecondPersonNeeded(because)
    _record(locked, Decision.Kind.APPROVE, actor, [], note, version)
    merchant = open_shop(application=locked)
    locked = perform(
        locked, "approve", actor=actor, reason=note, policy_version_id=version.pk, by=actor, at=now, merchant=merchant
    )
    leave_queue(locked, actor=actor, verdict=Decision.Kind.APPROVE)
    return locked


@transaction.atomic
def ask_for_corrections(
    *, application: Application, actor: User, reason_codes: list[str], note: str = ""
) -> Application:
    """Send an application back with one request per reason; raises ReasonNeeded for none or for unfitting ones."""
    locked, version = _deciding(application, actor)
    body = policy.of(version)
    codes = reasons.checked(body, Decision.Kind.NEEDS_INFO, reason_codes, note)
    decision = _record(locked, Decision.Kind.NEEDS_INFO, actor, codes, note, version)
    InfoRequest.objects.bulk_create(
        InfoRequest(
            application=locked,
            decision=decision,
            item=reasons.item(body, code),
            reason=reasons.split(code)[0],
            note=note if code == "other" else "",
        )
        for code in codes
    )
    locked = perform(
        locked, "ask_for_corrections", actor=actor, reason=_in_words(decision, body), policy_version_id=version.pk
    )
    leave_queue(locked, actor=actor, verdict=Decision.Kind.NEEDS_INFO)
    return locked


@transaction.atomic
def reject(*, application: Application, actor: User, reason_codes: list[str], note: str = "") -> Application:
    """Refuse an application; raises ReasonNeeded for no reasons or unfitting ones."""
    locked, version = _deciding(application, actor)
    body = policy.of(version)
    codes = reasons.checked(body, Decision.Kind.REJECT, reason_codes, note)
    decision = _record(locked, Decision.Kind.REJECT, actor, codes, note, version)
    locked = perform(
        locked,
        "reject",
        actor=actor,
        reason=_in_words(decision, body),
        policy_version_id=version.pk,
        by=actor,
        at=timezone.now(),
    )
    leave_queue(locked, actor=actor, verdict=Decision.Kind.REJECT)
    return locked


def _deciding(application: Application, actor: User) -> tuple[Application, PolicyVersion]:
    """Lock the application for a decision by `actor`; the claim must be theirs, or free. Raises SecondPersonNeeded for
    the applicant."""
    if not actor.has_perm(REVIEW):
        raise OnboardingError(_("Deciding on applications needs the role of a reviewer."))
    locked = Application.objects.select_for_update(of=("self",)).get(pk=application.pk)
    if because := barred(locked, "start_review", actor):
        raise SecondPersonNeeded(because)
    item = item_of(locked)
    if locked.state not in Application.WITH_REVIEW or item is None:
        raise DecidedAlready(
            _("%(number)s was decided in the meantime: %(state)s.")
            % {"number": locked.number, "state": locked.get_state_display()}
        )
    try:
        work.claim(item=item, user=actor)
    except NotForYou as error:
        raise SecondPersonNeeded(barred(locked, "approve", actor) or str(error)) from error
    except ClaimedByAnother as error:
        raise DecidedAlready(
            _("%(name)s took %(number)s over. Your decision was not stored.")
            % {"name": error.by, "number": locked.number}
        ) from error
    if locked.state != Application.State.IN_REVIEW:
        locked = perform(locked, "start_review", actor=actor)
    return locked, policy.active()[0]


def _record(
    application: Application, kind: Decision.Kind, actor: User, codes: list[str], note: str, version: PolicyVersion
) -> Decision:
    return Decision.objects.create(
        application=application,
        submission=application.submissions,
        kind=kind,
        by=actor,
        reasons=codes,
        note=note,
        policy_version=version,
    )


def _in_words(decision: Decision, body: policy.OnboardingPolicy) -> str:
    """The reasons and the note as the audit log keeps them."""
    lines = [reasons.text(body, code) for code in decision.reasons]
    return "\n".join([*lines, decision.note] if decision.note else lines)


__all__ = ["QUEUE", "Opened", "approve", "ask_for_corrections", "changed_since_decision", "open_case", "reject"]
