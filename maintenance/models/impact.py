"""What a window does to a service, for one audience."""

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from maintenance.models.choices import PAUSING, Audience, Mode
from maintenance.models.window import Window
from shopops.clocks.models import Feature


class Impact(models.Model):
    """One cell of a window's matrix. A cell without a row works as always."""

    window = models.ForeignKey(Window, models.CASCADE, verbose_name=_("maintenance window"), related_name="impacts")
    service = models.CharField(_("service"), max_length=20, choices=Feature.choices)
    audience = models.CharField(_("audience"), max_length=10, choices=Audience.choices)
    mode = models.CharField(_("mode"), max_length=15, choices=Mode.choices, default=Mode.DOWN)
    note_en = models.CharField(_("note (English)"), max_length=200, blank=True)
    note_zh = models.CharField(_("note (Chinese)"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("impact")
        verbose_name_plural = _("impacts")
        ordering = ("id",)
        constraints = [
            models.UniqueConstraint(
                fields=["window", "service", "audience"],
                name="maintenance_impact_once",
                violation_error_message=_("This service is listed twice for the same audience: keep one of the rows."),
            ),
            models.CheckConstraint(
                condition=models.Q(note_en="", note_zh="") | (~models.Q(note_en="") & ~models.Q(note_zh="")),
                name="maintenance_impact_note_in_both",
                violation_error_message=_("Write the note in both languages or in neither."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_service_display()} · {self.get_audience_display()}: {self.get_mode_display()}"

    @property
    def note(self) -> str:
        """The note in the reader's language."""
        return self.note_zh if (get_language() or "").startswith("zh") else self.note_en

    @property
    def pauses_clocks(self) -> bool:
        """Whether merchants cannot do what this service's clocks measure."""
        return self.audience == Audience.MERCHANTS and self.mode in PAUSING
