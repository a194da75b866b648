"""Files that people bring, and what became of their rows."""

import json
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from shopops.exchange.registry import exchanges
from shopops.fields import EncryptedTextField
from shopops.uploads import UnguessableName, private_storage


class Import(models.Model):
    """One file: looked through first (`checked_at`), landed when somebody said yes (`confirmed_at`).

    `done` rows are landed for good: each chunk commits with it, so an import that died goes on behind its last chunk.
    """

    what = models.CharField(_("what"), max_length=40)
    file = models.FileField(_("file"), storage=private_storage, upload_to=UnguessableName("imports"), max_length=120)
    original_name = models.CharField(_("file name"), max_length=200)
    format = models.CharField(_("format"), max_length=10)
    encoding = models.CharField(_("encoding"), max_length=20, blank=True)
    size = models.PositiveIntegerField(_("size"), help_text=_("Bytes."))
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    total = models.PositiveIntegerField(_("rows"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=_("brought by"), related_name="+")
    at = models.DateTimeField(_("brought"), default=timezone.now)
    preview = models.JSONField(_("what would happen"), default=dict, blank=True)
    checked_at = models.DateTimeField(_("looked through"), null=True, blank=True)
    confirmed_at = models.DateTimeField(_("confirmed"), null=True, blank=True)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name=_("confirmed by"),
        null=True,
        blank=True,
        related_name="+",
    )
    done = models.PositiveIntegerField(_("rows done"), default=0)
    counts = models.JSONField(_("result"), default=dict, blank=True)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)

    class Meta:
        verbose_name = pgettext_lazy("noun", "import")
        verbose_name_plural = pgettext_lazy("noun", "imports")
        ordering = ("-id",)
        default_permissions = ("view",)
        indexes: ClassVar = [
            models.Index(
                fields=["id"],
                condition=Q(finished_at__isnull=True, confirmed_at__isnull=False),
                name="exchange_import_to_land",
            )
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(confirmed_at__isnull=True, confirmed_by__isnull=True)
                | Q(confirmed_at__isnull=False, confirmed_by__isnull=False, checked_at__isnull=False),
                name="exchange_import_confirmed_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(finished_at__isnull=True) | Q(confirmed_at__isnull=False),
                name="exchange_import_confirmed_before_landed",
            ),
            models.CheckConstraint(condition=Q(done__lte=models.F("total")), name="exchange_import_done_within"),
        ]

    def __str__(self) -> str:
        return f"{self.original_name} ({self.pk})"

    @property
    def label(self) -> str:
        """What kind of rows, in words."""
        return str(exchanges.get(self.what).label) if self.what in exchanges else self.what

    @property
    def state(self) -> str:
        """Where it stands: to_confirm, landing or done."""
        if self.finished_at:
            return "done"
        return "landing" if self.confirmed_at else "to_confirm"

    @property
    def state_in_words(self) -> str | Promise:
        return {
            "to_confirm": _("Waits for your yes"),
            "landing": _("Being imported"),
            "done": pgettext_lazy("import", "Done"),
        }[self.state]


class Reject(models.Model):
    """A row that did not land, as it came, with what is wrong."""

    of = models.ForeignKey(Import, models.CASCADE, verbose_name=_("import"), related_name="rejects")
    row = models.PositiveIntegerField(_("row"), help_text=_("In the file; the heading is row 1."))
    cells = EncryptedTextField(_("cells"), help_text=_("By column, as JSON."))
    errors = models.JSONField(_("errors"), help_text=_("By column; what is about the whole row has no column."))

    class Meta:
        verbose_name = _("rejected row")
        verbose_name_plural = _("rejected rows")
        ordering = ("row",)
        default_permissions = ()
        constraints: ClassVar = [models.UniqueConstraint(fields=["of", "row"], name="exchange_reject_once")]

    def __str__(self) -> str:
        return f"{self.of_id}: {self.row}"

    @property
    def values(self) -> dict[str, str]:
        """The cells by column."""
        found: dict[str, str] = json.loads(self.cells or "{}")
        return found
