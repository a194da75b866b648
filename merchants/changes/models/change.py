"""A request to change key facts of a shop, or to renew a document: what, with which proof, who decided."""

import datetime as dt
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models, transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_fsm import FSMField, FSMModelMixin, transition

from merchants.changes.models import effects
from merchants.models import Document, Merchant
from shopops.accounts.models import User
from shopops.fields import EncryptedTextField
from shopops.policies.models import PolicyVersion
from shopops.transitions.handler import Effect
from shopops.uploads import UnguessableName, private_storage


class ChangeRequest(FSMModelMixin, models.Model):
    """draft → submitted → in_review → needs_info ⇄ resubmitted → approved | rejected | withdrawn.

    `promised_days` are the working days of the policy version within which an answer was promised. `replaces` is the
    document that a renewal takes the place of.
    """

    class Kind(models.TextChoices):
        FACTS = "facts", _("Change of facts")
        DOCUMENT = "document", _("Renewal of a document")

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        SUBMITTED = "submitted", _("Submitted")
        IN_REVIEW = "in_review", _("In review")
        NEEDS_INFO = "needs_info", _("Corrections needed")
        RESUBMITTED = "resubmitted", _("Sent again")
        APPROVED = "approved", _("Approved")
        REJECTED = "rejected", _("Rejected")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    OPEN: ClassVar[tuple[str, ...]] = (State.SUBMITTED, State.IN_REVIEW, State.NEEDS_INFO, State.RESUBMITTED)
    WITH_REVIEW: ClassVar[tuple[str, ...]] = (State.SUBMITTED, State.IN_REVIEW, State.RESUBMITTED)
    EDITABLE: ClassVar[tuple[str, ...]] = (State.DRAFT, State.NEEDS_INFO)

    number = models.CharField(_("number"), max_length=20, unique=True)
    merchant = models.ForeignKey(Merchant, models.PROTECT, verbose_name=_("merchant"), related_name="change_requests")
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices, default=Kind.FACTS)
    state = FSMField(_("state"), max_length=12, choices=State.choices, default=State.DRAFT, protected=True)
    reason = models.TextField(_("reason"), max_length=2000, blank=True)
    replaces = models.ForeignKey(
        Document, models.PROTECT, verbose_name=_("replaces"), null=True, blank=True, related_name="renewals"
    )
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=_("requested by"), related_name="+"
    )
    created_at = models.DateTimeField(_("created"), default=timezone.now)
    submitted_at = models.DateTimeField(_("submitted"), null=True, blank=True)
    submissions = models.PositiveSmallIntegerField(_("submissions"), default=0)
    promised_days = models.PositiveSmallIntegerField(_("promised within working days"), default=0)
    policy_version = models.ForeignKey(
        PolicyVersion, models.PROTECT, verbose_name=_("policy version"), null=True, blank=True, related_name="+"
    )
    needs_second_person = models.BooleanField(_("needs a second person"), default=False)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=_("proposed by"), null=True, blank=True, related_name="+"
    )
    proposed_at = models.DateTimeField(_("proposed"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=_("decided by"), null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)

    EFFECTS: ClassVar[dict[str, Effect]] = effects.CHANGE

    class Meta:
        verbose_name = _("change request")
        verbose_name_plural = _("change requests")
        ordering = ("-id",)
        permissions: ClassVar = [
            ("decide_changerequest", _("Can decide on change requests")),
            ("take_over_changerequest", _("Can take over a change request from another reviewer")),
        ]
        indexes: ClassVar = [
            models.Index(fields=["merchant", "-id"], name="changes_by_merchant"),
            models.Index(fields=["state", "-submitted_at"], name="changes_by_state"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(state="draft", submitted_at__isnull=True)
                | Q(state="withdrawn")
                | Q(submitted_at__isnull=False, submissions__gt=0),
                name="changes_submitted_has_time",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["approved", "rejected"])
                | Q(decided_at__isnull=False, decided_by__isnull=False),
                name="changes_decided_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(state="approved")
                | Q(needs_second_person=False)
                | (Q(proposed_by__isnull=False) & ~Q(proposed_by=F("decided_by"))),
                name="changes_second_person_decides",
            ),
            models.CheckConstraint(
                condition=Q(replaces__isnull=True) | Q(kind="document"), name="changes_only_renewals_replace"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["approved", "rejected"]) | ~Q(decided_by=F("requested_by")),
                name="changes_nobody_decides_on_own",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        """Its page in the portal."""
        return reverse("changes:detail", args=[self.number])

    @property
    def is_open(self) -> bool:
        """Submitted and not yet decided or withdrawn."""
        return self.state in self.OPEN

    @transition(field=state, source=State.DRAFT, target=State.SUBMITTED)
    def submit(self, **handed: Any) -> None:
        """The shop hands it in."""
        self._handed_in(**handed)

    @transition(field=state, source=State.NEEDS_INFO, target=State.RESUBMITTED)
    def resubmit(self, **handed: Any) -> None:
        """The shop hands it in again, with what was asked for."""
        self._handed_in(**handed)

    @transition(field=state, source=[State.SUBMITTED, State.RESUBMITTED], target=State.IN_REVIEW)
    def start_review(self) -> None:
        """A reviewer opened it."""

    @transition(field=state, source=State.IN_REVIEW, target=State.IN_REVIEW)
    def propose_approval(self, *, by: User, at: dt.datetime) -> None:
        """One person would approve; a second one decides."""
        self.proposed_by, self.proposed_at = by, at

    @transition(field=state, source=State.IN_REVIEW, target=State.NEEDS_INFO)
    def ask_for_corrections(self) -> None:
        """Something is missing or wrong."""
        self.proposed_by = self.proposed_at = None

    @transition(field=state, source=State.IN_REVIEW, target=State.APPROVED)
    def approve(self, *, by: User, at: dt.datetime) -> None:
        """The values were applied in the same transaction."""
        self.decided_by, self.decided_at = by, at

    @transition(field=state, source=State.IN_REVIEW, target=State.REJECTED)
    def reject(self, *, by: User, at: dt.datetime) -> None:
        """Everything stays as it was."""
        self.decided_by, self.decided_at = by, at
        self.proposed_by = self.proposed_at = None

    @transition(field=state, source=OPEN, target=State.WITHDRAWN)
    def withdraw(self) -> None:
        """The shop does not want it any more."""

    def _handed_in(self, *, at: dt.datetime, version: PolicyVersion, days: int, needs_second_person: bool) -> None:
        self.submitted_at = at
        self.submissions += 1
        self.policy_version, self.promised_days = version, days
        self.needs_second_person = needs_second_person


class ChangedValue(models.Model):
    """One field of a request with its value before and after, both encrypted: they may be personal.

    `field` is a key field, or "document:<type>" for the renewal of a document. `before` is what the shop had when it
    was handed in, then what it had when it was approved. `is_open` follows the request, for the constraint.
    """

    request = models.ForeignKey(ChangeRequest, models.CASCADE, verbose_name=_("change request"), related_name="values")
    merchant = models.ForeignKey(Merchant, models.PROTECT, verbose_name=_("merchant"), related_name="+")
    field = models.CharField(_("field"), max_length=60)
    before = EncryptedTextField(_("before"), blank=True)
    after = EncryptedTextField(_("after"), blank=True)
    is_open = models.BooleanField(_("open"), default=False)

    class Meta:
        verbose_name = _("changed value")
        verbose_name_plural = _("changed values")
        ordering = ("id",)
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["request", "field"], name="changes_field_once_per_request"),
            models.UniqueConstraint(
                fields=["merchant", "field"], condition=Q(is_open=True), name="changes_one_open_per_field"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.request} · {self.field}"


class Proof(models.Model):
    """A file that proves a change. Approved, it becomes a document of the shop (`document`) if its type is one.

    A proof that a reviewer has seen is kept when another replaces it.
    """

    request = models.ForeignKey(ChangeRequest, models.CASCADE, verbose_name=_("change request"), related_name="proofs")
    type = models.CharField(_("type"), max_length=40)
    file = models.FileField(_("file"), storage=private_storage, upload_to=UnguessableName("documents"), max_length=120)
    original_name = models.CharField(_("file name"), max_length=200)
    content_type = models.CharField(_("content type"), max_length=50)
    size = models.PositiveIntegerField(_("size"), help_text=_("Bytes."))
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    number = models.CharField(_("document number"), max_length=100, blank=True)
    holder = models.CharField(_("name on the document"), max_length=200, blank=True)
    grantor = models.CharField(_("granted by"), max_length=200, blank=True)
    brand = models.CharField(_("brand"), max_length=100, blank=True)
    issued_on = models.DateField(_("issued"), null=True, blank=True)
    expires_on = models.DateField(_("valid until"), null=True, blank=True)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=_("uploaded by"), related_name="+"
    )
    uploaded_at = models.DateTimeField(_("uploaded"), default=timezone.now)
    replaced_at = models.DateTimeField(_("replaced"), null=True, blank=True)
    document = models.OneToOneField(
        Document, models.PROTECT, verbose_name=_("document"), null=True, blank=True, related_name="proof"
    )

    class Meta:
        verbose_name = pgettext_lazy("of a change", "proof")
        verbose_name_plural = pgettext_lazy("of a change", "proofs")
        ordering = ("id",)
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["request", "type"], condition=Q(replaced_at__isnull=True), name="changes_one_proof_per_type"
            ),
            models.CheckConstraint(
                condition=Q(issued_on__isnull=True) | Q(expires_on__isnull=True) | Q(expires_on__gte=F("issued_on")),
                name="changes_proof_expires_later",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.type} · {self.original_name}"

    @property
    def merchant_id(self) -> int:
        """Whose it is: audit asks every object for it."""
        return self.request.merchant_id

    @property
    def is_image(self) -> bool:
        return self.content_type.startswith("image/")

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        """Delete the row, and the file once that is committed."""
        storage, name = self.file.storage, self.file.name
        result = super().delete(*args, **kwargs)
        transaction.on_commit(lambda: storage.delete(name or ""))
        return result


class ChangeDecision(models.Model):
    """What a reviewer decided, with the reasons as policy codes and what the checks said: a ledger, never edited."""

    class Kind(models.TextChoices):
        PROPOSE = "propose", _("Approval proposed")
        APPROVE = "approve", _("Approved")
        NEEDS_INFO = "needs_info", _("Corrections asked for")
        REJECT = "reject", _("Rejected")

    request = models.ForeignKey(
        ChangeRequest, models.PROTECT, verbose_name=_("change request"), related_name="decisions"
    )
    submission = models.PositiveSmallIntegerField(_("submission"))
    kind = models.CharField(_("decision"), max_length=10, choices=Kind.choices)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=_("decided by"), related_name="+")
    at = models.DateTimeField(_("at"), default=timezone.now)
    reasons = ArrayField(models.CharField(max_length=40), verbose_name=_("reasons"), default=list, blank=True)
    note = models.TextField(_("note"), max_length=2000, blank=True)
    checks = models.JSONField(_("checks"), default=dict, blank=True)
    policy_version = models.ForeignKey(
        PolicyVersion, models.PROTECT, verbose_name=_("policy version"), related_name="+"
    )

    class Meta:
        verbose_name = _("decision on a change")
        verbose_name_plural = _("decisions on changes")
        ordering = ("id",)
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["request", "submission"],
                condition=Q(kind__in=["approve", "needs_info", "reject"]),
                name="changes_one_decision_per_submission",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["propose", "approve"]) | ~Q(reasons=[]), name="changes_no_without_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.request} · {self.get_kind_display()}"
