"""Who agreed to which version of which agreement."""

from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from merchants.models.application import Application
from merchants.models.merchant import Merchant


class AgreementSigning(models.Model):
    """One person agreed to one version, for an application or for a shop. Written once, never changed or deleted.

    The text itself stays in the policy version, which the database keeps from being changed; `text_hash` is the SHA-256
    of what was on the page in the signer's language, so that both can be compared later.
    """

    version = models.ForeignKey(
        "policies.PolicyVersion", models.PROTECT, verbose_name=_("version"), related_name="signings"
    )
    application = models.ForeignKey(
        Application, models.PROTECT, verbose_name=_("application"), null=True, blank=True, related_name="signings"
    )
    merchant = models.ForeignKey(
        Merchant, models.PROTECT, verbose_name=_("merchant"), null=True, blank=True, related_name="signings"
    )
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=_("signed by"), related_name="+"
    )
    signed_at = models.DateTimeField(_("signed"), default=timezone.now)
    network = models.CharField(
        _("network"),
        max_length=50,
        blank=True,
        help_text=_("The first part of the address; too little to find a person."),
    )
    language = models.CharField(_("language"), max_length=10, choices=settings.LANGUAGES)
    text_hash = models.CharField(
        _("hash of the text"), max_length=64, help_text=_("SHA-256 of the text as it was shown.")
    )

    class Meta:
        verbose_name = _("signed agreement")
        verbose_name_plural = _("signed agreements")
        ordering = ("-signed_at", "-id")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["version", "application"],
                condition=Q(application__isnull=False),
                name="merchants_signed_once_per_application",
            ),
            models.UniqueConstraint(
                fields=["version", "merchant"],
                condition=Q(merchant__isnull=False),
                name="merchants_signed_once_per_merchant",
            ),
            models.CheckConstraint(
                condition=Q(application__isnull=False, merchant__isnull=True)
                | Q(application__isnull=True, merchant__isnull=False),
                name="merchants_signed_for_one",
            ),
            models.CheckConstraint(condition=~Q(text_hash=""), name="merchants_signed_a_text"),
        ]
        triggers: ClassVar = [pgtrigger.Protect(name="signing_kept", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.version} · {self.application or self.merchant}"

    @property
    def title(self) -> str:
        """What the agreement is called, in the language in use."""
        title = self.version.body["title"]
        return str(title["zh" if (get_language() or "").startswith("zh") else "en"])
