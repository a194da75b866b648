"""What a machine read from the scan of a business licence."""

import json
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from merchants.models.document import Document
from shopops.fields import EncryptedTextField
from shopops.transitions.handler import Effect


class Reading(models.Model):
    """One document, read once: where it stands and which fields were found.

    The fields are encrypted as a whole, because a licence names a person. Nothing here decides anything: a reading is
    shown beside the form and is one source of the checks.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("Waits to be read")
        READING = "reading", _("Is being read")
        DONE = "done", _("Read by machine")
        FAILED = "failed", _("Could not be read")
        UNAVAILABLE = "unavailable", _("Not read")

    class Problem(models.TextChoices):
        """Why there is no reading."""

        OFF = "off", _("Reading is switched off or not installed.")
        PDF = "pdf", _("Not read: a PDF without one plain picture inside. Compare it by eye.")
        DAMAGED = "damaged", _("Not read: the picture is damaged.")
        MISSING = "missing", _("Not read: the file is missing.")
        TOO_BIG = "too_big", _("Not read: the picture needs more memory than reading may take.")
        TOO_LONG = "too_long", _("Not read: it took longer than reading may take.")
        CRASHED = "crashed", _("Not read: the reader ended unexpectedly, several times.")
        NOTHING = "nothing", _("No field of a business licence was found. Is it one?")

    document = models.OneToOneField(
        Document, models.CASCADE, verbose_name=_("document"), related_name="reading", primary_key=True
    )
    state = models.CharField(_("state"), max_length=11, choices=State.choices, default=State.WAITING)
    problem = models.CharField(_("problem"), max_length=8, choices=Problem.choices, default="", blank=True)
    content = EncryptedTextField(_("what was read"), blank=True)
    rotation = models.PositiveSmallIntegerField(
        _("rotation"), default=0, help_text=_("Degrees clockwise that bring the stored picture upright.")
    )
    aspect = models.FloatField(
        _("width by height"),
        null=True,
        blank=True,
        help_text=_("Of the page turned upright; its boxes are shares of it."),
    )
    engine = models.CharField(_("engine"), max_length=60, blank=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    asked_at = models.DateTimeField(_("asked"), default=timezone.now)
    started_at = models.DateTimeField(_("started"), null=True, blank=True)
    read_at = models.DateTimeField(_("read"), null=True, blank=True)
    seconds = models.FloatField(_("seconds"), null=True, blank=True)
    peak_mb = models.PositiveIntegerField(_("memory"), null=True, blank=True, help_text=_("Highest use in MB."))

    EFFECTS: ClassVar[dict[str, Effect]] = {
        "read": Effect(
            "merchants.document.read",
            _("Document read by machine"),
            silent_because="It decides nothing; the reviewer sees it beside the form.",
            internal=True,
        )
    }

    class Meta:
        verbose_name = _("reading")
        verbose_name_plural = _("readings")
        indexes: ClassVar = [
            models.Index(
                fields=["asked_at"], condition=Q(state__in=["waiting", "reading"]), name="merchants_reading_owed"
            )
        ]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(rotation__in=[0, 90, 180, 270]), name="merchants_reading_quarter_turn"),
            models.CheckConstraint(
                condition=~Q(state="done") | Q(read_at__isnull=False, problem=""),
                name="merchants_reading_done_has_time",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "reading", "done"], problem="")
                | (Q(state__in=["failed", "unavailable"]) & ~Q(problem="")),
                name="merchants_reading_says_why",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.document}: {self.get_state_display()}"

    @property
    def fields(self) -> dict[str, dict[str, Any]]:
        """The fields found, by the application's field names (besides `issued_on`, `expires_on`).

        Each has `text` as printed, `value` normalised (dates ISO, the code in capitals; empty when it makes no sense),
        `score` from 0 to 1, and `box`, [x, y, width, height] as fractions of the page turned upright.
        """
        return json.loads(self.content) if self.content else {}

    @fields.setter
    def fields(self, found: dict[str, dict[str, Any]]) -> None:
        self.content = json.dumps(found, ensure_ascii=False)
