"""The narrow waist: sums per merchant, kept by triggers on the facts (see `counter_sql` for what is counted)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from merchants.models import Merchant
from orders.counter_sql import MEASURES, WIDE
from shopops.metrics.registry import WINDOWS


class DayCounter(models.Model):
    """Sums of one marketplace day of one merchant; each measure is dated by its own day.

    Without a foreign key in the database: orders and reviews have one, and a check per cell would double the cost.
    """

    pk = models.CompositePrimaryKey("merchant_id", "day")
    merchant = models.ForeignKey(Merchant, models.CASCADE, related_name="+", db_constraint=False, db_index=False)
    day = models.DateField(_("day"), db_index=True)

    class Meta:
        verbose_name = _("day counter")
        verbose_name_plural = _("day counters")

    def __str__(self) -> str:
        return f"{self.merchant_id} {self.day}"


class WindowCounter(models.Model):
    """Sums over the last 7, 30 and 90 marketplace days before `as_of`: one narrow row per merchant.

    Its row is also the lock that serialises writers of one merchant's counters.
    """

    merchant = models.OneToOneField(
        Merchant, models.CASCADE, primary_key=True, related_name="order_counters", db_constraint=False
    )
    as_of = models.DateField(_("as of"), help_text=_("The first day that is not counted."))

    class Meta:
        verbose_name = _("window counter")
        verbose_name_plural = _("window counters")

    def __str__(self) -> str:
        return f"{self.merchant_id} {self.as_of}"


class CounterClock(models.Model):
    """The day at which all windows stand; one row. Triggers read it, `counters.slide` moves it."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    as_of = models.DateField(_("as of"))

    class Meta:
        verbose_name = _("counter clock")
        verbose_name_plural = _("counter clock")
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="orders_counterclock_one_row")]

    def __str__(self) -> str:
        return str(self.as_of)


def _sum(measure: str) -> "models.Field[int, int]":
    """A column for the sum of a measure; money needs 64 bits."""
    kind = models.BigIntegerField if measure in WIDE else models.IntegerField
    return kind(default=0, db_default=0)


for _measure in MEASURES:
    _sum(_measure).contribute_to_class(DayCounter, _measure)
    for _window in WINDOWS:
        _sum(_measure).contribute_to_class(WindowCounter, f"{_measure}_{_window}")
