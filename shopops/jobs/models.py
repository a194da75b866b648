"""Runs of scheduled jobs."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from shopops.jobs.words import in_words


class JobRun(models.Model):
    """One run of one job: when, for which moment, how far, with what result."""

    class State(models.TextChoices):
        RUNNING = "running", _("Running")
        SUCCEEDED = "succeeded", _("Succeeded")
        FAILED = "failed", _("Failed")
        ABANDONED = "abandoned", _("Abandoned")

    job = models.CharField(_("job"), max_length=50)
    as_of = models.DateTimeField(_("as of"))
    trigger = models.CharField(_("started by"), max_length=20)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.RUNNING)
    started_at = models.DateTimeField(_("started"), default=timezone.now)
    heartbeat_at = models.DateTimeField(_("last sign of life"), default=timezone.now)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)
    done = models.PositiveIntegerField(_("done"), default=0)
    total = models.PositiveIntegerField(_("of"), null=True, blank=True)
    result = models.JSONField(_("result"), default=dict, blank=True)
    error = models.TextField(_("error"), blank=True)

    class Meta:
        verbose_name = _("job run")
        verbose_name_plural = _("job runs")
        ordering = ("-started_at", "-id")
        indexes = [models.Index(fields=["job", "-started_at"], name="jobs_run_job_started")]
        constraints = [
            models.UniqueConstraint(fields=["job"], condition=models.Q(state="running"), name="jobs_one_run_at_a_time"),
            models.CheckConstraint(
                condition=models.Q(state="running", finished_at__isnull=True) | models.Q(finished_at__isnull=False),
                name="jobs_running_has_no_end",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.job} {self.started_at:%Y-%m-%d %H:%M}"

    @property
    def result_in_words(self) -> str:
        return in_words(self.result)
