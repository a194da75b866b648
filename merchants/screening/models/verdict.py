"""What the auto-approval rule said, and when somebody stopped it."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from merchants.models import Application
from shopops.transitions.handler import Effect


class Verdict(models.Model):
    """What one version of the policy said of one submission; judging again overwrites it until a person has decided.

    Versions in shadow are recorded beside the one in force. `reasons` are [{"code", "params"}], `evidence` the facts
    that were judged: codes and numbers, no personal data.
    """

    application = models.ForeignKey(
        Application, models.CASCADE, verbose_name=_("application"), related_name="auto_verdicts"
    )
    submission = models.PositiveSmallIntegerField(_("submission"))
    version = models.ForeignKey(
        "policies.PolicyVersion", models.PROTECT, verbose_name=_("policy version"), related_name="+"
    )
    criteria = models.CharField(
        _("criteria"), max_length=64, help_text=_("The same for versions that judge alike; they share their record.")
    )
    in_force = models.BooleanField(_("in force"), help_text=_("Not set: a version in shadow was tried."))
    would_approve = models.BooleanField(_("would approve"))
    for_people = models.BooleanField(_("drawn for a person"))
    reasons = models.JSONField(_("reasons"), default=list, blank=True)
    evidence = models.JSONField(_("evidence"), default=dict, blank=True)
    judged_at = models.DateTimeField(_("judged"), default=timezone.now)

    class Meta:
        verbose_name = _("verdict of the auto-approval rule")
        verbose_name_plural = _("verdicts of the auto-approval rule")
        ordering = ("-judged_at", "-id")
        permissions: ClassVar = [("view_calibration", _("Can see how reviewers decide"))]
        indexes: ClassVar = [
            models.Index(fields=["criteria", "judged_at"], name="screening_by_criteria"),
            models.Index(fields=["judged_at"], name="screening_by_time"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["application", "submission", "version"], name="screening_one_verdict_per_version"
            ),
            models.CheckConstraint(
                condition=Q(would_approve=True, reasons=[]) | (Q(would_approve=False) & ~Q(reasons=[])),
                name="screening_no_says_why",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.application_id}.{self.submission}: {self.would_approve}"


class Stop(models.Model):
    """Somebody stopped automatic approvals at once; they stay stopped until somebody lifts it."""

    since = models.DateTimeField(_("since"), default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=_("stopped by"), related_name="+")
    because = models.CharField(_("because"), max_length=500)
    is_standing = models.BooleanField(_("stands"), default=True)
    lifted_at = models.DateTimeField(_("lifted"), null=True, blank=True)
    lifted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=_("lifted by"), null=True, blank=True, related_name="+"
    )
    lifted_because = models.CharField(_("lifted because"), max_length=500, blank=True)

    EFFECTS: ClassVar[dict[str, Effect]] = {
        "stop": Effect(
            "screening.approvals.stopped",
            _("Automatic approvals stopped"),
            silent_because="Whoever does it sees it; applications go to people as before.",
            internal=True,
        ),
        "lift": Effect(
            "screening.approvals.resumed",
            _("Automatic approvals resumed"),
            silent_because="Whoever does it sees it; what follows is recorded with each approval.",
            internal=True,
        ),
    }

    class Meta:
        verbose_name = _("stop of automatic approvals")
        verbose_name_plural = _("stops of automatic approvals")
        ordering = ("-since", "-id")
        permissions: ClassVar = [("stop_approvals", _("Can stop automatic approvals, and resume them"))]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["is_standing"], condition=Q(is_standing=True), name="screening_one_standing_stop"
            ),
            models.CheckConstraint(
                condition=Q(is_standing=True, lifted_at__isnull=True, lifted_by__isnull=True)
                | Q(is_standing=False, lifted_at__isnull=False, lifted_by__isnull=False),
                name="screening_lifted_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return str(self.since)
