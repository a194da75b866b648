"""What was told of documents that end."""

from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from merchants.changes.models import effects
from merchants.models import Document, Merchant
from shopops.transitions.handler import Effect


class ExpiryNotice(models.Model):
    """One step of one document was told: 30, 15, 7 days ahead by the policy, 0 once it has ended.

    With another end of the same document (a corrected date) the steps begin anew.
    """

    document = models.ForeignKey(Document, models.CASCADE, verbose_name=_("document"), related_name="expiry_notices")
    merchant = models.ForeignKey(Merchant, models.PROTECT, verbose_name=_("merchant"), related_name="+")
    expires_on = models.DateField(_("valid until"))
    step = models.PositiveSmallIntegerField(_("days ahead"), help_text=_("0: it has ended."))
    as_of = models.DateTimeField(_("as of"))
    at = models.DateTimeField(_("told"), default=timezone.now)

    EFFECTS: ClassVar[dict[str, Effect]] = effects.EXPIRY

    class Meta:
        verbose_name = _("notice of a document's end")
        verbose_name_plural = _("notices of documents' ends")
        ordering = ("-id",)
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["document", "expires_on", "step"], name="changes_expiry_told_once"),
        ]

    def __str__(self) -> str:
        return f"{self.document_id} · {self.expires_on} · {self.step}"
