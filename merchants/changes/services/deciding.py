"""The reviewers' steps: open, ask for corrections, propose, approve, reject."""

import datetime as dt
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from merchants import policy as onboarding
from merchants.changes import policy, selectors, verdicts
from merchants.changes.errors import ChangedMeanwhile, DecidedAlready, OnboardingError, OnHold, ReasonNeeded
from merchants.changes.fields import DIGESTS, RISKY
from merchants.changes.models import ChangeDecision, ChangeRequest
from merchants.changes.queueing import item_of
from merchants.changes.services import verifying
from merchants.changes.services.requests import close, locked
from merchants.models import Document, Merchant
from shopops.accounts.models import User
from shopops.policies.models import PolicyVersion
from shopops.signin import holds
from shopops.transitions.handler import SecondPersonNeeded, barred, perform
from shopops.ui import formats
from shopops.work import services as work
from shopops.work.services import ClaimedByAnother, NotForYou

Kind = ChangeDecision.Kind
TAKE_OVER = "changes.take_over_changerequest"


@dataclass(frozen=True)
class Opened:
    """A request as a reviewer finds it. `read_only_because` is empty for who may decide."""

    request: ChangeRequest
    held_by: User | None
    read_only_because: str = ""
    held_since: dt.datetime | None = None


@transaction.atomic
def open_case(*, request: ChangeRequest, user: User, take_over: bool = False) -> Opened:
    """Claim a request and start its review; who cannot have it gets it read-only with the reason."""
    mine = locked(request)
    item = item_of(mine)
    if item is None or mine.state not in ChangeRequest.WITH_REVIEW:
        return Opened(mine, None, _("Nothing to decide: %(state)s.") % {"state": mine.get_state_display()})
    if because := barred(mine, "approve", user):
        return Opened(mine, item.claimed_by, because)
    try:
        work.claim(item=item, user=user, take_over=take_over and user.has_perm(TAKE_OVER))
    except NotForYou as error:
        return Opened(mine, item.claimed_by, str(error))
    except ClaimedByAnother as error:
        return Opened(mine, error.by, str(error), error.since)
    if mine.state != ChangeRequest.State.IN_REVIEW:
        mine = perform(mine, "start_review", actor=user)
    return Opened(mine, user)


@transaction.atomic
def approve(*, request: ChangeRequest, actor: User, seen: str, note: str = "") -> ChangeRequest:
    """Approve: the values and documents are applied in the same transaction. Where the policy asks for two people the
    first approval only proposes.

    `seen` is `selectors.fingerprint` of the page that was decided on: ChangedMeanwhile when the shop's values are no
    longer those. Raises SecondPersonNeeded, DecidedAlready when somebody was faster, OnHold while the person who asked
    for a risky change is held.
    """
    mine, version = _deciding(request, actor)
    merchant = Merchant.objects.select_for_update(of=("self",)).get(pk=mine.merchant_id)
    if seen != selectors.fingerprint(mine, merchant):
        raise ChangedMeanwhile
    if merchant.state == Merchant.State.CLOSED:
        raise DecidedAlready(_("The shop was closed in the meantime. Reject the request."))
    _refuse_while_asker_is_held(mine)
    now = timezone.now()
    if mine.needs_second_person and mine.proposed_by_id is None:
        _record(mine, Kind.PROPOSE, actor, [], note, version)
        mine = perform(
            mine, "propose_approval", actor=actor, reason=note, policy_version_id=version.pk, by=actor, at=now
        )
        if item := item_of(mine):
            work.bar(item=item, user=actor)
        return mine
    if because := barred(mine, "approve", actor):
        raise SecondPersonNeeded(because)
    _record(mine, Kind.APPROVE, actor, [], note, version)
    _apply(mine, merchant, now)
    mine = perform(mine, "approve", actor=actor, reason=note, policy_version_id=version.pk, by=actor, at=now)
    close(mine, actor=actor, verdict=Kind.APPROVE)
    verifying.correction_stands(mine, now)
    return mine


@transaction.atomic
def ask_for_corrections(*, request: ChangeRequest, actor: User, reasons: list[str], note: str = "") -> ChangeRequest:
    """Send a request back; raises ReasonNeeded for no reasons or unfitting ones."""
    mine, version = _deciding(request, actor)
    codes = checked_reasons(policy.of(version), Kind.NEEDS_INFO, reasons, note)
    decision = _record(mine, Kind.NEEDS_INFO, actor, codes, note, version)
    mine = perform(mine, "ask_for_corrections", actor=actor, reason=_in_words(decision), policy_version_id=version.pk)
    work.leave(queue="changes", target=mine, actor=actor, verdict=Kind.NEEDS_INFO)
    return mine


@transaction.atomic
def reject(*, request: ChangeRequest, actor: User, reasons: list[str], note: str = "") -> ChangeRequest:
    """Refuse a request; everything stays as it was. Raises ReasonNeeded for no reasons or unfitting ones."""
    mine, version = _deciding(request, actor)
    codes = checked_reasons(policy.of(version), Kind.REJECT, reasons, note)
    decision = _record(mine, Kind.REJECT, actor, codes, note, version)
    mine = perform(
        mine,
        "reject",
        actor=actor,
        reason=_in_words(decision),
        policy_version_id=version.pk,
        by=actor,
        at=timezone.now(),
    )
    close(mine, actor=actor, verdict=Kind.REJECT)
    verifying.correction_fell(mine)
    return mine


def checked_reasons(body: policy.ChangesPolicy, kind: str, values: list[str], note: str) -> list[str]:
    """The codes without doubles; raises ReasonNeeded when there are none or one does not fit the decision."""
    codes = list(dict.fromkeys(values))
    if not codes:
        raise ReasonNeeded
    for code in codes:
        reason = body.reason(code)
        if reason is None:
            raise ReasonNeeded(
                _("“%(reason)s” is not a reason of the policy in force. Open the case again.") % {"reason": code}
            )
        if kind not in reason.decisions:
            raise ReasonNeeded(_("“%(reason)s” does not fit this decision. Untick it.") % {"reason": reason.text})
    if "other" in codes and not note.strip():
        raise ReasonNeeded(_("Write a note that says what “Other” means; the shop reads it."))
    return codes


def _deciding(request: ChangeRequest, actor: User) -> tuple[ChangeRequest, PolicyVersion]:
    """Lock the request for a decision by `actor`; the claim must be theirs, or free."""
    if not actor.has_perm(selectors.DECIDE):
        raise OnboardingError(_("Deciding on changes needs the role of a reviewer."))
    mine = locked(request)
    if because := barred(mine, "start_review", actor):
        raise SecondPersonNeeded(because)
    item = item_of(mine)
    if mine.state not in ChangeRequest.WITH_REVIEW or item is None:
        raise DecidedAlready(
            _("%(number)s was decided in the meantime: %(state)s.")
            % {"number": mine.number, "state": mine.get_state_display()}
        )
    try:
        work.claim(item=item, user=actor)
    except NotForYou as error:
        raise SecondPersonNeeded(barred(mine, "approve", actor) or str(error)) from error
    except ClaimedByAnother as error:
        raise DecidedAlready(
            _("%(name)s took %(number)s over. Your decision was not stored.")
            % {"name": error.by, "number": mine.number}
        ) from error
    if mine.state != ChangeRequest.State.IN_REVIEW:
        mine = perform(mine, "start_review", actor=actor)
    return mine, policy.active()[0]


def _refuse_while_asker_is_held(request: ChangeRequest) -> None:
    """A sign-in may turn out to be suspicious after the request was handed in."""
    if RISKY.isdisjoint(value.field for value in request.values.all()):
        return
    if hold := holds.standing(request.requested_by):
        raise OnHold(
            _("%(name)s asked for this and had an unusual sign-in: it can be approved from %(until)s on.")
            % {"name": request.requested_by, "until": formats.due(hold.until)}
        )


def _record(
    request: ChangeRequest, kind: Kind, actor: User, codes: list[str], note: str, version: PolicyVersion
) -> ChangeDecision:
    return ChangeDecision.objects.create(
        request=request,
        submission=request.submissions,
        kind=kind,
        by=actor,
        reasons=codes,
        note=note.strip()[:2000],
        checks=verdicts.outcomes(verdicts.run(request)),
        policy_version=version,
    )


def _in_words(decision: ChangeDecision) -> str:
    """The reasons and the note as the audit log keeps them."""
    body = policy.of(decision.policy_version)
    lines = [str(reason.text) for code in decision.reasons if (reason := body.reason(code))]
    return "\n".join([*lines, decision.note] if decision.note else lines)


def _apply(request: ChangeRequest, merchant: Merchant, now: dt.datetime) -> None:
    """Put the new values and documents in the place of the old ones; the rows of before are kept by their history."""
    written = []
    for value in request.values.all():
        value.before = selectors.current_value(merchant, value.field)
        value.save(update_fields=["before"])
        if not policy.is_document(value.field):
            setattr(merchant, value.field, value.after or "")
            written.append(value.field)
    if written:
        merchant.save(update_fields=[*written, *(DIGESTS[field] for field in written if field in DIGESTS)])
    for proof in request.proofs.filter(replaced_at__isnull=True):
        kind = onboarding.active()[1].documents.get(proof.type)
        if kind is None:
            continue
        former = selectors.merchant_documents(merchant, proof.type)
        if kind.several:
            former = former.filter(pk=request.replaces_id or 0)
        former.update(replaced_at=now)
        proof.document = Document.objects.create(
            merchant=merchant,
            type=proof.type,
            file=proof.file.name,
            original_name=proof.original_name,
            content_type=proof.content_type,
            size=proof.size,
            sha256=proof.sha256,
            number=proof.number,
            holder=proof.holder,
            grantor=proof.grantor,
            brand=proof.brand,
            issued_on=proof.issued_on,
            expires_on=proof.expires_on,
            uploaded_by=proof.uploaded_by,
            uploaded_at=proof.uploaded_at,
        )
        proof.save(update_fields=["document"])
