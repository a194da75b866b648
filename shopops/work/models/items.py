"""Work items, why they wait and the clocks they are due by."""

from typing import Any, ClassVar

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from shopops.clocks.models import Feature

_OPEN = Q(left_at__isnull=True)


class Risk(models.IntegerChoices):
    """How much harm a wrong decision does; the queue is ordered by it first."""

    LOW = 1, _("Low risk")
    MEDIUM = 2, _("Medium risk")
    HIGH = 3, _("High risk")


class WorkClock(models.Model):
    """A length of time that items are allowed: seconds of running time, or whole working days.

    Many items share one, so that what is late is found by one moment per clock (`shopops.work.sla`). `calendar` is the
    code of a business calendar, empty for one that runs day and night; `feature` names the pauses that stop it.
    """

    calendar = models.CharField(_("calendar"), max_length=40, blank=True)
    feature = models.CharField(_("feature"), max_length=20, choices=Feature.choices, blank=True)
    seconds = models.PositiveBigIntegerField(_("seconds of running time"), null=True, blank=True)
    days = models.PositiveSmallIntegerField(_("working days"), null=True, blank=True)

    class Meta:
        verbose_name = _("clock of work items")
        verbose_name_plural = _("clocks of work items")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["calendar", "feature", "seconds", "days"], nulls_distinct=False, name="work_clock_once"
            ),
            models.CheckConstraint(
                condition=Q(seconds__isnull=False, seconds__gt=0, days__isnull=True)
                | Q(seconds__isnull=True, days__isnull=False, days__gt=0),
                name="work_clock_has_one_length",
            ),
        ]

    def __str__(self) -> str:
        length = f"{self.days} d" if self.days else f"{self.seconds} s"
        return " · ".join(part for part in (length, self.calendar, self.feature) if part)


class WorkItem(models.Model):
    """An object waits in a queue for a person until `left_at`. At most one open item per object and queue.

    Due at `due_at`, or when `clock` has run out since `started_at`: then the due time is computed on read.
    """

    queue = models.CharField(_("queue"), max_length=50)
    content_type = models.ForeignKey(
        ContentType, models.CASCADE, verbose_name=_("kind of object"), related_name="+", db_index=False
    )
    object_id = models.BigIntegerField(_("object"))
    target = GenericForeignKey("content_type", "object_id")
    label = models.CharField(_("what"), max_length=200)
    risk = models.PositiveSmallIntegerField(_("risk"), choices=Risk.choices, default=Risk.LOW)
    topic = models.CharField(
        _("topic"),
        max_length=40,
        blank=True,
        help_text=_("What it is about; lists are narrowed by it."),
    )
    skill = models.CharField(_("skill"), max_length=60, blank=True, help_text=_("What who works on it should know."))
    entered_at = models.DateTimeField(_("entered"), default=timezone.now)
    due_at = models.DateTimeField(_("due"), null=True, blank=True)
    clock = models.ForeignKey(
        WorkClock,
        models.PROTECT,
        verbose_name=_("clock"),
        null=True,
        blank=True,
        related_name="items",
        db_index=False,
    )
    started_at = models.DateTimeField(_("clock started"), null=True, blank=True)
    assigned_to = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        verbose_name=_("assigned to"),
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
    )
    claimed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        verbose_name=_("claimed by"),
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
    )
    claimed_at = models.DateTimeField(_("claimed"), null=True, blank=True)
    not_for = ArrayField(
        models.BigIntegerField(),
        verbose_name=_("not for"),
        default=list,
        blank=True,
        help_text=_("Users who had a part in it already."),
    )
    left_at = models.DateTimeField(_("left"), null=True, blank=True)

    class Meta:
        verbose_name = _("work item")
        verbose_name_plural = _("work items")
        ordering = ("-risk", "entered_at", "id")
        permissions: ClassVar = [
            ("assign_workitem", _("Can assign work to people and edit their skills")),
            ("view_agreement", _("Can see how far second reads agree")),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["queue", "content_type", "object_id"], condition=_OPEN, name="work_one_open_item"
            ),
            models.CheckConstraint(
                condition=Q(claimed_by__isnull=True) | Q(claimed_at__isnull=False), name="work_claim_has_time"
            ),
            models.CheckConstraint(
                condition=Q(due_at__isnull=False, clock__isnull=True, started_at__isnull=True)
                | Q(due_at__isnull=True, clock__isnull=False, started_at__isnull=False),
                name="work_due_by_time_or_clock",
            ),
            models.CheckConstraint(condition=Q(risk__gte=1, risk__lte=3), name="work_known_risk"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["queue", "-risk", "entered_at", "id"], condition=_OPEN, name="work_open_by_risk"),
            models.Index(
                fields=["queue", "topic", "-risk", "entered_at", "id"], condition=_OPEN, name="work_open_by_topic"
            ),
            models.Index(
                fields=["queue", "entered_at"],
                include=["clock", "due_at", "started_at", "claimed_by", "claimed_at", "assigned_to"],
                condition=_OPEN,
                name="work_open_counted",
            ),
            models.Index(fields=["assigned_to", "queue"], condition=_OPEN, name="work_open_assigned"),
            models.Index(fields=["claimed_by", "queue"], condition=_OPEN, name="work_open_claimed"),
            models.Index(fields=["clock", "started_at"], condition=_OPEN, name="work_open_clock"),
            models.Index(fields=["due_at"], condition=_OPEN & Q(due_at__isnull=False), name="work_open_due"),
            models.Index(fields=["content_type", "object_id"], name="work_of_object"),
            models.Index(fields=["queue", "left_at"], include=["entered_at"], name="work_left"),
            models.Index(fields=["queue", "entered_at"], include=["left_at"], name="work_entered"),
        ]

    def __str__(self) -> str:
        return self.label


class WorkReason(models.Model):
    """Why an item waits. Several sources may add reasons to an open item; the same code twice is one row."""

    item = models.ForeignKey(WorkItem, models.CASCADE, verbose_name=_("work item"), related_name="reasons")
    code = models.CharField(_("code"), max_length=80)
    words = models.JSONField(_("words"), help_text=_("By language."))
    detail = models.JSONField(_("details"), default=dict, blank=True)
    added_at = models.DateTimeField(_("added"), default=timezone.now)

    class Meta:
        verbose_name = _("reason to look")
        verbose_name_plural = _("reasons to look")
        ordering = ("id",)
        constraints: ClassVar = [models.UniqueConstraint(fields=["item", "code"], name="work_reason_once")]

    def __str__(self) -> str:
        return self.text

    @property
    def text(self) -> str:
        """The reason in the reader's language."""
        words: dict[str, Any] = self.words
        return str(words.get(get_language() or "en") or words.get("en") or self.code)
