"""A change of contacts, which applies at once."""

from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from merchants.changes.models import effects
from merchants.models import Merchant
from shopops.fields import EncryptedTextField
from shopops.transitions.handler import Effect


class ContactChange(models.Model):
    """Who changed which contacts when, with what stood there before (encrypted)."""

    merchant = models.ForeignKey(Merchant, models.PROTECT, verbose_name=_("merchant"), related_name="contact_changes")
    fields = ArrayField(models.CharField(max_length=20), verbose_name=_("fields"))
    former_name = EncryptedTextField(_("former contact"), blank=True)
    former_phone = EncryptedTextField(_("former phone"), blank=True)
    former_region = models.CharField(_("former region"), max_length=50, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=_("changed by"), related_name="+")
    at = models.DateTimeField(_("at"), default=timezone.now)

    EFFECTS: ClassVar[dict[str, Effect]] = effects.CONTACT

    class Meta:
        verbose_name = _("change of contacts")
        verbose_name_plural = _("changes of contacts")
        ordering = ("-id",)
        constraints: ClassVar = [
            models.CheckConstraint(condition=~models.Q(fields=[]), name="changes_contact_changes_something"),
        ]

    def __str__(self) -> str:
        return ", ".join(self.fields)
