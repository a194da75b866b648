"""The signed file of a merchant's records."""

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from merchants.models import Merchant
from shopops.uploads import UnguessableName, private_storage


class RecordExport(models.Model):
    """A merchant's records as a signed ZIP: asked for, made by the job `export_records`, deleted after some days.

    `done` and `total` are sections, for the progress that pages show. A merchant has at most one in the making.
    """

    merchant = models.ForeignKey(Merchant, models.PROTECT, verbose_name=_("merchant"), related_name="record_exports")
    language = models.CharField(_("language"), max_length=10, blank=True)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=_("asked for by"), related_name="+"
    )
    asked_at = models.DateTimeField(_("asked for"), default=timezone.now)
    done = models.PositiveSmallIntegerField(_("sections done"), default=0)
    total = models.PositiveSmallIntegerField(_("sections"), default=0)
    made_at = models.DateTimeField(_("made"), null=True, blank=True)
    failed_at = models.DateTimeField(_("failed"), null=True, blank=True)
    expires_at = models.DateTimeField(_("kept until"), null=True, blank=True)
    deleted_at = models.DateTimeField(_("deleted"), null=True, blank=True)
    file = models.FileField(_("file"), storage=private_storage, upload_to=UnguessableName("records"), blank=True)
    size = models.PositiveBigIntegerField(_("size"), default=0, help_text=_("In bytes."))
    sha256 = models.CharField(_("SHA-256"), max_length=64, blank=True)
    key_id = models.CharField(_("key"), max_length=16, blank=True, help_text=_("Which key signed it."))

    class Meta:
        verbose_name = _("record export")
        verbose_name_plural = _("record exports")
        ordering = ("-asked_at", "-id")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["merchant"],
                condition=Q(made_at__isnull=True, failed_at__isnull=True),
                name="exits_one_export_in_the_making",
            ),
            models.CheckConstraint(
                condition=Q(made_at__isnull=True) | (Q(expires_at__isnull=False) & ~Q(sha256="")),
                name="exits_made_export_has_hash",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.merchant} · {timezone.localtime(self.asked_at, timezone.get_default_timezone()):%Y-%m-%d}"

    @property
    def is_ready(self) -> bool:
        """Whether it can be downloaded."""
        return self.made_at is not None and self.deleted_at is None

    @property
    def is_waiting(self) -> bool:
        """Whether the job has to make it, or makes it now."""
        return self.made_at is None and self.failed_at is None

    @property
    def status(self) -> str:
        """In words."""
        if self.is_waiting:
            return str(pgettext_lazy("record export", "Being made"))
        if self.failed_at:
            return str(pgettext_lazy("record export", "Failed"))
        return str(
            pgettext_lazy("record export", "Deleted") if self.deleted_at else pgettext_lazy("record export", "Ready")
        )

    @property
    def is_for_member(self) -> bool:
        """Whether somebody of the shop asked for it, not an operator."""
        return self.merchant.members.filter(user_id=self.asked_by_id).exists()

    def page_for(self, user: Any) -> str:
        """Where somebody finds it: in the portal, else in the console."""
        if self.merchant.members.filter(user=user).exists():
            return reverse("exits:home")
        return reverse("exit_desk:records", args=[self.merchant_id])
