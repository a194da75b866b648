"""What counts as good or bad, as versioned documents."""

import datetime as dt
from typing import Any, ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, FSMModelMixin, transition

from shopops.accounts.models import User
from shopops.policies.effects import EFFECTS
from shopops.transitions.handler import Effect


class State(models.TextChoices):
    """Draft, shadow, active and retired are the four stages; a request for approval and a date stand between them."""

    DRAFT = "draft", _("Draft")
    SHADOW = "shadow", _("Shadow")
    SUBMITTED = "submitted", _("Waiting for approval")
    SCHEDULED = "scheduled", _("Approved, not yet in force")
    ACTIVE = "active", _("Active")
    RETIRED = "retired", _("Retired")
    DISCARDED = "discarded", _("Discarded")


class Exemption(models.TextChoices):
    """Why a change may come without the notice: the two cases of art. 3(4) of Regulation (EU) 2019/1150."""

    NONE = "", _("None: the notice period is kept")
    LEGAL = "legal_obligation", _("A law or an authority demands it sooner")
    DANGER = "imminent_danger", _("Unforeseen, imminent danger: fraud, malware, data breach, attack")


def _user(label: Any) -> models.ForeignKey:
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=label, null=True, blank=True, related_name="+"
    )


class PolicyVersion(FSMModelMixin, models.Model):
    """One version of one policy. Decisions point at the version they were made under, so a version is written only
    while it is a draft (trigger `fixed_once_submitted`) and is never deleted afterwards (`kept`)."""

    State = State
    Exemption = Exemption
    EFFECTS: ClassVar[dict[str, Effect]] = EFFECTS

    kind = models.CharField(_("kind"), max_length=50, help_text=_("What the document decides, e.g. credit_score."))
    key = models.CharField(_("key"), max_length=100, default="default")
    number = models.PositiveIntegerField(_("version"))
    body = models.JSONField(_("body"))
    content_hash = models.CharField(_("content hash"), max_length=64)
    state = FSMField(_("state"), max_length=10, choices=State.choices, default=State.DRAFT, protected=True)
    note = models.CharField(_("why"), max_length=500, blank=True, help_text=_("Why this version was written."))
    based_on = models.ForeignKey(
        "self", models.PROTECT, verbose_name=_("based on"), null=True, blank=True, related_name="+"
    )
    rolls_back = models.BooleanField(_("roll-back"), default=False)

    author = _user(_("author"))
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    submitter = _user(_("submitted by"))
    submitted_at = models.DateTimeField(_("submitted"), null=True, blank=True)
    approver = _user(_("approver"))
    approved_at = models.DateTimeField(_("approved"), null=True, blank=True)
    shadow_since = models.DateTimeField(_("in shadow since"), null=True, blank=True)

    effective_from = models.DateTimeField(_("effective from"), null=True, blank=True)
    activated_at = models.DateTimeField(_("in force since"), null=True, blank=True)
    retired_at = models.DateTimeField(_("in force until"), null=True, blank=True)

    needs_adaptation = models.BooleanField(
        _("takes adaptation"),
        default=False,
        help_text=_("Merchants need technical or commercial changes to follow it: the longer notice applies."),
    )
    exemption = models.CharField(_("exemption from notice"), max_length=20, choices=Exemption.choices, blank=True)
    exemption_reason = models.CharField(_("reason of the exemption"), max_length=500, blank=True)
    notice_days = models.PositiveIntegerField(_("days of notice"), default=0)
    notice_policy = models.ForeignKey(
        "self",
        models.PROTECT,
        verbose_name=_("notice period by"),
        null=True,
        blank=True,
        related_name="+",
        help_text=_("The version of the notice periods that this version was approved under."),
    )

    class Meta:
        verbose_name = _("policy version")
        verbose_name_plural = _("policy versions")
        ordering = ("kind", "key", "-number")
        permissions = [("approve_policyversion", _("Approve or reject changes of policies that others proposed"))]
        constraints = [
            models.UniqueConstraint(fields=["kind", "key", "number"], name="policies_version_number"),
            models.UniqueConstraint(
                fields=["kind", "key"], condition=Q(state="active"), name="policies_one_active_version"
            ),
            models.UniqueConstraint(
                fields=["kind", "key", "effective_from"],
                condition=Q(state="scheduled"),
                name="policies_one_version_per_moment",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["scheduled", "active", "retired"]) | Q(effective_from__isnull=False),
                name="policies_effective_once_published",
            ),
            models.CheckConstraint(
                condition=Q(author__isnull=True) | Q(approver__isnull=True) | ~Q(approver=F("author")),
                name="policies_author_does_not_approve",
            ),
            models.CheckConstraint(
                condition=Q(submitter__isnull=True) | Q(approver__isnull=True) | ~Q(approver=F("submitter")),
                name="policies_submitter_does_not_approve",
            ),
            models.CheckConstraint(
                condition=Q(exemption="") | ~Q(exemption_reason=""), name="policies_exemption_has_a_reason"
            ),
        ]
        indexes = [
            models.Index(fields=["effective_from"], condition=Q(state="scheduled"), name="policies_version_due"),
        ]
        triggers = [
            pgtrigger.Protect(
                name="fixed_once_submitted",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(
                    "OLD.kind <> NEW.kind OR OLD.key <> NEW.key OR OLD.number <> NEW.number OR (OLD.state <> 'draft'"
                    " AND (OLD.body IS DISTINCT FROM NEW.body OR OLD.content_hash <> NEW.content_hash))"
                ),
            ),
            pgtrigger.Protect(
                name="fixed_once_approved",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(
                    "OLD.state IN ('scheduled', 'active', 'retired') AND (OLD.author_id IS DISTINCT FROM NEW.author_id"
                    " OR OLD.approver_id IS DISTINCT FROM NEW.approver_id"
                    " OR OLD.effective_from IS DISTINCT FROM NEW.effective_from"
                    " OR OLD.exemption <> NEW.exemption OR OLD.notice_days <> NEW.notice_days)"
                ),
            ),
            pgtrigger.Protect(
                name="kept", operation=pgtrigger.Delete, condition=pgtrigger.Condition("OLD.state <> 'draft'")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind}/{self.key} v{self.number}"

    @property
    def notice_key(self) -> str:
        """The key of the message that tells merchants of this version."""
        return f"policies.version.announced:{self.pk}"

    @property
    def owes_notice(self) -> bool:
        """Whether this version may come into force only so many days after merchants were told."""
        return self.notice_days > 0 and not self.exemption

    @transition(field=state, source=State.DRAFT, target=State.SHADOW)
    def start_shadow(self) -> None:
        """Fix the body and have it evaluated without effect."""
        self.shadow_since = timezone.now()

    @transition(field=state, source=[State.DRAFT, State.SHADOW], target=State.SUBMITTED)
    def submit(self, *, submitter: User, proposal: "dict[str, object]") -> None:
        """Ask a second person. `proposal`: effective_from, note, needs_adaptation, exemption and its reason."""
        self.submitter, self.submitted_at = submitter, timezone.now()
        for name, value in proposal.items():
            setattr(self, name, value)

    @transition(field=state, source=[State.SHADOW, State.SUBMITTED], target=State.DRAFT)
    def withdraw(self) -> None:
        """Take back to draft, to be changed."""
        self._back_to_draft()

    @transition(field=state, source=State.SUBMITTED, target=State.DRAFT)
    def reject(self) -> None:
        """Send back to draft; the reason is in the audit log and in the message to the author."""
        self._back_to_draft()

    @transition(field=state, source=State.SUBMITTED, target=State.SCHEDULED)
    def approve(self, *, approver: User, effective_from: dt.datetime, days: int, under: "PolicyVersion | None") -> None:
        """Publish: fixed for good, in force from `effective_from`."""
        self.approver, self.approved_at = approver, timezone.now()
        self.effective_from, self.notice_days, self.notice_policy = effective_from, days, under

    @transition(field=state, source=State.SCHEDULED, target=State.ACTIVE)
    def activate(self, *, at: dt.datetime) -> None:
        """Come into force."""
        self.activated_at = at

    @transition(field=state, source=State.ACTIVE, target=State.RETIRED)
    def retire(self, *, at: dt.datetime) -> None:
        """Make room for the next version."""
        self.retired_at = at

    @transition(field=state, source=[State.DRAFT, State.SCHEDULED], target=State.DISCARDED)
    def discard(self) -> None:
        """Drop a draft, or call off an approved version before it comes into force. The row stays."""

    def _back_to_draft(self) -> None:
        self.submitter = self.submitted_at = self.shadow_since = None


class PolicyTrial(models.Model):
    """What a version in shadow would have done at a moment, beside the version that was in force. Without any effect.

    `content_hash` is that of the text that was tried: a version may go back to draft and come again with another text.
    """

    version = models.ForeignKey(
        PolicyVersion, models.CASCADE, verbose_name=_("version in shadow"), related_name="trials", db_index=False
    )
    content_hash = models.CharField(_("content hash"), max_length=64)
    against = models.ForeignKey(PolicyVersion, models.PROTECT, verbose_name=_("version in force"), related_name="+")
    as_of = models.DateTimeField(_("as of"))
    result = models.JSONField(_("result"))
    recorded_at = models.DateTimeField(_("recorded"), default=timezone.now)

    class Meta:
        verbose_name = _("trial of a policy version")
        verbose_name_plural = _("trials of policy versions")
        ordering = ("-as_of", "-id")
        constraints = [
            models.UniqueConstraint(fields=["version", "content_hash", "as_of"], name="policies_trial_once"),
        ]
        triggers = [pgtrigger.Protect(name="trial_fixed", operation=pgtrigger.Update)]

    def __str__(self) -> str:
        return f"{self.version_id} · {self.as_of}"
