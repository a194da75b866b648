"""The steps in which accounts are settled when a shop leaves."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from merchants.exits.models.choices import Flow
from merchants.exits.models.exit import Exit


class SettlementStep(models.Model):
    """One line of the settlement: done (with its amount) or not owed, by whom and when. Made from the policy when the
    settlement begins."""

    class Status(models.TextChoices):
        OPEN = "open", pgettext_lazy("settlement step", "Open")
        DONE = "done", pgettext_lazy("settlement step", "Done")
        NOT_OWED = "not_owed", pgettext_lazy("settlement step", "Not owed")

    exit = models.ForeignKey(Exit, models.CASCADE, verbose_name=_("exit"), related_name="steps")
    code = models.CharField(_("code"), max_length=40)
    position = models.PositiveSmallIntegerField(_("position"))
    name = models.JSONField(_("name"), help_text=_("By language, as the policy had it."))
    flow = models.CharField(_("money goes"), max_length=12, choices=Flow.choices, default=Flow.NONE)
    status = models.CharField(_("status"), max_length=8, choices=Status.choices, default=Status.OPEN)
    amount = models.DecimalField(_("amount"), max_digits=14, decimal_places=2, null=True, blank=True)
    currency = models.CharField(_("currency"), max_length=3, blank=True)
    note = models.CharField(_("note"), max_length=500, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=_("by"), null=True, blank=True, related_name="+"
    )
    at = models.DateTimeField(_("when"), null=True, blank=True)

    class Meta:
        verbose_name = _("settlement step")
        verbose_name_plural = _("settlement steps")
        ordering = ("exit", "position")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["exit", "code"], name="exits_step_once"),
            models.CheckConstraint(
                condition=Q(amount__isnull=True, currency="") | Q(amount__gte=0, currency__regex="^[A-Z]{3}$"),
                name="exits_step_amount_with_currency",
            ),
            models.CheckConstraint(
                condition=Q(status="open", at__isnull=True) | (~Q(status="open") & Q(at__isnull=False)),
                name="exits_step_recorded_when",
            ),
            models.CheckConstraint(
                condition=~Q(status="done") | Q(flow="none") | Q(amount__isnull=False), name="exits_step_has_amount"
            ),
            models.CheckConstraint(condition=Q(amount__isnull=True) | ~Q(flow="none"), name="exits_step_money_flows"),
        ]

    def __str__(self) -> str:
        return f"{self.exit} · {self.title}"

    @property
    def merchant_id(self) -> int:
        """The shop it is about, for the audit log."""
        return self.exit.merchant_id

    @property
    def title(self) -> str:
        """Its name in the language in use."""
        from shopops.policies.kinds import Text

        return str(Text(**self.name))
