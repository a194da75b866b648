"""Pauses: stretches in which the clocks of a feature stand still."""

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
