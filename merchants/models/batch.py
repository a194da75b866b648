"""Approving many applications at once: a batch, what it would do, and what it did row by row."""

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, FSMModelMixin, transition

from merchants.models.application import Application
from merchants.models.batch_effects import BATCH
from shopops.accounts.models import User
from shopops.transitions.handler import Effect


def _is_large(batch: Any) -> bool:
    """Whether a second person has to agree."""
    return bool(batch.needs_second_person)


def _is_small(batch: Any) -> bool:
    return not _is_large(batch)


class ReviewBatch(FSMModelMixin, models.Model):
    """Applications that one reviewer approves together.

    preview → (waiting →) queued → done; cancelled before it is carried out. `size` counts the rows that would be
    approved at the time of the preview.
    """

    class State(models.TextChoices):
        PREVIEW = "preview", _("Preview")
        WAITING = "waiting", _("Waits for a second person")
        QUEUED = "queued", _("Being carried out")
        DONE = "done", _("Done")
        CANCELLED = "cancelled", _("Cancelled")

    number = models.CharField(_("number"), max_length=20, unique=True)
    state = FSMField(_("state"), max_length=10, choices=State.choices, default=State.PREVIEW, protected=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=_("put together by"), related_name="+"
    )
    created_at = models.DateTimeField(_("created"), default=timezone.now)
    note = models.TextField(_("internal note"), max_length=2000, blank=True)
    size = models.PositiveIntegerField(_("applications to approve"), default=0)
    needs_second_person = models.BooleanField(_("needs a second person"), default=False)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=_("agreed by"), null=True, blank=True, related_name="+"
    )
    confirmed_at = models.DateTimeField(_("confirmed"), null=True, blank=True)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)

    EFFECTS: ClassVar[dict[str, Effect]] = BATCH

    class Meta:
        verbose_name = _("batch of approvals")
        verbose_name_plural = _("batches of approvals")
        ordering = ("-id",)
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True) | ~Q(approved_by=F("created_by")),
                name="merchants_batch_second_person",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["queued", "done"])
                | Q(needs_second_person=False)
                | Q(approved_by__isnull=False),
                name="merchants_batch_agreed_to",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @transition(
        field=state,
        source=State.PREVIEW,
        target=State.QUEUED,
        conditions=[_is_small],
    )
    def confirm(self) -> None:
        """Who put it together wants it carried out."""
        self.confirmed_at = timezone.now()

    @transition(field=state, source=State.PREVIEW, target=State.WAITING, conditions=[_is_large])
    def propose(self) -> None:
        """It is large: another person has to agree."""
        self.confirmed_at = timezone.now()

    @transition(field=state, source=State.WAITING, target=State.QUEUED)
    def agree(self, *, by: User) -> None:
        """The second person agrees."""
        self.approved_by = by

    @transition(field=state, source=[State.PREVIEW, State.WAITING], target=State.CANCELLED)
    def cancel(self) -> None:
        """It is not carried out."""
        self.finished_at = timezone.now()

    @transition(field=state, source=State.QUEUED, target=State.DONE)
    def finish(self) -> None:
        """Every row has its result."""
        self.finished_at = timezone.now()


class ReviewBatchRow(models.Model):
    """One application of a batch: what the preview said, and what came of it.

    `because` names a sentence of `merchants.batches.SENTENCES`, `params` fill it; empty for an application that would
    be (or was) approved. `submission` and `outcomes` are what the preview saw: anything else later means "changed".
    """

    class Outcome(models.TextChoices):
        OPEN = "open", _("To be approved")
        APPROVED = "approved", _("Approved")
        SKIPPED = "skipped", _("Left out")

    batch = models.ForeignKey(ReviewBatch, models.CASCADE, verbose_name=_("batch"), related_name="rows")
    application = models.ForeignKey(
        Application, models.CASCADE, verbose_name=_("application"), related_name="batch_rows"
    )
    submission = models.PositiveSmallIntegerField(_("submission"))
    outcomes = models.JSONField(_("what the checks said"), default=dict, blank=True)
    outcome = models.CharField(_("result"), max_length=10, choices=Outcome.choices, default=Outcome.OPEN)
    because = models.CharField(_("because"), max_length=40, blank=True)
    params = models.JSONField(_("details"), default=dict, blank=True)
    done_at = models.DateTimeField(_("done"), null=True, blank=True)

    class Meta:
        verbose_name = _("row of a batch")
        verbose_name_plural = _("rows of batches")
        ordering = ("id",)
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["batch", "application"], name="merchants_batch_row_once"),
            models.CheckConstraint(
                condition=~Q(outcome="skipped") | ~Q(because=""), name="merchants_batch_skip_has_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.batch_id}: {self.application_id}"
