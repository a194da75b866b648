"""Runs of scheduled jobs, and what went wrong with them for longer."""

import datetime as dt
from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from shopops.jobs.words import in_words


class JobRun(models.Model):
    """One run of one job: when, for which moment, how far, with what result."""

    class State(models.TextChoices):
        RUNNING = "running", _("Running")
        SUCCEEDED = "succeeded", _("Succeeded")
        FAILED = "failed", _("Failed")
        ABANDONED = "abandoned", _("Abandoned")
        STOPPED = "stopped", _("Stopped")

    class Trigger(models.TextChoices):
        BEAT = "beat", pgettext_lazy("job", "the schedule")
        HAND = "hand", pgettext_lazy("job", "a person")
        COMMAND = "command", pgettext_lazy("job", "a command")
        RESUME = "resume", pgettext_lazy("job", "resumption after a crash")
        DEMO = "demo", pgettext_lazy("job", "the demo's set-up")
        CATCH_UP = "catch-up", pgettext_lazy("job", "making up for a missed time")

    job = models.CharField(_("job"), max_length=50)
    as_of = models.DateTimeField(_("as of"))
    trigger = models.CharField(_("started by"), max_length=20, choices=Trigger.choices)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.RUNNING)
    started_at = models.DateTimeField(_("started"), default=timezone.now)
    heartbeat_at = models.DateTimeField(_("last sign of life"), default=timezone.now)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)
    done = models.PositiveIntegerField(_("done"), default=0)
    total = models.PositiveIntegerField(_("of"), null=True, blank=True)
    cursor = models.JSONField(
        _("cursor"), default=dict, blank=True, help_text=_("Where a run for the same moment goes on after a crash.")
    )
    key = models.CharField(
        _("key"), max_length=60, null=True, blank=True, unique=True, help_text=_("What a person asked for, once.")
    )
    stop_asked_at = models.DateTimeField(_("asked to stop"), null=True, blank=True)
    result = models.JSONField(_("result"), default=dict, blank=True)
    error = models.TextField(_("error"), blank=True)

    class Meta:
        verbose_name = _("job run")
        verbose_name_plural = _("job runs")
        ordering = ("-started_at", "-id")
        permissions: ClassVar = [
            ("run_job", _("Can start and stop jobs")),
            ("read_errors", _("Can read errors of jobs")),
        ]
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

    @property
    def duration(self) -> dt.timedelta | None:
        """How long it took; None while it runs."""
        return self.finished_at - self.started_at if self.finished_at else None

    @property
    def took(self) -> str:
        """The duration as pages show it: "9.0 s", "…" while it runs. The unit is the same in every language."""
        return f"{self.duration.total_seconds():,.1f} s" if self.duration else "…"

    @property
    def percent_done(self) -> int | None:
        """0 to 100, where the job knows its total."""
        return min(100, round(100 * self.done / self.total)) if self.total else None


class JobIncident(models.Model):
    """A job is late, or failed several times in a row, from then until then. People are told once, and when it ends."""

    class Kind(models.TextChoices):
        LATE = "late", pgettext_lazy("job", "Late")
        FAILING = "failing", pgettext_lazy("job", "Failing")

    job = models.CharField(_("job"), max_length=50)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    opened_at = models.DateTimeField(_("noticed"), default=timezone.now)
    told_at = models.DateTimeField(_("people told"), null=True, blank=True)
    closed_at = models.DateTimeField(_("over"), null=True, blank=True)

    class Meta:
        verbose_name = _("job incident")
        verbose_name_plural = _("job incidents")
        ordering = ("-opened_at", "-id")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["job", "kind"], condition=models.Q(closed_at=None), name="jobs_one_incident_at_a_time"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.job} {self.kind}"
