"""When merchants are told of a window: the plan and the ledger of its notices in one table."""

import datetime as dt

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from maintenance.models.window import Window


class NoticePoint(models.Model):
    """One notice that a window owes everybody, for one revision of its times.

    pending → sending (some are told; `cursor` says how far) → sent; or skipped, with the reason. Unique per window,
    kind, lead and revision, so that no crash and no second worker can owe or send a notice twice.
    """

    class Kind(models.TextChoices):
        ANNOUNCED = "announced", pgettext_lazy("notice", "Announcement")
        REMINDER = "reminder", pgettext_lazy("notice", "Reminder")
        STARTED = "started", pgettext_lazy("notice", "Start")
        CHANGED = "changed", pgettext_lazy("notice", "Change of time")
        COMPLETED = "completed", pgettext_lazy("notice", "End")
        CANCELLED = "cancelled", pgettext_lazy("notice", "Cancellation")

    class State(models.TextChoices):
        PENDING = "pending", pgettext_lazy("notice", "Pending")
        SENDING = "sending", pgettext_lazy("notice", "Being sent")
        SENT = "sent", pgettext_lazy("notice", "Sent")
        SKIPPED = "skipped", pgettext_lazy("notice", "Skipped")

    class Skipped(models.TextChoices):
        COVERED = "covered", _("A notice of that time already said it")
        OVERTAKEN = "overtaken", _("A later notice was due as well")
        TIMES_CHANGED = "times_changed", _("The times changed")
        CANCELLED = "cancelled", _("The window was cancelled")
        OVER = "over", _("The window was over")

    window = models.ForeignKey(
        Window, models.CASCADE, verbose_name=_("maintenance window"), related_name="notice_points"
    )
    kind = models.CharField(_("notice"), max_length=10, choices=Kind.choices)
    minutes_before = models.PositiveIntegerField(_("minutes before the start"), default=0)
    revision = models.PositiveSmallIntegerField(_("revision of the times"))
    due_at = models.DateTimeField(_("due"))
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.PENDING)
    skipped_because = models.CharField(_("skipped because"), max_length=15, choices=Skipped.choices, blank=True)
    message = models.ForeignKey(
        "notifications.Message", models.PROTECT, verbose_name=_("message"), null=True, blank=True, related_name="+"
    )
    cursor = models.BigIntegerField(_("told up to member"), default=0)
    recipients = models.PositiveIntegerField(_("recipients"), default=0)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        ordering = ("due_at", "id")
        constraints = [
            models.UniqueConstraint(
                fields=["window", "kind", "minutes_before", "revision"], name="maintenance_notice_once"
            ),
            models.CheckConstraint(
                condition=models.Q(state="sent", sent_at__isnull=False)
                | (~models.Q(state="sent") & models.Q(sent_at__isnull=True)),
                name="maintenance_notice_sent_has_time",
            ),
            models.CheckConstraint(
                condition=models.Q(state="skipped") ^ models.Q(skipped_because=""),
                name="maintenance_notice_skipped_has_reason",
            ),
            models.CheckConstraint(
                condition=models.Q(kind="reminder", minutes_before__gt=0)
                | (~models.Q(kind="reminder") & models.Q(minutes_before=0)),
                name="maintenance_notice_reminder_has_lead",
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_at"], condition=models.Q(state__in=["pending", "sending"]), name="maintenance_notice_open"
            )
        ]

    def __str__(self) -> str:
        return f"{self.window_id} · {self.key}"

    @property
    def key(self) -> str:
        """What makes its message unique, whoever asks how often."""
        lead = f"-{self.minutes_before}" if self.minutes_before else ""
        return f"maintenance.window:{self.window_id}:r{self.revision}:{self.kind}{lead}"

    @property
    def lead(self) -> dt.timedelta:
        """How long before the start a reminder goes out; zero for other notices."""
        return dt.timedelta(minutes=self.minutes_before)
