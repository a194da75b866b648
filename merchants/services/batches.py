"""Approving many applications at once: put together, confirm, agree, cancel, carry out."""

import contextlib
import datetime as dt
import logging
from collections.abc import Iterable

from django.db import InterfaceError, OperationalError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from merchants import batches, policy
from merchants.errors import OnboardingError
from merchants.models import Application, ReviewBatch, ReviewBatchRow
from merchants.numbers import next_number
from merchants.services.queueing import QUEUE, item_of
from merchants.services.review import LONGEST_NOTE, REVIEW, approve
from shopops.accounts.models import User
from shopops.jobs.registry import Progress
from shopops.jobs.starting import after_commit
from shopops.jobs.tasks import run_job
from shopops.transitions.handler import TransitionRefused, announce, perform
from shopops.work.models import WorkItem

logger = logging.getLogger(__name__)

JOB = "review_batches"
#: A preview that nobody confirmed for so long says nothing about today.
PREVIEW_LIFE = dt.timedelta(hours=24)
State = ReviewBatch.State
Outcome = ReviewBatchRow.Outcome


@transaction.atomic
def put_together(
    *, actor: User, applications: Iterable[int] = (), everything_clean: bool = False, note: str = ""
) -> ReviewBatch:
    """Make a batch of these applications, or of everything that passed every check at low risk, with a row for each
    that says what would happen. Nothing is decided.

    Raises OnboardingError for nobody's right, for none, and for more than the policy allows.
    """
    if not actor.has_perm(REVIEW):
        raise OnboardingError(_("Deciding on applications needs the role of a reviewer."))
    limits = policy.active()[1].batches
    ids = list(dict.fromkeys(applications))
    if everything_clean:
        ids = list(batches.clean_for(actor).values_list("object_id", flat=True)[: limits.at_most])
    chosen = Application.objects.exclude(submissions=0).in_bulk(ids)
    if not chosen:
        raise OnboardingError(_("Tick at least one application."))
    if len(chosen) > limits.at_most:
        raise OnboardingError(_("A batch has at most %(most)s applications.") % {"most": limits.at_most})
    batch = ReviewBatch.objects.create(
        number=next_number(ReviewBatch, "B"), created_by=actor, note=note.strip()[:LONGEST_NOTE]
    )
    rows = ReviewBatchRow.objects.bulk_create(_previewed(batch, [chosen[pk] for pk in ids if pk in chosen]))
    batch.size = sum(row.outcome == Outcome.OPEN for row in rows)
    batch.needs_second_person = batch.size > limits.second_person_above
    batch.save(update_fields=["size", "needs_second_person"])
    announce(batch, ReviewBatch.EFFECTS["create"], actor=actor, reason=batch.note)
    return batch


def _previewed(batch: ReviewBatch, chosen: list[Application]) -> list[ReviewBatchRow]:
    items = {
        item.object_id: item
        for item in WorkItem.objects.filter(
            queue=QUEUE, object_id__in=[each.pk for each in chosen], left_at__isnull=True
        ).select_related("claimed_by", "assigned_to")
    }
    outcomes = batches.outcomes_of(chosen)
    rows = []
    for each in chosen:
        verdict = batches.verdict(each, items.get(each.pk), outcomes[each.pk], batch.created_by)
        rows.append(
            ReviewBatchRow(
                batch=batch,
                application=each,
                submission=each.submissions,
                outcomes=outcomes[each.pk],
                outcome=Outcome.SKIPPED if verdict.because else Outcome.OPEN,
                because=verdict.because,
                params=verdict.params,
            )
        )
    return rows


@transaction.atomic
def confirm(*, batch: ReviewBatch, actor: User) -> ReviewBatch:
    """Have a batch carried out, or, above the policy's size, propose it to a second person.

    Only who put it together can. Raises OnboardingError, and TransitionRefused for the second of two clicks.
    """
    if batch.created_by_id != actor.pk:
        raise OnboardingError(_("Only who put the batch together can confirm it."))
    if not batch.size:
        raise OnboardingError(_("Nothing in this batch would be approved."))
    if batch.needs_second_person:
        return perform(batch, "propose", actor=actor, reason=batch.note)
    return _start(perform(batch, "confirm", actor=actor, reason=batch.note))


@transaction.atomic
def agree(*, batch: ReviewBatch, actor: User) -> ReviewBatch:
    """The second person has the batch carried out. Raises SecondPersonNeeded for who put it together."""
    if not actor.has_perm(REVIEW):
        raise OnboardingError(_("Deciding on applications needs the role of a reviewer."))
    return _start(perform(batch, "agree", actor=actor, by=actor))


@transaction.atomic
def cancel(*, batch: ReviewBatch, actor: User | None, reason: str = "") -> ReviewBatch:
    """Drop a batch that was not carried out yet; who put it together, or the second person."""
    return perform(batch, "cancel", actor=actor, reason=reason)


def _start(batch: ReviewBatch) -> ReviewBatch:
    after_commit(run_job, JOB)
    return batch


def carry_out(as_of: dt.datetime, progress: Progress) -> dict[str, int]:
    """Approve what the queued batches say, each application in a transaction of its own; safe to repeat.

    Whatever is not as the preview saw it is left out with the reason. Previews of yesterday are dropped.
    """
    counted = {"approved": 0, "left_out": 0, "batches": 0}
    for batch in ReviewBatch.objects.filter(state=State.QUEUED).select_related("created_by", "approved_by"):
        rows = batch.rows.filter(outcome=Outcome.OPEN).order_by("id")
        todo = list(rows.values_list("pk", flat=True))
        for number, pk in enumerate(todo, start=1):
            outcome = _one(batch, pk)
            counted["approved" if outcome == Outcome.APPROVED else "left_out"] += 1
            progress(number, len(todo))
        perform(batch, "finish", actor=None)
        counted["batches"] += 1
    for old in ReviewBatch.objects.filter(state=State.PREVIEW, created_at__lt=as_of - PREVIEW_LIFE):
        with contextlib.suppress(TransitionRefused):  # confirmed at this moment
            cancel(batch=old, actor=None, reason="The preview is older than a day.")
    return counted


def _one(batch: ReviewBatch, pk: int) -> str:
    """Decide one row; an error of the program is that row's result and does not keep the others from theirs."""
    try:
        return _decide(batch, pk)
    except (OperationalError, InterfaceError):
        raise
    except Exception:
        logger.exception("Batch %s, row %s", batch, pk)
        ReviewBatchRow.objects.filter(pk=pk, outcome=Outcome.OPEN).update(
            outcome=Outcome.SKIPPED, because="error", done_at=timezone.now()
        )
        return Outcome.SKIPPED


@transaction.atomic
def _decide(batch: ReviewBatch, pk: int) -> str:
    row = ReviewBatchRow.objects.select_for_update().get(pk=pk)
    if row.outcome != Outcome.OPEN:
        return row.outcome
    application = Application.objects.select_for_update().get(pk=row.application_id)
    outcomes = batches.outcomes_of([application])[application.pk]
    verdict = batches.verdict(
        application, item_of(application), outcomes, batch.created_by, agreed_by=batch.approved_by
    )
    if not verdict.because and (application.submissions, outcomes) != (row.submission, row.outcomes):
        verdict = batches.Verdict("changed")
    if not verdict.because:
        try:
            with transaction.atomic():
                approve(application=application, actor=batch.created_by, internal_note=batch.note, batch=batch)
        except (OnboardingError, TransitionRefused) as error:
            verdict = batches.Verdict("refused", {"text": str(error)})
    row.outcome = Outcome.SKIPPED if verdict.because else Outcome.APPROVED
    row.because, row.params, row.done_at = verdict.because, verdict.params, timezone.now()
    row.save(update_fields=["outcome", "because", "params", "done_at"])
    return row.outcome
