"""Runs of the importer."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class ImportRun(models.Model):
    """One import: which files under which mapping, how far it is, what landed and what was rejected.

    `position` is the last (merchant, order) committed, in the order of the keys: a run that was killed goes on from
    there when the same files are imported again and the same rows are rejected.
    """

    class State(models.TextChoices):
        RUNNING = "running", _("Running")
        SUCCEEDED = "succeeded", _("Succeeded")
        FAILED = "failed", _("Failed")

    mapping = models.CharField(_("mapping"), max_length=50)
    source = models.CharField(_("source"), max_length=500)
    fingerprint = models.CharField(_("fingerprint"), max_length=64, help_text=_("SHA-256 of mapping and files."))
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.RUNNING)
    position = models.JSONField(_("position"), null=True, blank=True)
    counts = models.JSONField(_("landed"), default=dict, blank=True)
    rejects = models.JSONField(_("rejected"), default=dict, blank=True)
    started_at = models.DateTimeField(_("started"), default=timezone.now)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)
    error = models.TextField(_("error"), blank=True)

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        ordering = ("-id",)
        indexes = [models.Index(fields=["fingerprint"], name="orders_import_fingerprint")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state="running", finished_at__isnull=True)
                | (~models.Q(state="running") & models.Q(finished_at__isnull=False)),
                name="orders_import_running_has_no_end",
            )
        ]

    def __str__(self) -> str:
        return f"{self.mapping} {self.started_at:%Y-%m-%d %H:%M}"
