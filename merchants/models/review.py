"""What machines and people found out about an application."""

from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from merchants.models.application import Application


class CheckResult(models.Model):
    """What one automatic check said about one submission; running it again overwrites it.

    `evidence` names a sentence of `merchants.checks.words`, `params` fill it.
    """

    class Outcome(models.TextChoices):
        FAIL = "fail", _("Fail")
        UNSURE = "unsure", _("Unsure")
        PASS = "pass", _("Pass")

    application = models.ForeignKey(
        Application, models.CASCADE, verbose_name=_("application"), related_name="check_results"
    )
    submission = models.PositiveSmallIntegerField(_("submission"))
    code = models.CharField(_("check"), max_length=40)
    outcome = models.CharField(_("outcome"), max_length=6, choices=Outcome.choices)
    evidence = models.CharField(_("evidence"), max_length=60)
    params = models.JSONField(_("details"), default=dict, blank=True)
    run_at = models.DateTimeField(_("run"), default=timezone.now)

    class Meta:
        verbose_name = _("check result")
        verbose_name_plural = _("check results")
        ordering = ("id",)
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["application", "submission", "code"], name="merchants_check_once_per_submission"
            )
        ]

    def __str__(self) -> str:
        return f"{self.code}: {self.get_outcome_display()}"


class Recheck(models.Model):
    """An application whose facts changed, so that its checks have to run again. The row goes when they did."""

    # Without the database's key: it would lock the application, and two reviewers who decide on two applications that
    # are related to each other would wait for each other.
    application = models.OneToOneField(
        Application,
        models.CASCADE,
        verbose_name=_("application"),
        related_name="+",
        primary_key=True,
        db_constraint=False,
    )
    asked_at = models.DateTimeField(_("asked"), default=timezone.now, db_index=True)

    class Meta:
        verbose_name = _("checks to run again")
        verbose_name_plural = _("checks to run again")

    def __str__(self) -> str:
        return str(self.application_id)


class Decision(models.Model):
    """What was decided, with the reasons as policy codes: a ledger, never edited.

    `by` is empty for an approval by rule. `notes` are told to the applicant beside the reason that is their key;
    `internal_note` is for reviewers alone. `outcomes`: what each check said at that moment.
    """

    class Kind(models.TextChoices):
        PROPOSE = "propose", _("Approval proposed")
        DECLINE = "decline", _("Proposal sent back")
        APPROVE = "approve", _("Approved")
        NEEDS_INFO = "needs_info", _("Corrections asked for")
        REJECT = "reject", _("Rejected")

    #: The reviewers' own matter: the applicant hears of neither.
    INTERNAL: ClassVar[tuple[str, ...]] = (Kind.PROPOSE, Kind.DECLINE)

    application = models.ForeignKey(
        Application, models.PROTECT, verbose_name=_("application"), related_name="decisions"
    )
    submission = models.PositiveSmallIntegerField(_("submission"))
    kind = models.CharField(_("decision"), max_length=10, choices=Kind.choices)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=_("decided by"), null=True, blank=True, related_name="+"
    )
    at = models.DateTimeField(_("at"), default=timezone.now)
    reasons = ArrayField(models.CharField(max_length=100), verbose_name=_("reasons"), default=list, blank=True)
    note = models.TextField(_("note"), max_length=2000, blank=True)
    notes = models.JSONField(_("notes by reason"), default=dict, blank=True)
    internal_note = models.TextField(_("internal note"), max_length=2000, blank=True)
    outcomes = models.JSONField(_("what the checks said"), default=dict, blank=True)
    batch = models.ForeignKey(
        "merchants.ReviewBatch",
        models.PROTECT,
        verbose_name=_("batch"),
        null=True,
        blank=True,
        related_name="decisions",
    )
    policy_version = models.ForeignKey(
        "policies.PolicyVersion", models.PROTECT, verbose_name=_("policy version"), related_name="+"
    )

    class Meta:
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")
        ordering = ("id",)
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["application", "submission"],
                condition=Q(kind__in=["approve", "needs_info", "reject"]),
                name="merchants_one_decision_per_submission",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["propose", "decline", "approve"]) | ~Q(reasons=[]),
                name="merchants_no_without_reason",
            ),
            models.CheckConstraint(
                condition=Q(kind="approve") | Q(by__isnull=False), name="merchants_only_approvals_by_rule"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.application} · {self.get_kind_display()}"


class InfoRequest(models.Model):
    """One thing the applicant is asked to correct or add, and the answer.

    `item` is "field.<name>", "document.<type>" or "other"; `reason` is a code of the onboarding policy.
    """

    application = models.ForeignKey(
        Application, models.CASCADE, verbose_name=_("application"), related_name="info_requests"
    )
    decision = models.ForeignKey(Decision, models.PROTECT, verbose_name=_("decision"), related_name="info_requests")
    item = models.CharField(_("item"), max_length=60)
    reason = models.CharField(_("reason"), max_length=40)
    note = models.TextField(_("note"), max_length=2000, blank=True)
    answer = models.TextField(_("answer"), max_length=5000, blank=True)
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)

    class Meta:
        verbose_name = _("request to correct")
        verbose_name_plural = _("requests to correct")
        ordering = ("id",)
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["decision", "item", "reason"], name="merchants_item_asked_once"),
        ]

    def __str__(self) -> str:
        return f"{self.item}: {self.reason}"
