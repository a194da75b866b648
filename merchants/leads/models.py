"""Who might open a shop: how they came to us, and the application that came of it."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from merchants.models import Application
from shopops.fields import DigestField, EncryptedTextField


class Lead(models.Model):
    """One contact of a sales team or of a landing page. It is won when the seller agreed to come."""

    external_id = models.CharField(_("lead"), max_length=64, unique=True, help_text=_("The sales system's own id."))
    contacted_on = models.DateField(_("first contact"))
    channel = models.CharField(_("channel"), max_length=40, blank=True)
    landing_page = models.CharField(_("landing page"), max_length=100, blank=True)
    segment = models.CharField(_("segment"), max_length=60, blank=True)
    lead_type = models.CharField(_("type of lead"), max_length=40, blank=True)
    business_type = models.CharField(_("type of business"), max_length=40, blank=True)
    shop_name = models.CharField(_("shop name"), max_length=100, blank=True)
    email = EncryptedTextField(_("e-mail"), blank=True)
    email_digest = DigestField(of="email")
    won_at = models.DateTimeField(_("won"), null=True, blank=True)
    seller_id = models.CharField(
        _("shop"), max_length=64, blank=True, help_text=_("The marketplace's own id of the shop that it became.")
    )
    application = models.OneToOneField(
        Application, models.SET_NULL, verbose_name=_("application"), null=True, blank=True, related_name="lead"
    )
    made_at = models.DateTimeField(_("brought in"), default=timezone.now)

    class Meta:
        verbose_name = _("lead")
        verbose_name_plural = _("leads")
        ordering = ("-contacted_on", "-id")
        permissions: ClassVar = [("import_lead", _("Can bring in leads by a file"))]
        indexes: ClassVar = [
            models.Index(fields=["contacted_on", "channel"], name="leads_by_day"),
            models.Index(
                fields=["id"],
                condition=Q(won_at__isnull=False, application__isnull=True) & ~Q(seller_id=""),
                name="leads_to_take_in",
            ),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(seller_id="") | Q(won_at__isnull=False),
                name="leads_shop_only_when_won",
                violation_error_message=_("The row names a shop but not when it was won."),
            ),
            models.UniqueConstraint(
                fields=["seller_id"],
                condition=~Q(seller_id=""),
                name="leads_one_per_shop",
                violation_error_message=_("Another lead became this shop already."),
            ),
        ]

    def __str__(self) -> str:
        return self.shop_name or self.external_id
