"""A maintenance window and the states it goes through."""

import datetime as dt
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, FSMModelMixin, transition

from maintenance.models.choices import Kind
from shopops.audit.history import track_changes
from shopops.transitions.handler import Effect

#: Why the transitions themselves send nothing.
BY_JOB = "send_due_notices tells the merchants, so that each of thousands is told exactly once."
NOT_PUBLIC = "Nobody outside knows of the window before it is announced."


@track_changes()
class Window(FSMModelMixin, models.Model):
    """Planned work on the platform: when, what it hits (its impacts), how far it is.

    `starts_at` and `ends_at` are what is promised now; a change of them after announcing counts `times_revision` up,
    and notices belong to a revision. A window starts and ends by time (send_due_notices); a person completes it.
    """

    class State(models.TextChoices):
        DRAFT = "draft", pgettext_lazy("window", "Draft")
        SCHEDULED = "scheduled", pgettext_lazy("window", "Scheduled")
        ANNOUNCED = "announced", pgettext_lazy("window", "Announced")
        IN_PROGRESS = "in_progress", pgettext_lazy("window", "In progress")
        VERIFYING = "verifying", pgettext_lazy("window", "Verifying")
        COMPLETED = "completed", pgettext_lazy("window", "Completed")
        CANCELLED = "cancelled", pgettext_lazy("window", "Cancelled")

    title_en = models.CharField(_("title (English)"), max_length=150, help_text=_("What stops and why, in one line."))
    title_zh = models.CharField(_("title (Chinese)"), max_length=150)
    summary_en = models.TextField(_("summary (English)"), blank=True, help_text=_("What readers must know or do."))
    summary_zh = models.TextField(_("summary (Chinese)"), blank=True)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices, default=Kind.SERVER)
    is_large = models.BooleanField(
        _("large"), default=False, help_text=_("Needs the longer notice of the policy; long windows need it anyway.")
    )
    state = FSMField(_("state"), protected=True, choices=State.choices, default=State.DRAFT, db_index=True)
    starts_at = models.DateTimeField(_("starts"), db_index=True)
    ends_at = models.DateTimeField(_("ends"))
    times_revision = models.PositiveSmallIntegerField(_("revision of the times"), default=1, editable=False)
    previous_starts_at = models.DateTimeField(_("started before the last change"), null=True, editable=False)
    previous_ends_at = models.DateTimeField(_("ended before the last change"), null=True, editable=False)
    first_ends_at = models.DateTimeField(_("planned end before it was extended"), null=True, editable=False)
    actual_started_at = models.DateTimeField(_("actual start"), null=True, blank=True, editable=False)
    actual_ended_at = models.DateTimeField(_("actual end"), null=True, blank=True, editable=False)
    scheduled_at = models.DateTimeField(_("scheduled at"), null=True, blank=True, editable=False)
    announced_at = models.DateTimeField(_("announced at"), null=True, blank=True, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name=_("created by"),
        null=True,
        editable=False,
        related_name="+",
    )
    announced_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name=_("announced by"),
        null=True,
        blank=True,
        editable=False,
        related_name="+",
    )
    emergency_reason = models.TextField(_("emergency reason"), blank=True, editable=False)
    cancel_reason = models.TextField(_("reason of the cancellation"), blank=True, editable=False)
    policy_version = models.ForeignKey(
        "policies.PolicyVersion",
        models.PROTECT,
        verbose_name=_("policy version"),
        null=True,
        blank=True,
        editable=False,
        related_name="+",
    )
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)
    updated_at = models.DateTimeField(_("changed"), auto_now=True)

    class Meta:
        verbose_name = _("maintenance window")
        verbose_name_plural = _("maintenance windows")
        ordering = ("-starts_at", "-id")
        permissions = [
            ("announce_window", _("Can schedule, announce, move, extend, cancel and complete windows")),
            ("override_lead_time", _("Can announce with less notice than the policy asks, with an emergency reason")),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_at__gt=models.F("starts_at")),
                name="maintenance_window_ends_after_start",
                violation_error_message=_("The window must end after it starts: change the end or the start."),
            ),
            models.CheckConstraint(
                condition=models.Q(actual_ended_at__isnull=True)
                | models.Q(actual_ended_at__gte=models.F("actual_started_at")),
                name="maintenance_window_ended_after_start",
            ),
            models.CheckConstraint(
                condition=~models.Q(state__in=["announced", "in_progress", "verifying", "completed"])
                | models.Q(announced_at__isnull=False, policy_version__isnull=False),
                name="maintenance_window_announced_under_policy",
            ),
            models.CheckConstraint(
                condition=~models.Q(state__in=["in_progress", "verifying", "completed"])
                | models.Q(actual_started_at__isnull=False),
                name="maintenance_window_begun_has_start",
            ),
            models.CheckConstraint(
                condition=models.Q(state="completed", actual_ended_at__isnull=False)
                | (~models.Q(state="completed") & models.Q(actual_ended_at__isnull=True)),
                name="maintenance_window_completed_has_end",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="cancelled") | ~models.Q(cancel_reason=""),
                name="maintenance_window_cancelled_has_reason",
            ),
            models.CheckConstraint(
                condition=models.Q(times_revision__gte=1), name="maintenance_window_revision_from_one"
            ),
        ]

    EFFECTS: ClassVar[dict[str, Effect]] = {
        "schedule": Effect("maintenance.window.scheduled", _("Scheduled"), silent_because=NOT_PUBLIC),
        "revise": Effect("maintenance.window.revised", _("Taken back to draft"), silent_because=NOT_PUBLIC),
        "announce": Effect("maintenance.window.announced", _("Announced"), silent_because=BY_JOB),
        "move": Effect("maintenance.window.moved", _("Moved"), silent_because=BY_JOB),
        "start": Effect("maintenance.window.started", _("Started"), silent_because=BY_JOB),
        "extend": Effect("maintenance.window.extended", _("Extended"), silent_because=BY_JOB),
        "verify": Effect(
            "maintenance.window.verifying", _("Being verified"), silent_because="Merchants hear of it when it is done."
        ),
        "complete": Effect("maintenance.window.completed", _("Completed"), silent_because=BY_JOB),
        "cancel": Effect("maintenance.window.cancelled", _("Cancelled"), silent_because=BY_JOB),
    }

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        """The title in the reader's language."""
        return self.title_zh if _reads_chinese() else self.title_en

    @property
    def summary(self) -> str:
        """The summary in the reader's language."""
        return self.summary_zh if _reads_chinese() else self.summary_en

    @property
    def length(self) -> dt.timedelta:
        """The promised length; absolute time, so a night of a clock change counts its real hours."""
        return self.ends_at - self.starts_at

    @transition(field=state, source=State.DRAFT, target=State.SCHEDULED)
    def schedule(self, at: dt.datetime) -> None:
        """Fix the plan; clocks know of it, the public does not yet."""
        self.scheduled_at = at

    @transition(field=state, source=State.SCHEDULED, target=State.DRAFT)
    def revise(self) -> None:
        """Take an unannounced plan back to change it."""
        self.scheduled_at = None

    @transition(field=state, source=State.SCHEDULED, target=State.ANNOUNCED)
    def announce(self, at: dt.datetime, by_id: int, under_id: int, emergency_reason: str = "") -> None:
        """Make it public, under that version of the notice policy."""
        self.announced_at, self.announced_by_id = at, by_id
        self.policy_version_id, self.emergency_reason = under_id, emergency_reason

    @transition(field=state, source=[State.SCHEDULED, State.ANNOUNCED], target=None)
    def move(self, starts_at: dt.datetime, ends_at: dt.datetime, emergency_reason: str = "") -> None:
        """Change the times before the start."""
        if self.state == self.State.ANNOUNCED:
            self._change_times(starts_at, ends_at)
            self.emergency_reason = emergency_reason or self.emergency_reason
        else:
            self.starts_at, self.ends_at = starts_at, ends_at

    @transition(field=state, source=State.ANNOUNCED, target=State.IN_PROGRESS)
    def start(self, at: dt.datetime) -> None:
        """The work begins."""
        self.actual_started_at = at

    @transition(field=state, source=[State.IN_PROGRESS, State.VERIFYING], target=State.IN_PROGRESS)
    def extend(self, ends_at: dt.datetime) -> None:
        """The work takes longer than promised."""
        self.first_ends_at = self.first_ends_at or self.ends_at
        self._change_times(self.starts_at, ends_at)

    @transition(field=state, source=State.IN_PROGRESS, target=State.VERIFYING)
    def verify(self) -> None:
        """The promised end has come: services are back and are watched until a person says that all is well."""

    @transition(field=state, source=[State.IN_PROGRESS, State.VERIFYING], target=State.COMPLETED)
    def complete(self, at: dt.datetime) -> None:
        """Everything works again."""
        self.actual_ended_at = at

    @transition(field=state, source=[State.DRAFT, State.SCHEDULED, State.ANNOUNCED], target=State.CANCELLED)
    def cancel(self, why: str) -> None:
        """It will not take place."""
        self.cancel_reason = why

    def _change_times(self, starts_at: dt.datetime, ends_at: dt.datetime) -> None:
        self.previous_starts_at, self.previous_ends_at = self.starts_at, self.ends_at
        self.starts_at, self.ends_at = starts_at, ends_at
        self.times_revision += 1


def _reads_chinese() -> bool:
    return (get_language() or "").startswith("zh")
