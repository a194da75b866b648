"""Blind second reads."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from shopops.work.models.items import WorkItem


class SecondRead(models.Model):
    """A decision that a second person reads again without knowing the first verdict; it changes nothing decided.

    `first_item` is the decided work item, `item` the one the second person works on. Withdrawn when the object changed
    before it was read.
    """

    queue = models.CharField(_("queue"), max_length=50, help_text=_("The queue in which the decision was made."))
    first_item = models.OneToOneField(
        WorkItem, models.PROTECT, verbose_name=_("decided item"), related_name="checked_by"
    )
    item = models.OneToOneField(WorkItem, models.PROTECT, verbose_name=_("work item"), related_name="second_read")
    first_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name=_("decided by"),
        null=True,
        blank=True,
        related_name="+",
        help_text=_("Empty: a rule decided."),
    )
    first_verdict = models.CharField(_("first verdict"), max_length=30)
    first_at = models.DateTimeField(_("decided at"), default=timezone.now)
    second_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=_("read by"), null=True, blank=True, related_name="+"
    )
    second_verdict = models.CharField(_("second verdict"), max_length=30, blank=True)
    second_at = models.DateTimeField(_("read at"), null=True, blank=True)
    note = models.TextField(_("note"), max_length=2000, blank=True)

    class Meta:
        verbose_name = _("second read")
        verbose_name_plural = _("second reads")
        ordering = ("-id",)
        indexes: ClassVar = [models.Index(fields=["queue", "second_at"], name="work_second_read_month")]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(second_by__isnull=True, second_at__isnull=True, second_verdict="")
                | (Q(second_by__isnull=False, second_at__isnull=False) & ~Q(second_verdict="")),
                name="work_second_read_whole",
            ),
            models.CheckConstraint(
                condition=Q(second_by__isnull=True) | ~Q(second_by=F("first_by")), name="work_second_read_by_another"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.queue} · {self.first_item_id}"

    @property
    def agrees(self) -> bool | None:
        """Whether both verdicts are the same; None until it was read."""
        return self.first_verdict == self.second_verdict if self.second_verdict else None
