"""What went wrong unplanned, as operators record it for the status page."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from shopops.clocks.models import Feature


class Incident(models.Model):
    """A service was slow or out from `started_at` until `ended_at` (empty while it lasts). Shown to the public."""

    class Severity(models.TextChoices):
        DEGRADED = "degraded", pgettext_lazy("incident", "Degraded")
        OUTAGE = "outage", pgettext_lazy("incident", "Outage")

    service = models.CharField(_("service"), max_length=20, choices=Feature.choices)
    severity = models.CharField(_("severity"), max_length=10, choices=Severity.choices, default=Severity.DEGRADED)
    started_at = models.DateTimeField(_("started"), db_index=True)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True, help_text=_("Empty while it lasts."))
    title_en = models.CharField(_("title (English)"), max_length=150, help_text=_("What people noticed, in one line."))
    title_zh = models.CharField(_("title (Chinese)"), max_length=150)
    text_en = models.TextField(_("text (English)"), blank=True, help_text=_("What happened and what was done."))
    text_zh = models.TextField(_("text (Chinese)"), blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name=_("created by"),
        null=True,
        editable=False,
        related_name="+",
    )
    updated_at = models.DateTimeField(_("updated"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("incident")
        verbose_name_plural = _("incidents")
        ordering = ("-started_at", "-id")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ended_at__isnull=True) | models.Q(ended_at__gt=models.F("started_at")),
                name="maintenance_incident_ends_after_start",
                violation_error_message=_("The incident must end after it starts: change the end or leave it empty."),
            ),
            models.CheckConstraint(
                condition=models.Q(text_en="", text_zh="") | (~models.Q(text_en="") & ~models.Q(text_zh="")),
                name="maintenance_incident_text_in_both",
                violation_error_message=_("Write the text in both languages or in neither."),
            ),
        ]
        indexes = [
            models.Index(
                fields=["service"], condition=models.Q(ended_at__isnull=True), name="maintenance_incident_open"
            )
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        """The title in the reader's language."""
        return self.title_zh if (get_language() or "").startswith("zh") else self.title_en

    @property
    def text(self) -> str:
        """The text in the reader's language."""
        return self.text_zh if (get_language() or "").startswith("zh") else self.text_en
