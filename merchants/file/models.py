"""Records of contact with a merchant: visits, calls, meetings, letters, with what is to follow."""

import datetime as dt
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from merchants.models import Merchant
from shopops.audit.history import track_changes
from shopops.fields import EncryptedTextField
from shopops.uploads import UnguessableName, private_storage

#: So long its author may correct a record; afterwards it stands.
EDITABLE_FOR = dt.timedelta(hours=24)


@track_changes()
class Visit(models.Model):
    """One contact of an operator with a merchant: why, with whom, what came out, what follows until when.

    A follow-up waits in the queue "Follow-ups" until somebody says that it is done.
    """

    class Kind(models.TextChoices):
        VISIT = "visit", pgettext_lazy("contact", "Visit")
        CALL = "call", pgettext_lazy("contact", "Call")
        MEETING = "meeting", pgettext_lazy("contact", "Meeting")
        EMAIL = "email", pgettext_lazy("contact", "E-mail")

    merchant = models.ForeignKey(Merchant, models.PROTECT, verbose_name=_("merchant"), related_name="visits")
    kind = models.CharField(_("kind of contact"), max_length=10, choices=Kind.choices, default=Kind.VISIT)
    at = models.DateTimeField(pgettext_lazy("contact", "when"), default=timezone.now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=_("recorded by"), related_name="merchant_visits"
    )
    with_whom = EncryptedTextField(_("with whom"), blank=True)
    purpose = models.CharField(_("purpose"), max_length=200)
    result = models.TextField(_("result"), max_length=5000, blank=True)
    follow_up = models.CharField(_("next step"), max_length=300, blank=True)
    follow_up_due = models.DateField(_("follow-up due"), null=True, blank=True)
    followed_up_at = models.DateTimeField(_("followed up"), null=True, blank=True)
    followed_up_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name=_("followed up by"),
        null=True,
        blank=True,
        related_name="+",
    )
    outcome = models.CharField(_("outcome of the follow-up"), max_length=500, blank=True)
    created_at = models.DateTimeField(_("recorded"), default=timezone.now)

    class Meta:
        verbose_name = pgettext_lazy("contact", "visit")
        verbose_name_plural = pgettext_lazy("contact", "visits")
        ordering = ("-at", "-id")
        indexes: ClassVar = [
            models.Index(fields=["merchant", "-at", "-id"], name="merchant_file_visits"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(purpose=""), name="merchant_file_visit_has_purpose"),
            models.CheckConstraint(
                condition=Q(follow_up="", follow_up_due__isnull=True)
                | (~Q(follow_up="") & Q(follow_up_due__isnull=False)),
                name="merchant_file_follow_up_has_day",
            ),
            models.CheckConstraint(
                condition=Q(followed_up_at__isnull=True, followed_up_by__isnull=True, outcome="")
                | Q(followed_up_at__isnull=False, followed_up_by__isnull=False, follow_up_due__isnull=False),
                name="merchant_file_followed_up_by",
            ),
            models.CheckConstraint(
                condition=Q(at__lte=F("created_at") + dt.timedelta(minutes=5)), name="merchant_file_visit_has_been"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.merchant}"

    @property
    def is_waiting(self) -> bool:
        """Whether something still follows."""
        return self.follow_up_due is not None and self.followed_up_at is None

    def may_be_edited_by(self, user_id: int | None, now: dt.datetime) -> bool:
        """Whether a person may still correct it: its author, within 24 hours."""
        return user_id == self.by_id and now < self.created_at + EDITABLE_FOR


class VisitFile(models.Model):
    """A file that belongs to a record of contact: minutes, a photo."""

    visit = models.ForeignKey(Visit, models.CASCADE, verbose_name=_("record of contact"), related_name="files")
    file = models.FileField(_("file"), storage=private_storage, upload_to=UnguessableName("visits"), max_length=120)
    original_name = models.CharField(_("file name"), max_length=200)
    content_type = models.CharField(_("content type"), max_length=50, help_text=_("Found in the content."))
    size = models.PositiveIntegerField(_("size"), help_text=_("Bytes."))
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    uploaded_at = models.DateTimeField(_("uploaded"), default=timezone.now)

    class Meta:
        verbose_name = _("file of a contact")
        verbose_name_plural = _("files of contacts")
        ordering = ("id",)
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["visit", "sha256"], name="merchant_file_same_file_once"),
            models.CheckConstraint(condition=Q(size__gt=0), name="merchant_file_not_empty"),
        ]

    def __str__(self) -> str:
        return self.original_name

    @property
    def merchant_id(self) -> int:
        """Whose it is: audit asks every object for it."""
        return self.visit.merchant_id
