"""Sample goods of an applicant, judged by a reviewer."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from merchants.models.application import Application
from merchants.models.document import Document


class SampleVerdict(models.Model):
    """What a reviewer found when looking at sample goods, once per submission; judging again overwrites it, and the
    audit log keeps what it said before."""

    class Outcome(models.TextChoices):
        PASSED = "passed", _("Passed")
        FAILED = "failed", _("Did not pass")

    application = models.ForeignKey(
        Application, models.CASCADE, verbose_name=_("application"), related_name="sample_verdicts"
    )
    submission = models.PositiveSmallIntegerField(_("submission"))
    items = models.TextField(
        _("samples"), max_length=1000, help_text=_("Which goods, how many, from which batch. One a line.")
    )
    standard = models.CharField(
        _("standard"), max_length=200, blank=True, help_text=_("What they were judged by: GB 16740-2014, for example.")
    )
    laboratory = models.CharField(
        _("laboratory"), max_length=200, blank=True, help_text=_("Who tested them; empty when a reviewer looked.")
    )
    report = models.ForeignKey(
        Document, models.SET_NULL, verbose_name=_("report"), null=True, blank=True, related_name="+"
    )
    outcome = models.CharField(_("verdict"), max_length=6, choices=Outcome.choices)
    note = models.TextField(_("note"), max_length=2000, blank=True)
    judged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=_("judged by"), related_name="+"
    )
    judged_at = models.DateTimeField(_("judged"), default=timezone.now)

    class Meta:
        verbose_name = _("verdict on samples")
        verbose_name_plural = _("verdicts on samples")
        ordering = ("id",)
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["application", "submission"], name="merchants_sample_once_per_submission"),
            models.CheckConstraint(condition=~models.Q(items=""), name="merchants_sample_names_goods"),
            models.CheckConstraint(
                condition=~models.Q(outcome="failed") | ~models.Q(note=""), name="merchants_sample_failed_says_why"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.application}: {self.get_outcome_display()}"

    @property
    def merchant_id(self) -> int | None:
        """Whose audit entries these are, once the application became a shop."""
        return self.application.merchant_id
