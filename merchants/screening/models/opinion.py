"""An outside reviewer is asked what they think of an application."""

import datetime as dt
from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_fsm import FSMField, FSMModelMixin, transition

from merchants.models import Application
from merchants.screening.models import effects
from shopops.policies.models import PolicyVersion
from shopops.transitions.handler import Effect


class OpinionRequest(FSMModelMixin, models.Model):
    """One question to one outside reviewer about one submission: open → given | withdrawn.

    The opinion decides nothing; reviewers of the marketplace see it beside the case. It is due `days` working days
    after it was asked, by the calendar of the onboarding policy.
    """

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("opinion", "Waiting")
        GIVEN = "given", pgettext_lazy("opinion", "Given")
        WITHDRAWN = "withdrawn", pgettext_lazy("opinion", "Withdrawn")

    class View(models.TextChoices):
        APPROVE = "approve", pgettext_lazy("opinion", "Would approve")
        NEEDS_INFO = "needs_info", pgettext_lazy("opinion", "Would ask for corrections")
        REJECT = "reject", pgettext_lazy("opinion", "Would reject")

    application = models.ForeignKey(
        Application, models.PROTECT, verbose_name=_("application"), related_name="opinion_requests"
    )
    submission = models.PositiveSmallIntegerField(_("submission"))
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=_("outside reviewer"), related_name="+"
    )
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=_("asked by"), related_name="+")
    asked_at = models.DateTimeField(pgettext_lazy("opinion", "asked"), default=timezone.now)
    question = models.TextField(_("question"), max_length=1000, blank=True)
    days = models.PositiveSmallIntegerField(_("working days"), default=2)
    state = FSMField(_("state"), max_length=10, choices=State.choices, default=State.OPEN, protected=True)
    view = models.CharField(_("opinion"), max_length=10, choices=View.choices, blank=True)
    reasons = ArrayField(models.CharField(max_length=100), verbose_name=_("reasons"), default=list, blank=True)
    note = models.TextField(_("note"), max_length=2000, blank=True)
    policy_version = models.ForeignKey(
        "policies.PolicyVersion",
        models.PROTECT,
        verbose_name=_("policy version"),
        null=True,
        blank=True,
        related_name="+",
        help_text=_("Whose reasons the opinion names."),
    )
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)

    EFFECTS: ClassVar[dict[str, Effect]] = effects.OPINION

    class Meta:
        verbose_name = _("request for an opinion")
        verbose_name_plural = _("requests for opinions")
        ordering = ("-asked_at", "-id")
        permissions: ClassVar = [
            ("ask_opinion", _("Can ask outside reviewers for their opinion")),
            ("give_opinion", _("Can give the opinions they are asked for")),
        ]
        indexes: ClassVar = [
            models.Index(fields=["reviewer", "-asked_at"], name="screening_opinions_of"),
            models.Index(fields=["application", "submission"], name="screening_opinions_on"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["application", "reviewer"], condition=Q(state="open"), name="screening_asked_once"
            ),
            models.CheckConstraint(condition=~Q(reviewer=F("asked_by")), name="screening_asks_another"),
            models.CheckConstraint(condition=Q(days__gte=1, days__lte=20), name="screening_known_days"),
            models.CheckConstraint(
                condition=(Q(state="given", policy_version__isnull=False) & ~Q(view=""))
                | (~Q(state="given") & Q(view="", reasons=[])),
                name="screening_given_has_view",
            ),
            models.CheckConstraint(
                condition=Q(view__in=["", "approve"]) | ~Q(reasons=[]), name="screening_no_needs_reason"
            ),
            models.CheckConstraint(
                condition=Q(state="open", closed_at__isnull=True) | (~Q(state="open") & Q(closed_at__isnull=False)),
                name="screening_closed_has_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.application} · {self.reviewer}"

    def get_absolute_url(self) -> str:
        """The case that it is about, in the console."""
        return reverse("review:case", args=[self.application_id])

    @transition(field=state, source=State.OPEN, target=State.GIVEN)
    def give(self, *, view: str, reasons: list[str], note: str, at: dt.datetime, version: PolicyVersion) -> None:
        """The outside reviewer says what they think."""
        self.view, self.reasons, self.note, self.closed_at, self.policy_version = view, reasons, note, at, version

    @transition(field=state, source=State.OPEN, target=State.WITHDRAWN)
    def withdraw(self, *, at: dt.datetime) -> None:
        """Nobody needs it any more: it was taken back, or the application was decided."""
        self.closed_at = at
