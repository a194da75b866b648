"""An application for a shop, from the first draft to the decision."""

import datetime as dt
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, FSMModelMixin, transition

from merchants.models import effects
from merchants.models.merchant import Category, Merchant, ShopType
from shopops.accounts.models import User
from shopops.fields import DigestField, EncryptedTextField
from shopops.policies.models import PolicyVersion
from shopops.transitions.handler import Effect


def _is_proposed(application: Any) -> bool:
    """Whether somebody proposed to approve it."""
    return application.proposed_by_id is not None


class Application(FSMModelMixin, models.Model):
    """Somebody asks for a shop. What they wrote, where it stands, who decided.

    draft → submitted → in_review → needs_info ⇄ resubmitted → approved | rejected | withdrawn.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        SUBMITTED = "submitted", _("Submitted")
        IN_REVIEW = "in_review", _("In review")
        NEEDS_INFO = "needs_info", _("Corrections needed")
        RESUBMITTED = "resubmitted", _("Sent again")
        APPROVED = "approved", _("Approved")
        REJECTED = "rejected", _("Rejected")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    #: States in which the marketplace or the applicant still has something to do after the first submission.
    OPEN: ClassVar[tuple[str, ...]] = (State.SUBMITTED, State.IN_REVIEW, State.NEEDS_INFO, State.RESUBMITTED)
    #: States in which the marketplace has to act.
    WITH_REVIEW: ClassVar[tuple[str, ...]] = (State.SUBMITTED, State.IN_REVIEW, State.RESUBMITTED)

    number = models.CharField(_("number"), max_length=20, unique=True)
    applicant = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=_("applicant"), related_name="applications"
    )
    state = FSMField(_("state"), max_length=12, choices=State.choices, default=State.DRAFT, protected=True)

    shop_name = models.CharField(_("shop name"), max_length=100, blank=True)
    shop_type = models.CharField(_("shop type"), max_length=20, choices=ShopType.choices, blank=True)
    category = models.CharField(_("category"), max_length=20, choices=Category.choices, blank=True)
    brand = models.CharField(_("brand"), max_length=100, blank=True)
    region = models.CharField(_("region"), max_length=50, blank=True)
    legal_name = models.CharField(_("name on the licence"), max_length=200, blank=True)
    uscc = models.CharField(_("credit code"), max_length=18, blank=True)
    scope = models.TextField(_("business scope"), max_length=5000, blank=True)
    legal_form = models.CharField(_("type on the licence"), max_length=60, blank=True)
    address = models.CharField(_("registered address"), max_length=300, blank=True)
    registered_capital = models.CharField(
        _("registered capital"), max_length=60, blank=True, help_text=_("As the licence prints it.")
    )
    established_on = models.DateField(_("established"), null=True, blank=True)
    legal_person = EncryptedTextField(_("legal person"), blank=True)
    id_number = EncryptedTextField(_("ID number of the legal person"), blank=True)
    id_digest = DigestField(of="id_number")
    contact_name = EncryptedTextField(_("contact"), blank=True)
    contact_phone = EncryptedTextField(_("phone"), blank=True)
    phone_digest = DigestField(of="contact_phone")
    bank_name = models.CharField(_("bank"), max_length=100, blank=True)
    bank_account = EncryptedTextField(_("bank account"), blank=True)
    bank_digest = DigestField(of="bank_account")

    device_id = models.CharField(
        _("device"), max_length=32, blank=True, help_text=_("The browser that submitted it, by its device cookie.")
    )
    channel = models.CharField(_("channel"), max_length=40, blank=True, help_text=_("How the applicant came to us."))
    segment = models.CharField(_("segment"), max_length=60, blank=True)
    imported_at = models.DateTimeField(
        _("imported"), null=True, blank=True, help_text=_("Set when it was decided elsewhere and brought in by a file.")
    )
    previous = models.ForeignKey(
        "self",
        models.SET_NULL,
        verbose_name=_("former application"),
        null=True,
        blank=True,
        related_name="later",
        help_text=_("The rejected or withdrawn one that this one was started from."),
    )
    saved_at = models.DateTimeField(_("saved"), null=True, blank=True)
    created_at = models.DateTimeField(_("created"), default=timezone.now)
    submitted_at = models.DateTimeField(
        _("submitted"), null=True, blank=True, help_text=_("The latest submission; the promised date counts from it.")
    )
    submissions = models.PositiveSmallIntegerField(_("submissions"), default=0)
    policy_version = models.ForeignKey(
        "policies.PolicyVersion",
        models.PROTECT,
        verbose_name=_("policy version"),
        null=True,
        blank=True,
        related_name="+",
        help_text=_("In force at the latest submission: its checklist and its promise hold."),
    )
    needs_second_person = models.BooleanField(_("needs a second person"), default=False)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name=_("approval proposed by"),
        null=True,
        blank=True,
        related_name="+",
    )
    proposed_at = models.DateTimeField(_("approval proposed"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=_("decided by"), null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    auto_version = models.ForeignKey(
        "policies.PolicyVersion",
        models.PROTECT,
        verbose_name=_("approved by rule"),
        null=True,
        blank=True,
        related_name="+",
        help_text=_("The version of the auto-approval policy that approved it; empty when a person did."),
    )
    merchant = models.OneToOneField(
        Merchant, models.PROTECT, verbose_name=_("merchant"), null=True, blank=True, related_name="application"
    )

    EFFECTS: ClassVar[dict[str, Effect]] = effects.APPLICATION

    class Meta:
        verbose_name = _("application")
        verbose_name_plural = _("applications")
        ordering = ("-created_at", "-id")
        permissions: ClassVar = [
            ("review_application", _("Can review applications")),
            ("take_over_application", _("Can take over an application from another reviewer")),
            ("unmask_personal_data", _("Can see personal data of merchants and applicants")),
        ]
        indexes: ClassVar = [
            models.Index(fields=["state", "-submitted_at"], name="merchants_app_state"),
            models.Index(fields=["uscc"], name="merchants_app_uscc"),
            models.Index(
                fields=["channel"],
                condition=Q(state__in=["submitted", "in_review", "needs_info", "resubmitted"]) & ~Q(channel=""),
                name="merchants_open_channel",
            ),
            models.Index(fields=["device_id"], condition=~Q(device_id=""), name="merchants_app_device"),
            models.Index(fields=["decided_at"], condition=Q(auto_version__isnull=False), name="merchants_app_by_rule"),
            GinIndex(fields=["legal_name"], opclasses=["gin_trgm_ops"], name="merchants_app_name_alike"),
            GinIndex(fields=["shop_name"], opclasses=["gin_trgm_ops"], name="merchants_app_shop_alike"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["applicant"], condition=Q(state="draft"), name="merchants_one_draft_per_person"
            ),
            models.UniqueConstraint(
                fields=["uscc"],
                condition=Q(state__in=["submitted", "in_review", "needs_info", "resubmitted"]) & ~Q(uscc=""),
                name="merchants_one_open_app_per_uscc",
            ),
            models.UniqueConstraint(
                fields=["id_digest"],
                condition=Q(state__in=["submitted", "in_review", "needs_info", "resubmitted"], shop_type="individual")
                & ~Q(id_digest=""),
                name="merchants_one_open_app_per_id",
            ),
            models.CheckConstraint(
                condition=Q(state="approved", merchant__isnull=False)
                | (~Q(state="approved") & Q(merchant__isnull=True)),
                name="merchants_approved_has_merchant",
            ),
            models.CheckConstraint(
                condition=Q(state="draft", submitted_at__isnull=True, submissions=0)
                | Q(state="withdrawn")
                | (~Q(state="draft") & Q(submitted_at__isnull=False, submissions__gt=0)),
                name="merchants_submitted_has_time",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["approved", "rejected"])
                | (
                    Q(decided_at__isnull=False)
                    & (
                        Q(decided_by__isnull=False)
                        | Q(imported_at__isnull=False)
                        | Q(state="approved", auto_version__isnull=False)
                    )
                ),
                name="merchants_decided_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(proposed_by__isnull=True)
                | Q(decided_by__isnull=True)
                | ~Q(state="approved")
                | ~Q(proposed_by=F("decided_by")),
                name="merchants_proposer_never_approves",
            ),
            models.CheckConstraint(
                condition=~Q(state="approved") | Q(needs_second_person=False) | Q(proposed_by__isnull=False),
                name="merchants_second_person_for_high_risk",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.shop_name}".strip()

    @property
    def is_open(self) -> bool:
        """Submitted and not yet decided or withdrawn."""
        return self.state in self.OPEN

    @transition(field=state, source=State.DRAFT, target=State.SUBMITTED)
    def submit(self, *, at: dt.datetime, version: PolicyVersion, needs_second_person: bool) -> None:
        """The applicant hands it in for the first time."""
        self._handed_in(at, version, needs_second_person)

    @transition(field=state, source=State.NEEDS_INFO, target=State.RESUBMITTED)
    def resubmit(self, *, at: dt.datetime, version: PolicyVersion, needs_second_person: bool) -> None:
        """The applicant hands it in again, with what was asked for."""
        self._handed_in(at, version, needs_second_person)

    @transition(field=state, source=[State.SUBMITTED, State.RESUBMITTED], target=State.IN_REVIEW)
    def start_review(self) -> None:
        """A reviewer opened it."""

    @transition(field=state, source=State.IN_REVIEW, target=State.IN_REVIEW)
    def propose_approval(self, *, by: User, at: dt.datetime) -> None:
        """One person would approve; a second one decides."""
        self.proposed_by, self.proposed_at = by, at

    @transition(field=state, source=State.IN_REVIEW, target=State.IN_REVIEW, conditions=[_is_proposed])
    def decline_proposal(self) -> None:
        """The second person does not agree; the first one decides anew."""
        self.proposed_by = self.proposed_at = None

    @transition(field=state, source=State.IN_REVIEW, target=State.NEEDS_INFO)
    def ask_for_corrections(self) -> None:
        """Something is missing or wrong; the applicant is asked item by item."""
        self.proposed_by = self.proposed_at = None

    @transition(field=state, source=State.IN_REVIEW, target=State.APPROVED)
    def approve(
        self, *, by: User | None, at: dt.datetime, merchant: Merchant, rule: PolicyVersion | None = None
    ) -> None:
        """The shop is let in, by a person or by a rule; its merchant was made in the same transaction."""
        self.decided_by, self.decided_at, self.merchant, self.auto_version = by, at, merchant, rule

    @transition(field=state, source=State.IN_REVIEW, target=State.REJECTED)
    def reject(self, *, by: User, at: dt.datetime) -> None:
        """The shop is not let in."""
        self.decided_by, self.decided_at = by, at
        self.proposed_by = self.proposed_at = None

    @transition(field=state, source=[State.DRAFT, *OPEN], target=State.WITHDRAWN)
    def withdraw(self) -> None:
        """The applicant does not want it any more."""

    def _handed_in(self, at: dt.datetime, version: PolicyVersion, needs_second_person: bool) -> None:
        self.submitted_at = at
        self.submissions += 1
        self.policy_version = version
        self.needs_second_person = needs_second_person
