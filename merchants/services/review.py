"""The reviewers' steps: open, take over, put aside, ask for corrections, propose, send back, approve, reject."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from merchants import policy, reasons
from merchants.errors import DecidedAlready, OnboardingError
from merchants.models import Application, Decision, InfoRequest, ReviewBatch
from merchants.services.queueing import item_of, leave_queue
from merchants.services.shops import open_shop
from shopops.accounts.models import User
from shopops.policies.models import PolicyVersion
from shopops.transitions.handler import SecondPersonNeeded, barred, perform
from shopops.work import services as work
from shopops.work.claiming import holder_of
from shopops.work.services import ClaimedByAnother, NotForYou

REVIEW = "merchants.review_application"
TAKE_OVER = "merchants.take_over_application"
LONGEST_NOTE = 2000


@dataclass(frozen=True)
class _Words:
    """What is written beside a decision, and the batch that it belongs to."""

    note: str = ""
    by_reason: Mapping[str, str] = field(default_factory=dict)
    internal: str = ""
    batch: ReviewBatch | None = None

    def __post_init__(self) -> None:
        for text in (self.note, self.internal, *self.by_reason.values()):
            if len(text) > LONGEST_NOTE:
                raise OnboardingError(_("A note has at most %(most)s characters.") % {"most": LONGEST_NOTE})


_NOTHING = _Words()


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
def put_aside(*, application: Application, user: User, reason: str) -> None:
    """Give a case back to the queue, saying why; the reason is kept in the history of the work item.

    Raises OnboardingError without a reason, or when the case is not theirs.
    """
    reason = reason.strip()
    if not reason:
        raise OnboardingError(_("Say why you put the case aside; the next reviewer reads it."))
    item = item_of(application)
    if item is None or not work.release(item=item, user=user, reason=reason[:LONGEST_NOTE]):
        raise OnboardingError(_("You do not have %(number)s any more.") % {"number": application.number})


@transaction.atomic
def approve(
    *,
    application: Application,
    actor: User,
    note: str = "",
    internal_note: str = "",
    batch: ReviewBatch | None = None,
    submission: int | None = None,
) -> Application:
    """Approve: the merchant is made in the same transaction. In a high-risk category the first approval only proposes.

    The applicant reads `note`, reviewers alone `internal_note`; the decision names its `batch`. `submission`: the one
    that was looked at, here and in the other decisions.
    Raises SecondPersonNeeded when the proposer tries to approve, DecidedAlready when somebody was faster or the
    applicant sent another submission.
    """
    words = _Words(note, internal=internal_note, batch=batch)
    locked, version = _deciding(application, actor, submission)
    now = timezone.now()
    reason = _told(words)
    if locked.needs_second_person and locked.proposed_by_id is None:
        _record(locked, Decision.Kind.PROPOSE, actor, [], words, version)
        locked = perform(
            locked, "propose_approval", actor=actor, reason=reason, policy_version_id=version.pk, by=actor, at=now
        )
        if item := item_of(locked):
            work.bar(item=item, user=actor)
        return locked
    if because := barred(locked, "approve", actor):
        raise SecondPersonNeeded(because)
    _record(locked, Decision.Kind.APPROVE, actor, [], words, version)
    merchant = open_shop(application=locked)
    locked = perform(
        locked,
        "approve",
        actor=actor,
        reason=reason,
        policy_version_id=version.pk,
        by=actor,
        at=now,
        merchant=merchant,
    )
    leave_queue(locked, actor=actor, verdict=Decision.Kind.APPROVE)
    return locked


@transaction.atomic
def approve_by_rule(*, application: Application, version: PolicyVersion) -> Application:
    """Approve without a person, under a version of the auto-approval policy that is kept with the application.

    Raises SecondPersonNeeded for a category that needs two people, DecidedAlready when it was decided or somebody works
    on it: a person who has begun decides.
    """
    locked = Application.objects.select_for_update(of=("self",)).get(pk=application.pk)
    _still_open(locked)
    if locked.needs_second_person:
        raise SecondPersonNeeded(
            _("%(category)s is a high-risk category: an approval needs two people, not a rule.")
            % {"category": locked.get_category_display()}
        )
    item = item_of(locked)
    if item is not None and (holder := holder_of(item)):
        raise DecidedAlready(
            _("%(name)s works on %(number)s and decides.") % {"name": holder[0], "number": locked.number}
        )
    if locked.state != Application.State.IN_REVIEW:
        locked = perform(locked, "start_review", actor=None, policy_version_id=version.pk)
    _record(locked, Decision.Kind.APPROVE, None, [], _NOTHING, policy.active()[0])
    merchant = open_shop(application=locked)
    locked = perform(
        locked,
        "approve",
        actor=None,
        policy_version_id=version.pk,
        by=None,
        at=timezone.now(),
        merchant=merchant,
        rule=version,
    )
    leave_queue(locked, verdict=Decision.Kind.APPROVE)
    return locked


@transaction.atomic
def decline_proposal(*, application: Application, actor: User, note: str) -> Application:
    """The second person does not agree to the proposed approval: the first one gets the case back, with the note.

    Raises OnboardingError without a note or without a proposal.
    """
    if not note.strip():
        raise OnboardingError(_("Write what the first person should look at again."))
    locked, version = _deciding(application, actor)
    proposer, item = locked.proposed_by, item_of(locked)
    if proposer is None or item is None:
        raise OnboardingError(_("Nobody has proposed to approve %(number)s.") % {"number": locked.number})
    _record(locked, Decision.Kind.DECLINE, actor, [], _Words(internal=note.strip()), version)
    locked = perform(locked, "decline_proposal", actor=actor, reason=note.strip(), policy_version_id=version.pk)
    work.hand_back(item=item, to=proposer, by=actor)
    return locked


@transaction.atomic
def ask_for_corrections(
    *,
    application: Application,
    actor: User,
    reason_codes: list[str],
    note: str = "",
    notes: Mapping[str, str] | None = None,
    internal_note: str = "",
    submission: int | None = None,
) -> Application:
    """Send an application back with one request per reason; `notes` go with the reasons that are their keys.

    Raises ReasonNeeded for no reasons or for unfitting ones.
    """
    words = _Words(note, notes or {}, internal_note)
    locked, version = _deciding(application, actor, submission)
    body = policy.of(version)
    codes = reasons.checked(body, Decision.Kind.NEEDS_INFO, reason_codes, _about_other(words))
    decision = _record(locked, Decision.Kind.NEEDS_INFO, actor, codes, words, version)
    InfoRequest.objects.bulk_create(
        InfoRequest(
            application=locked,
            decision=decision,
            item=reasons.item(body, code),
            reason=reasons.split(code)[0],
            note=decision.notes.get(code, "") or (words.note if code == "other" else ""),
        )
        for code in codes
    )
    locked = perform(
        locked, "ask_for_corrections", actor=actor, reason=_in_words(decision, body), policy_version_id=version.pk
    )
    leave_queue(locked, actor=actor, verdict=Decision.Kind.NEEDS_INFO)
    return locked


@transaction.atomic
def reject(
    *,
    application: Application,
    actor: User,
    reason_codes: list[str],
    note: str = "",
    notes: Mapping[str, str] | None = None,
    internal_note: str = "",
    submission: int | None = None,
) -> Application:
    """Refuse an application; raises ReasonNeeded for no reasons or unfitting ones."""
    words = _Words(note, notes or {}, internal_note)
    locked, version = _deciding(application, actor, submission)
    body = policy.of(version)
    codes = reasons.checked(body, Decision.Kind.REJECT, reason_codes, _about_other(words))
    decision = _record(locked, Decision.Kind.REJECT, actor, codes, words, version)
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


def _deciding(
    application: Application, actor: User, submission: int | None = None
) -> tuple[Application, PolicyVersion]:
    """Lock the application for a decision by `actor`; the claim must be theirs, or free. Raises SecondPersonNeeded for
    the applicant."""
    if not actor.has_perm(REVIEW):
        raise OnboardingError(_("Deciding on applications needs the role of a reviewer."))
    locked = Application.objects.select_for_update(of=("self",)).get(pk=application.pk)
    if because := barred(locked, "start_review", actor):
        raise SecondPersonNeeded(because)
    _still_open(locked)
    if submission not in (None, locked.submissions):
        raise DecidedAlready(_("The applicant has sent another submission since. Read it before you decide."))
    item = item_of(locked)
    if item is None:
        raise DecidedAlready(_("%(number)s is not in the queue any more.") % {"number": locked.number})
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


def _still_open(application: Application) -> None:
    if application.state not in Application.WITH_REVIEW:
        raise DecidedAlready(
            _("%(number)s was decided in the meantime: %(state)s.")
            % {"number": application.number, "state": application.get_state_display()}
        )


def _record(
    application: Application,
    kind: Decision.Kind,
    actor: User | None,
    codes: list[str],
    words: _Words,
    version: PolicyVersion,
) -> Decision:
    results = application.check_results.filter(submission=application.submissions)
    return Decision.objects.create(
        application=application,
        submission=application.submissions,
        kind=kind,
        by=actor,
        reasons=codes,
        note=words.note,
        notes={code: text for code, text in words.by_reason.items() if code in codes and text},
        internal_note=words.internal,
        outcomes=dict(results.order_by("id").values_list("code", "outcome")),
        batch=words.batch,
        policy_version=version,
    )


def _about_other(words: _Words) -> str:
    return words.by_reason.get("other", "") or words.note


def _told(words: _Words) -> str:
    """What the audit log keeps of an approval: the note, and the batch it belongs to."""
    batch = _("Batch %(number)s") % {"number": words.batch} if words.batch else ""
    return "\n".join(part for part in (batch, words.note) if part)


def _in_words(decision: Decision, body: policy.OnboardingPolicy) -> str:
    """The reasons with their notes, and the note, as the audit log keeps them."""
    lines = []
    for code in decision.reasons:
        lines += [reasons.text(body, code), decision.notes.get(code, "")]
    return "\n".join(line for line in [*lines, decision.note] if line)
