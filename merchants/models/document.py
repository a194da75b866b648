"""Scans that prove what an applicant says."""

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from merchants.models.application import Application
from merchants.models.merchant import Merchant
from shopops.audit.history import track_changes
from shopops.uploads import UnguessableName, private_storage


class DocumentQuerySet(models.QuerySet["Document"]):
    """Documents that count now, and those that were replaced."""

    def current(self) -> "DocumentQuerySet":
        return self.filter(replaced_at__isnull=True)


@track_changes()
class Document(models.Model):
    """One private file with the facts its owner typed from it. `type` is a code of the onboarding policy.

    It belongs to an application, and from the approval on to the merchant as well. A document that was handed in is
    never overwritten: a newer one replaces it (`replaced_at`).
    """

    application = models.ForeignKey(
        Application, models.PROTECT, verbose_name=_("application"), null=True, blank=True, related_name="documents"
    )
    merchant = models.ForeignKey(
        Merchant, models.PROTECT, verbose_name=_("merchant"), null=True, blank=True, related_name="documents"
    )
    type = models.CharField(_("type"), max_length=40)
    file = models.FileField(_("file"), storage=private_storage, upload_to=UnguessableName("documents"), max_length=120)
    original_name = models.CharField(_("file name"), max_length=200)
    content_type = models.CharField(_("content type"), max_length=50, help_text=_("Found in the content."))
    size = models.PositiveIntegerField(_("size"), help_text=_("Bytes."))
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    number = models.CharField(_("document number"), max_length=100, blank=True)
    holder = models.CharField(_("name on the document"), max_length=200, blank=True)
    grantor = models.CharField(
        _("granted by"), max_length=200, blank=True, help_text=_("Who gives the authorisation to the holder.")
    )
    brand = models.CharField(_("brand"), max_length=100, blank=True)
    issued_on = models.DateField(_("issued"), null=True, blank=True)
    expires_on = models.DateField(_("valid until"), null=True, blank=True, help_text=_("Empty: no end is printed."))
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=_("uploaded by"), related_name="+"
    )
    uploaded_at = models.DateTimeField(_("uploaded"), default=timezone.now)
    replaced_at = models.DateTimeField(_("replaced"), null=True, blank=True)

    objects = DocumentQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("of a merchant", "document")
        verbose_name_plural = pgettext_lazy("of a merchant", "documents")
        ordering = ("id",)
        indexes: ClassVar = [
            models.Index(
                fields=["expires_on"],
                condition=Q(merchant__isnull=False, replaced_at__isnull=True),
                name="merchants_doc_expiry",
            ),
            models.Index(fields=["sha256"], condition=Q(type="business_licence"), name="merchants_licence_again"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["application", "type", "sha256"],
                condition=Q(replaced_at__isnull=True),
                name="merchants_same_file_once",
            ),
            models.CheckConstraint(
                condition=Q(application__isnull=False) | Q(merchant__isnull=False), name="merchants_document_has_owner"
            ),
            models.CheckConstraint(
                condition=Q(issued_on__isnull=True) | Q(expires_on__isnull=True) | Q(expires_on__gte=F("issued_on")),
                name="merchants_document_expires_later",
            ),
            models.CheckConstraint(condition=Q(size__gt=0), name="merchants_document_not_empty"),
        ]

    def __str__(self) -> str:
        return f"{self.type} · {self.original_name}"

    @property
    def is_image(self) -> bool:
        return self.content_type.startswith("image/")

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        """Delete the row, and the file once that is committed."""
        from django.db import transaction

        storage, name = self.file.storage, self.file.name
        result = super().delete(*args, **kwargs)
        transaction.on_commit(lambda: storage.delete(name or ""))
        return result
