"""Calendars, and pauses: stretches in which the clocks of a feature stand still."""

from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils.translation import gettext_lazy as _


class Feature(models.TextChoices):
    """What of the platform a clock depends on; maintenance says which are hit."""

    BROWSING = "browsing", _("Browsing and search")
    CHECKOUT = "checkout", _("Checkout and payment")
    SHIPPING = "shipping", _("Shipping")
    AFTER_SALES = "after_sales", _("After-sales")
    PRODUCTS = "products", _("Product editing")
    MESSAGES = "messages", _("Messages")
    APPEALS = "appeals", _("Warnings and appeals")
    ONBOARDING = "onboarding", _("Applications and review")


class Pause(models.Model):
    """The clocks of `feature` stand still from `start` to `end`, because of `source` (maintenance, a holiday)."""

    feature = models.CharField(_("feature"), max_length=20, choices=Feature.choices)
    start = models.DateTimeField(_("start"))
    end = models.DateTimeField(_("end"))
    content_type = models.ForeignKey(ContentType, models.CASCADE, null=True, blank=True, related_name="+")
    object_id = models.BigIntegerField(null=True, blank=True)
    source = GenericForeignKey("content_type", "object_id")

    class Meta:
        verbose_name = _("pause")
        verbose_name_plural = _("pauses")
        ordering = ("start",)
        indexes = [models.Index(fields=["feature", "end"], name="clocks_pause_feature_end")]
        constraints = [
            models.CheckConstraint(condition=models.Q(end__gt=models.F("start")), name="clocks_pause_ends_after_start"),
            models.UniqueConstraint(
                fields=["content_type", "object_id", "feature", "start"], name="clocks_pause_once_per_source"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_feature_display()}: {self.start:%Y-%m-%d %H:%M} – {self.end:%Y-%m-%d %H:%M}"


class WorkingCalendar(models.Model):
    """A published business calendar. `document` is the whole truth; the open stretches are computed from it."""

    code = models.SlugField(_("code"), max_length=50, unique=True)
    document = models.JSONField(_("document"))
    content_hash = models.CharField(_("content hash"), max_length=64)
    note = models.CharField(_("note"), max_length=200, blank=True, help_text=_("Which version of what was published."))
    published_at = models.DateTimeField(_("published"))
    covers_from = models.DateTimeField(_("covered from"), help_text=_("SQL knows the calendar from here on."))
    covers_to = models.DateTimeField(_("covered until"))

    class Meta:
        verbose_name = _("calendar")
        verbose_name_plural = _("calendars")
        ordering = ("code",)
        constraints = [
            models.CheckConstraint(
                condition=models.Q(covers_to__gt=models.F("covers_from")), name="clocks_calendar_covers_time"
            )
        ]

    def __str__(self) -> str:
        return self.code


class OpenStretch(models.Model):
    """A stretch in which a calendar's time counts. `before`: open microseconds of the calendar until `start`.

    With both, "how much time counted until t" and its inverse are one index look-up each.
    """

    calendar = models.ForeignKey(WorkingCalendar, models.CASCADE, related_name="stretches", db_index=False)
    start = models.DateTimeField(_("start"))
    end = models.DateTimeField(_("end"))
    before = models.BigIntegerField(_("open time before"))

    class Meta:
        verbose_name = _("open stretch")
        verbose_name_plural = _("open stretches")
        ordering = ("calendar", "start")
        constraints = [
            models.UniqueConstraint(fields=["calendar", "start"], name="clocks_stretch_start"),
            models.UniqueConstraint(fields=["calendar", "before"], name="clocks_stretch_before"),
            models.CheckConstraint(
                condition=models.Q(end__gt=models.F("start")), name="clocks_stretch_ends_after_start"
            ),
        ]
