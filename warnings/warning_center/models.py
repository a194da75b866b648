"""Warnings, what each check measured, and the facts behind the numbers."""

import datetime as dt
from typing import Any, ClassVar

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_fsm import FSMField, FSMModelMixin, transition

from merchants.models import Merchant
from shopops.transitions.handler import Effect
from warning_center import effects, texts
from warning_center.choices import Cause, Intensity, Type, Unit
from warning_center.clock import due_at


class Figure(models.Model):
    """A number as it was measured: numerator / denominator over whole marketplace days, against a limit.

    A document's figure is the days it is still valid (denominator 1, negative when it has ended). `params` has what
    else the rule's texts mention.
    """

    numerator = models.BigIntegerField(_("numerator"))
    denominator = models.BigIntegerField(_("denominator"))
    limit = models.DecimalField(_("limit"), max_digits=10, decimal_places=4)
    unit = models.CharField(_("unit"), max_length=10, choices=Unit.choices)
    window_start = models.DateField(_("first day counted"))
    window_end = models.DateField(_("first day not counted"))
    params = models.JSONField(_("further values"), default=dict, blank=True)

    class Meta:
        abstract = True

    @property
    def ratio(self) -> float | None:
        """The measured value, None without cases."""
        return self.numerator / self.denominator if self.denominator else None

    @property
    def last_day(self) -> dt.date:
        """The last day counted, as people are told."""
        return max(self.window_start, self.window_end - dt.timedelta(days=1))


class Warning(FSMModelMixin, Figure):
    """A shop is told what is wrong, by when to rectify it, and what follows. Nothing is held against it while it does.

    open → acknowledged → rectifying → submitted (re-check) → revoked; back to rectifying when the re-check fails;
    expired when time runs out. The inherited figure is the latest finding against the merchant: that of the opening, or
    of the last time it was raised.
    """

    class State(models.TextChoices):
        OPEN = "open", _("Issued")
        ACKNOWLEDGED = "acknowledged", _("Acknowledged")
        RECTIFYING = "rectifying", _("Rectifying")
        SUBMITTED = "submitted", _("Being re-checked")
        REVOKED = "revoked", _("Revoked")
        EXPIRED = "expired", pgettext_lazy("warning", "Expired")

    #: States in which the merchant, or a re-check, still has something to do.
    LIVE: ClassVar[tuple[str, ...]] = (State.OPEN, State.ACKNOWLEDGED, State.RECTIFYING, State.SUBMITTED)

    merchant = models.ForeignKey(Merchant, models.PROTECT, verbose_name=_("merchant"), related_name="warnings")
    number = models.CharField(_("number"), max_length=24, unique=True)
    state = FSMField(_("state"), max_length=12, choices=State.choices, default=State.OPEN, protected=True)
    type = models.CharField(_("type"), max_length=10, choices=Type.choices)
    intensity = models.PositiveSmallIntegerField(_("intensity"), choices=Intensity.choices)
    cause = models.CharField(_("cause"), max_length=20, choices=Cause.choices)
    rule = models.CharField(_("rule"), max_length=40)
    subject_key = models.CharField(
        _("subject"), max_length=80, blank=True, help_text=_("What of the shop it is about; empty: the shop itself.")
    )
    policy_version = models.ForeignKey(
        "policies.PolicyVersion", models.PROTECT, verbose_name=_("policy version"), related_name="+"
    )
    opened_at = models.DateTimeField(pgettext_lazy("warning", "issued"))
    found_at = models.DateTimeField(_("figures as of"))
    allowed = models.DurationField(_("time to rectify"))
    closed_at = models.DateTimeField(pgettext_lazy("warning", "closed"), null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name=_("revoked by"),
        null=True,
        blank=True,
        related_name="+",
        help_text=_("Empty: a re-check or the clock closed it."),
    )

    EFFECTS: ClassVar[dict[str, Effect]] = effects.TRANSITIONS

    class Meta:
        verbose_name = _("warning")
        verbose_name_plural = _("warnings")
        ordering = ("-opened_at", "-id")
        permissions: ClassVar = [("revoke_warning", _("Can revoke warnings"))]
        indexes: ClassVar = [
            models.Index(fields=["merchant", "-opened_at", "-id"], name="warnings_of_merchant"),
            models.Index(
                fields=["merchant"],
                condition=Q(state__in=["open", "acknowledged", "rectifying", "submitted"]),
                name="warnings_live",
            ),
            models.Index(fields=["rule", "policy_version"], name="warnings_by_rule"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["merchant", "rule", "subject_key"],
                condition=Q(state__in=["open", "acknowledged", "rectifying", "submitted"]),
                name="warnings_one_live_per_subject",
            ),
            models.UniqueConstraint(
                fields=["merchant", "rule", "subject_key", "opened_at"], name="warnings_once_per_moment"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["open", "acknowledged", "rectifying", "submitted"], closed_at__isnull=True)
                | Q(state__in=["revoked", "expired"], closed_at__isnull=False),
                name="warnings_closed_has_time",
            ),
            models.CheckConstraint(
                condition=Q(closed_by__isnull=True) | Q(state="revoked"), name="warnings_people_only_revoke"
            ),
            models.CheckConstraint(condition=Q(intensity__gte=1, intensity__lte=3), name="warnings_known_intensity"),
            models.CheckConstraint(condition=Q(denominator__gte=0), name="warnings_denominator_not_negative"),
            models.CheckConstraint(condition=Q(window_end__gte=F("window_start")), name="warnings_window_in_order"),
            models.CheckConstraint(condition=Q(allowed__gt=dt.timedelta()), name="warnings_time_to_rectify"),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("warnings:detail", args=[self.number])

    @property
    def title(self) -> str:
        """The finding with its numbers, in the language in use."""
        return texts.title(self)

    @property
    def is_live(self) -> bool:
        """Not closed yet."""
        return self.state in self.LIVE

    @property
    def due_at(self) -> dt.datetime:
        """When the time to rectify ends, pauses counted in. For many at once use `clock.due_dates`."""
        return due_at(self)

    @transition(field=state, source=State.OPEN, target=State.ACKNOWLEDGED)
    def acknowledge(self) -> None:
        """The merchant has read it."""

    @transition(field=state, source=[State.OPEN, State.ACKNOWLEDGED], target=State.RECTIFYING)
    def start_rectifying(self) -> None:
        """The merchant is at it."""

    @transition(field=state, source=State.RECTIFYING, target=State.SUBMITTED)
    def submit(self) -> None:
        """The merchant asks for the re-check."""

    @transition(field=state, source=State.SUBMITTED, target=State.RECTIFYING)
    def return_to_rectifying(self) -> None:
        """The re-check found that it is not clear yet."""

    @transition(field=state, source=list(LIVE), target=None)
    def escalate(self, *, intensity: int, at: dt.datetime, figure: dict[str, Any]) -> None:
        """It got worse: a higher intensity and the new numbers. The time to rectify stays as it was."""
        self.intensity, self.found_at = intensity, at
        for name, value in figure.items():
            setattr(self, name, value)

    @transition(field=state, source=list(LIVE), target=State.REVOKED)
    def revoke(self, *, at: dt.datetime) -> None:
        """A re-check found that it is clear."""
        self.closed_at = at

    @transition(field=state, source=list(LIVE), target=State.REVOKED)
    def withdraw(self, *, at: dt.datetime, by: Any) -> None:
        """A risk analyst takes it back, with a reason."""
        self.closed_at, self.closed_by = at, by

    @transition(field=state, source=[State.OPEN, State.ACKNOWLEDGED, State.RECTIFYING], target=State.EXPIRED)
    def expire(self, *, at: dt.datetime) -> None:
        """Time ran out and the finding still holds."""
        self.closed_at = at


class Finding(Figure):
    """What one check measured that changed something, kept with its facts even when those change later."""

    class Outcome(models.TextChoices):
        OPENED = "opened", _("Warning issued")
        ESCALATED = "escalated", _("Intensity raised")
        RETURNED = "returned", _("Re-check not passed")
        REVOKED = "revoked", _("Warning revoked")
        EXPIRED = "expired", _("Warning expired")

    warning = models.ForeignKey(Warning, models.CASCADE, verbose_name=_("warning"), related_name="findings")
    at = models.DateTimeField(_("as of"))
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome.choices)
    intensity = models.PositiveSmallIntegerField(_("intensity"), choices=Intensity.choices, null=True, blank=True)

    class Meta:
        verbose_name = _("finding")
        verbose_name_plural = _("findings")
        ordering = ("id",)
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["warning", "outcome"],
                condition=Q(outcome__in=["opened", "revoked", "expired"]),
                name="warnings_opens_and_closes_once",
            ),
            models.CheckConstraint(condition=Q(denominator__gte=0), name="warnings_finding_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.get_outcome_display()} · {self.warning_id}"


class WarningFact(models.Model):
    """One fact that was counted: an order, a review, a document, as it stood when it was counted."""

    class Kind(models.TextChoices):
        LATE_ORDER = "late_order", _("Late order")
        CANCELLED_ORDER = "cancelled_order", _("Cancelled order")
        REVIEW = "review", pgettext_lazy("by a buyer", "Review")
        DOCUMENT = "document", _("Document")

    finding = models.ForeignKey(Finding, models.CASCADE, verbose_name=_("finding"), related_name="facts")
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices)
    object_id = models.BigIntegerField(_("object"))
    label = models.CharField(_("what"), max_length=200)
    data = models.JSONField(_("values"), default=dict, blank=True, encoder=DjangoJSONEncoder)

    class Meta:
        verbose_name = _("fact")
        verbose_name_plural = _("facts")
        ordering = ("id",)
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["finding", "kind", "object_id"], name="warnings_fact_once_per_finding")
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.label}"
