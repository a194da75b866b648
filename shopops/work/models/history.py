"""What happened to work items: append-only, and what somebody still has to be told."""

from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from shopops.work.models.items import WorkItem


class WorkEvent(models.Model):
    """One thing that happened to one item. `other` is who lost it or got it; no actor: the platform or the clock."""

    class Kind(models.TextChoices):
        ENTERED = "entered", _("Entered the queue")
        MOVED = "moved", _("Enters the queue at another time")
        DUE_CHANGED = "due_changed", _("Due time changed")
        REASON = "reason", _("Reason added")
        ASSIGNED = "assigned", _("Assigned")
        CLAIMED = "claimed", _("Claimed")
        TAKEN_OVER = "taken_over", _("Taken over")
        RELEASED = "released", _("Released")
        LEFT = "left", _("Left the queue")

    item = models.ForeignKey(WorkItem, models.PROTECT, verbose_name=_("work item"), related_name="events")
    kind = models.CharField(_("what"), max_length=12, choices=Kind.choices)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=_("who"), null=True, blank=True, related_name="+"
    )
    other = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=_("whom"), null=True, blank=True, related_name="+"
    )
    at = models.DateTimeField(_("when"), default=timezone.now)
    detail = models.JSONField(_("details"), default=dict, blank=True)

    class Meta:
        verbose_name = _("event of a work item")
        verbose_name_plural = _("events of work items")
        ordering = ("id",)
        indexes: ClassVar = [models.Index(fields=["actor", "-at"], name="work_event_by_actor")]
        triggers: ClassVar = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.item_id}"


class Handover(models.Model):
    """Somebody took an item over; who lost it is told in the console when they next act."""

    item = models.ForeignKey(WorkItem, models.CASCADE, verbose_name=_("work item"), related_name="handovers")
    lost_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, verbose_name=_("lost by"), related_name="+")
    taken_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, verbose_name=_("taken over by"), related_name="+"
    )
    at = models.DateTimeField(_("when"), default=timezone.now)
    told_at = models.DateTimeField(_("told"), null=True, blank=True)

    class Meta:
        verbose_name = _("take-over")
        verbose_name_plural = _("take-overs")
        ordering = ("id",)
        constraints: ClassVar = [
            models.CheckConstraint(condition=~models.Q(lost_by=models.F("taken_by")), name="work_handover_between_two")
        ]
        indexes: ClassVar = [
            models.Index(fields=["lost_by"], condition=models.Q(told_at__isnull=True), name="work_handover_untold")
        ]

    def __str__(self) -> str:
        return f"{self.item_id}: {self.lost_by_id} → {self.taken_by_id}"
