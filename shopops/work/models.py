"""Whatever a person must look at, of every app, in one table."""

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Risk(models.IntegerChoices):
    """How much harm a wrong decision does; the queue is ordered by it first."""

    LOW = 1, _("Low risk")
    MEDIUM = 2, _("Medium risk")
    HIGH = 3, _("High risk")


class WorkItem(models.Model):
    """An object waits in a queue for a person until `left_at`. At most one open item per object and queue."""

    queue = models.CharField(_("queue"), max_length=50)
    content_type = models.ForeignKey(ContentType, models.CASCADE, verbose_name=_("kind of object"), related_name="+")
    object_id = models.BigIntegerField(_("object"))
    target = GenericForeignKey("content_type", "object_id")
    label = models.CharField(_("what"), max_length=200)
    risk = models.PositiveSmallIntegerField(_("risk"), choices=Risk.choices, default=Risk.LOW)
    entered_at = models.DateTimeField(_("entered"), default=timezone.now)
    due_at = models.DateTimeField(_("due"))
    claimed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, verbose_name=_("claimed by"), null=True, blank=True, related_name="+"
    )
    claimed_at = models.DateTimeField(_("claimed"), null=True, blank=True)
    left_at = models.DateTimeField(_("left"), null=True, blank=True)

    class Meta:
        verbose_name = _("work item")
        verbose_name_plural = _("work items")
        ordering = ("-risk", "due_at", "id")
        constraints = [
            models.UniqueConstraint(
                fields=["queue", "content_type", "object_id"],
                condition=models.Q(left_at__isnull=True),
                name="work_one_open_item",
            ),
            models.CheckConstraint(
                condition=models.Q(claimed_by__isnull=True) | models.Q(claimed_at__isnull=False),
                name="work_claim_has_time",
            ),
        ]
        indexes = [
            models.Index(
                fields=["queue", "-risk", "due_at"], condition=models.Q(left_at__isnull=True), name="work_open_by_risk"
            )
        ]

    def __str__(self) -> str:
        return self.label
