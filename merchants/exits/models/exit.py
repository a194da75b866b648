"""A shop on its way out."""

import datetime as dt
from typing import Any, ClassVar

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, FSMModelMixin, transition

from merchants.exits.models import effects
from merchants.exits.models.choices import OPEN, REVOCABLE, Kind, State
from merchants.models import Category, Merchant, ShopType
from shopops.transitions.handler import Effect


def _is_voluntary(leaving: Any) -> bool:
    return bool(leaving.kind == Kind.VOLUNTARY)


def _is_platforms(leaving: Any) -> bool:
    return bool(leaving.kind == Kind.PLATFORM)


def _in_language(texts: dict[str, list[str]]) -> list[str]:
    return texts.get("zh" if (get_language() or "").startswith("zh") else "en", [])


class Exit(FSMModelMixin, models.Model):
    """A merchant leaves, by request or by the platform's decision.

    By request: requested (cooling-off: taken back without a trace) → checking (an operator looks) → notice (public
    where the policy says so; the shop takes no new business) → settling → closed. By decision: proposed by one person
    (requested), terminated by a second with a statement of reasons (notice), then the same. `reasons` are codes of the
    policy version, whose words are kept in `reasons_text` in both languages. The facts at the end (grade, days on the
    platform) are for the analysis and are filled when it closes.
    """

    merchant = models.ForeignKey(Merchant, models.PROTECT, verbose_name=_("merchant"), related_name="exits")
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    state = FSMField(_("state"), max_length=10, choices=State.choices, default=State.REQUESTED, protected=True)
    policy_version = models.ForeignKey(
        "policies.PolicyVersion", models.PROTECT, verbose_name=_("policy version"), related_name="+"
    )
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=_("requested by"), related_name="+"
    )
    requested_at = models.DateTimeField(_("requested"), default=timezone.now)
    reasons = models.JSONField(_("reasons"), default=list, help_text=_("Codes of the policy's catalogue."))
    reasons_text = models.JSONField(
        _("reasons in words"), default=dict, help_text=_("By language, as the policy had them.")
    )
    note = models.TextField(_("note"), max_length=2000, blank=True)
    answers = models.JSONField(_("exit interview"), default=dict, help_text=_("1 (no) to 5 (yes) by question."))
    facts = models.TextField(_("facts"), max_length=5000, blank=True)
    clause = models.CharField(_("clause"), max_length=300, blank=True)
    contact = models.CharField(
        _("contact for buyers"), max_length=200, blank=True, help_text=_("Shown in the public notice.")
    )
    told_at = models.DateTimeField(_("shop told"), null=True, blank=True)
    cooling_off_until = models.DateTimeField(_("cooling-off until"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=_("decided by"), null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    was_suspended = models.BooleanField(_("suspended before"), default=False)
    is_public = models.BooleanField(_("public notice"), default=False)
    notice_from = models.DateTimeField(_("notice since"), null=True, blank=True)
    notice_until = models.DateTimeField(_("notice until"), null=True, blank=True)
    settling_at = models.DateTimeField(_("settling since"), null=True, blank=True)
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True, help_text=_("Closed, called off or refused."))
    outcome = models.TextField(_("reason of the end"), max_length=2000, blank=True)
    outcome_reasons = models.JSONField(
        _("reasons of a refusal"), default=dict, help_text=_("By language, as the policy had them.")
    )
    records_kept_until = models.DateField(_("records kept until"), null=True, blank=True)
    days_on_platform = models.PositiveIntegerField(
        _("days on the platform"), default=0, validators=[MinValueValidator(0)]
    )
    grade = models.CharField(_("grade"), max_length=2, blank=True)
    category = models.CharField(_("category"), max_length=20, choices=Category.choices, blank=True)
    shop_type = models.CharField(_("shop type"), max_length=20, choices=ShopType.choices, blank=True)
    channel = models.CharField(_("channel"), max_length=40, blank=True)

    EFFECTS: ClassVar[dict[str, Effect]] = effects.EXIT

    class Meta:
        verbose_name = _("exit")
        verbose_name_plural = _("exits")
        ordering = ("-requested_at", "-id")
        permissions: ClassVar = [
            ("handle_exit", _("Can work on exits")),
            ("terminate_exit", _("Can propose and decide terminations")),
            ("take_over_exit", _("Can take an exit over from a colleague")),
            ("view_exit_analysis", _("Can see why shops leave")),
        ]
        indexes: ClassVar = [
            models.Index(fields=["merchant", "-requested_at"], name="exits_by_merchant"),
            models.Index(fields=["notice_until"], condition=Q(state="notice"), name="exits_notice"),
            models.Index(fields=["-ended_at"], name="exits_ended"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["merchant"],
                condition=Q(state__in=["requested", "checking", "notice", "settling"]),
                name="exits_one_open_per_merchant",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["notice", "settling", "closed"], notice_until__isnull=False)
                | ~Q(state__in=["notice", "settling", "closed"]),
                name="exits_notice_has_end",
            ),
            models.CheckConstraint(
                condition=Q(notice_until__isnull=True) | Q(notice_until__gte=F("notice_from")),
                name="exits_notice_in_order",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["closed", "cancelled", "refused"], ended_at__isnull=False)
                | (~Q(state__in=["closed", "cancelled", "refused"]) & Q(ended_at__isnull=True)),
                name="exits_end_has_time",
            ),
            models.CheckConstraint(
                condition=~Q(kind="platform") | (~Q(facts="") & ~Q(clause="")), name="exits_termination_gives_reasons"
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("requested_by")), name="exits_two_people"
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """What people read out: day and running number, as in E-261121-0007."""
        return f"E-{timezone.localtime(self.requested_at, timezone.get_default_timezone()):%y%m%d}-{self.pk:04d}"

    @property
    def is_platforms(self) -> bool:
        """Whether the platform wants it, not the merchant."""
        return self.kind == Kind.PLATFORM

    @property
    def is_open(self) -> bool:
        """Whether it is not over."""
        return self.state in OPEN

    @property
    def is_revocable(self) -> bool:
        """Whether the owner may take it back: one's own request, until the settlement begins."""
        return self.kind == Kind.VOLUNTARY and self.state in REVOCABLE

    @property
    def reason_lines(self) -> list[str]:
        """The reasons in the language in use, as the policy had them."""
        return _in_language(self.reasons_text)

    @property
    def refusal_lines(self) -> list[str]:
        """Why it was refused, in the language in use."""
        return _in_language(self.outcome_reasons)

    @property
    def notice_length(self) -> dt.timedelta:
        """How long the notice is; nothing before it began."""
        if self.notice_from is None or self.notice_until is None:
            return dt.timedelta()
        return self.notice_until - self.notice_from

    @transition(field=state, source=State.REQUESTED, target=State.CHECKING, conditions=[_is_voluntary])
    def start_check(self) -> None:
        """The cooling-off is over and an operator looks at it."""

    @transition(field=state, source=State.CHECKING, target=State.NOTICE, conditions=[_is_voluntary])
    def accept(self, *, by: models.Model, now: dt.datetime, days: int, is_public: bool, was_suspended: bool) -> None:
        """An operator lets the merchant go; the notice begins."""
        self._decide(by, now)
        self._begin_notice(now, days, is_public, was_suspended)

    @transition(field=state, source=State.REQUESTED, target=State.NOTICE, conditions=[_is_platforms])
    def terminate(self, *, by: models.Model, now: dt.datetime, days: int, is_public: bool, was_suspended: bool) -> None:
        """The second person decides; the statement of reasons goes out and the notice begins."""
        self._decide(by, now)
        self._begin_notice(now, days, is_public, was_suspended)
        self.told_at = now

    @transition(field=state, source=State.REQUESTED, target=State.REFUSED, conditions=[_is_platforms])
    def drop(self, *, now: dt.datetime, why: str, by: models.Model | None = None) -> None:
        """The proposal of a termination goes no further: withdrawn, or the second person says no."""
        self._end(now, why)

    @transition(field=state, source=[State.REQUESTED, State.CHECKING], target=State.REFUSED, conditions=[_is_voluntary])
    def refuse(self, *, by: models.Model, now: dt.datetime, why: str, reasons: dict[str, list[str]]) -> None:
        """The merchant cannot go yet."""
        self._decide(by, now)
        self.outcome_reasons = reasons
        self._end(now, why)

    @transition(field=state, source=[*OPEN], target=State.CANCELLED)
    def cancel(self, *, now: dt.datetime, why: str) -> None:
        """Taken back by who wanted it."""
        self._end(now, why)

    @transition(field=state, source=State.NOTICE, target=State.SETTLING)
    def settle(self, *, now: dt.datetime) -> None:
        """The notice is over and nothing is open: accounts are settled."""
        self.settling_at = now

    @transition(field=state, source=State.SETTLING, target=State.CLOSED)
    def close(self, *, now: dt.datetime, kept_until: dt.date, at_end: dict[str, Any]) -> None:
        """Everything is settled. `at_end`: what the analysis keeps, by field."""
        self.closed_at = now
        self.records_kept_until = kept_until
        for name, value in at_end.items():
            setattr(self, name, value)
        self._end(now, "")

    def _decide(self, by: models.Model, now: dt.datetime) -> None:
        self.decided_by, self.decided_at = by, now  # type: ignore[assignment]

    def _begin_notice(self, now: dt.datetime, days: int, is_public: bool, was_suspended: bool) -> None:
        self.notice_from, self.notice_until = now, now + dt.timedelta(days=days)
        self.is_public, self.was_suspended = is_public, was_suspended

    def _end(self, now: dt.datetime, why: str) -> None:
        self.ended_at, self.outcome = now, why
