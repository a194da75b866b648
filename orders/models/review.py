"""What buyers say about what they bought."""

from typing import ClassVar

import pgtrigger
from django.db import models
from django.utils.translation import gettext_lazy as _

from merchants.models import Merchant
from orders import triggers
from orders.counter_sql import LOW_RATING
from orders.models.order import Order


class ReviewQuerySet(models.QuerySet["Review"]):
    """Reviews in the words of the trade."""

    def counted(self) -> "ReviewQuerySet":
        """Those that count in metrics: reviews of malicious orders do not."""
        return self.filter(is_excluded=False)

    def low(self) -> "ReviewQuerySet":
        """One or two stars."""
        return self.filter(rating__lte=LOW_RATING)


class Review(models.Model):
    """A buyer's review of an order, or of the shop when `order` is empty. A fact: nobody edits it here."""

    merchant = models.ForeignKey(
        Merchant, models.PROTECT, verbose_name=_("merchant"), related_name="reviews", db_index=False
    )
    order = models.ForeignKey(
        Order, models.CASCADE, verbose_name=_("order"), related_name="reviews", null=True, blank=True
    )
    external_id = models.CharField(_("review number"), max_length=130)
    rating = models.PositiveSmallIntegerField(_("stars"))
    title = models.CharField(_("title"), max_length=200, blank=True)
    text = models.TextField(_("text"), blank=True)
    created_at = models.DateTimeField(_("written"))
    is_excluded = models.BooleanField(
        _("left out"), default=False, help_text=_("Follows its order: malicious ones count in no metric.")
    )

    objects = ReviewQuerySet.as_manager()

    class Meta:
        verbose_name = _("review")
        verbose_name_plural = _("reviews")
        indexes = [models.Index(fields=["merchant", "-created_at"], name="orders_review_newest")]
        constraints = [
            models.UniqueConstraint(fields=["merchant", "external_id"], name="orders_review_once_per_merchant"),
            models.CheckConstraint(condition=models.Q(rating__range=(1, 5)), name="orders_review_one_to_five_stars"),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [*triggers.REVIEW_COUNTERS, triggers.FOLLOW_ORDER]

    def __str__(self) -> str:
        return f"{self.rating} ★ {self.created_at:%Y-%m-%d}"
