"""Re-verification: a campaign, the verification of each shop, the answer to each section."""

import datetime as dt
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, FSMModelMixin, transition

from merchants.changes.models import effects
from merchants.changes.models.change import ChangeRequest
from merchants.models import Merchant
from shopops.accounts.models import User
from shopops.policies.models import PolicyVersion
from shopops.transitions.handler import Effect


class Campaign(FSMModelMixin, models.Model):
    """The verifications that one month opens. While it is paused none opens, none is reminded, none becomes overdue."""

    class State(models.TextChoices):
        RUNNING = "running", pgettext_lazy("campaign", "Running")
        PAUSED = "paused", pgettext_lazy("campaign", "Paused")

    month = models.DateField(_("month"), unique=True, help_text=_("The first day of it, marketplace time."))
    state = FSMField(_("state"), max_length=8, choices=State.choices, default=State.RUNNING, protected=True)
    policy_version = models.ForeignKey(
        PolicyVersion, models.PROTECT, verbose_name=_("policy version"), related_name="+"
    )
    paused_on = models.DateField(_("paused since"), null=True, blank=True)
    extended_days = models.PositiveSmallIntegerField(_("extended by days"), default=0)
    created_at = models.DateTimeField(_("created"), default=timezone.now)

    EFFECTS: ClassVar[dict[str, Effect]] = effects.CAMPAIGN

    class Meta:
        verbose_name = _("re-verification campaign")
        verbose_name_plural = _("re-verification campaigns")
        ordering = ("-month",)
        permissions: ClassVar = [("manage_campaign", _("Can pause and extend re-verification campaigns"))]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(state="paused", paused_on__isnull=False) | Q(state="running", paused_on__isnull=True),
                name="changes_paused_since",
            )
        ]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}"

    @transition(field=state, source=State.RUNNING, target=State.PAUSED)
    def pause(self, *, on: dt.date) -> None:
        """Its clocks stop."""
        self.paused_on = on

    @transition(field=state, source=State.PAUSED, target=State.RUNNING)
    def resume(self) -> None:
        """Its clocks go on; the due days were moved by the days of the pause."""
        self.paused_on = None

    @transition(field=state, source=State.RUNNING, target=State.RUNNING)
    def extend(self, *, days: int) -> None:
        """Everybody who has not answered gets more days."""
        self.extended_days += days


class Verification(FSMModelMixin, models.Model):
    """open → overdue → in_check → done | cancelled: the owner confirms or corrects every section of the shop's file."""

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("verification", "Open")
        OVERDUE = "overdue", pgettext_lazy("verification", "Overdue")
        IN_CHECK = "in_check", pgettext_lazy("verification", "Being checked")
        DONE = "done", pgettext_lazy("verification", "Done")
        CANCELLED = "cancelled", pgettext_lazy("verification", "Cancelled")

    #: The owner has something to do.
    WAITING: ClassVar[tuple[str, ...]] = (State.OPEN, State.OVERDUE)
    LIVE: ClassVar[tuple[str, ...]] = (State.OPEN, State.OVERDUE, State.IN_CHECK)

    campaign = models.ForeignKey(Campaign, models.PROTECT, verbose_name=_("campaign"), related_name="verifications")
    merchant = models.ForeignKey(Merchant, models.PROTECT, verbose_name=_("merchant"), related_name="verifications")
    state = FSMField(_("state"), max_length=10, choices=State.choices, default=State.OPEN, protected=True)
    opened_at = models.DateTimeField(_("opened"), default=timezone.now)
    due_on = models.DateField(_("due"), help_text=_("The last marketplace day on which an answer is in time."))
    told_at = models.DateTimeField(_("told"), null=True, blank=True)
    reminded_step = models.PositiveSmallIntegerField(
        _("reminded days ahead"), null=True, blank=True, help_text=_("The latest reminder.")
    )
    done_at = models.DateTimeField(_("done"), null=True, blank=True)
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=_("checked by"), null=True, blank=True, related_name="+"
    )
    note = models.TextField(_("note"), max_length=2000, blank=True)

    EFFECTS: ClassVar[dict[str, Effect]] = effects.VERIFICATION

    class Meta:
        verbose_name = _("re-verification")
        verbose_name_plural = _("re-verifications")
        ordering = ("-id",)
        permissions: ClassVar = [("check_verification", _("Can check confirmed re-verifications"))]
        indexes: ClassVar = [
            models.Index(fields=["campaign", "state", "due_on"], name="changes_verif_due"),
            models.Index(fields=["id"], condition=Q(told_at__isnull=True), name="changes_verif_untold"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["campaign", "merchant"], name="changes_verif_once_per_campaign"),
            models.UniqueConstraint(
                fields=["merchant"],
                condition=Q(state__in=["open", "overdue", "in_check"]),
                name="changes_one_live_verif",
            ),
            models.CheckConstraint(condition=~Q(state="done") | Q(done_at__isnull=False), name="changes_verif_done_at"),
        ]

    def __str__(self) -> str:
        return gettext("Re-verification of %(name)s") % {"name": self.merchant}

    @transition(field=state, source=WAITING, target=State.IN_CHECK)
    def send_to_check(self) -> None:
        """Everything was answered, and it is in the sample that a reviewer looks at."""

    @transition(field=state, source=LIVE, target=State.DONE)
    def finish(self, *, at: dt.datetime, by: User | None = None) -> None:
        """The shop's file is confirmed."""
        self.done_at, self.checked_by = at, by

    @transition(field=state, source=State.IN_CHECK, target=State.OPEN)
    def send_back(self, *, due_on: dt.date, note: str, by: User) -> None:
        """The reviewer does not believe it; the owner answers again."""
        self.due_on, self.note, self.checked_by, self.reminded_step = due_on, note, by, None

    @transition(field=state, source=State.OPEN, target=State.OPEN)
    def remind(self, *, step: int) -> None:
        """The owner hears of it again."""
        self.reminded_step = step

    @transition(field=state, source=State.OPEN, target=State.OVERDUE)
    def lapse(self) -> None:
        """The day and the grace passed without an answer."""

    @transition(field=state, source=State.OVERDUE, target=State.OPEN)
    def reopen(self, *, due_on: dt.date) -> None:
        """The campaign was extended."""
        self.due_on, self.reminded_step = due_on, None

    @transition(field=state, source=LIVE, target=State.CANCELLED)
    def cancel(self) -> None:
        """The shop was closed."""


class SectionAnswer(models.Model):
    """What the owner said to one section: it is all true, or a change request corrects it.

    `facts` is the SHA-256 of what was shown, so that a confirmation holds for what it was given for; `statement` the
    sentence that was agreed to, in both languages.
    """

    class Kind(models.TextChoices):
        CONFIRMED = "confirmed", _("Confirmed")
        CORRECTED = "corrected", _("Corrected")

    verification = models.ForeignKey(
        Verification, models.CASCADE, verbose_name=_("re-verification"), related_name="answers"
    )
    section = models.CharField(_("section"), max_length=20)
    kind = models.CharField(_("answer"), max_length=10, choices=Kind.choices)
    change = models.ForeignKey(
        ChangeRequest, models.PROTECT, verbose_name=_("change request"), null=True, blank=True, related_name="answers"
    )
    facts = models.CharField(_("SHA-256 of the facts"), max_length=64, blank=True)
    statement = models.JSONField(_("statement"), default=dict, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=_("answered by"), related_name="+")
    at = models.DateTimeField(_("at"), default=timezone.now)

    class Meta:
        verbose_name = _("answer to a section")
        verbose_name_plural = _("answers to sections")
        ordering = ("id",)
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["verification", "section"], name="changes_section_answered_once"),
            models.CheckConstraint(
                condition=Q(kind="confirmed", change__isnull=True) | Q(kind="corrected", change__isnull=False),
                name="changes_corrected_by_request",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.section}: {self.get_kind_display()}"
