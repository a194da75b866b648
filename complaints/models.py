"""A buyer's complaint about one merchant."""

import datetime as dt
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, FSMModelMixin, transition

from merchants.models import Merchant
from merchants.portal import owners_and_staff
from shopops.accounts.models import User
from shopops.fields import EncryptedTextField
from shopops.transitions.handler import Effect, Notice


class Kind(models.TextChoices):
    """The four classes of the management plan, chapter 7."""

    QUALITY = "quality", _("Product quality")
    LOGISTICS = "logistics", _("Logistics")
    AFTER_SALES = "after_sales", _("After-sales service")
    PAYMENT = "payment", _("Payment")


class State(models.TextChoices):
    RECEIVED = "received", _("Waits for the merchant")
    ANSWERED = "answered", _("Waits for a decision")
    UPHELD = "upheld", _("Upheld")
    REJECTED = "rejected", _("Not upheld")


OPEN = (State.RECEIVED, State.ANSWERED)


def _told(complaint: "Complaint") -> dict[str, object]:
    kind = Kind(complaint.kind)
    return {
        "number": complaint.number,
        "shop": complaint.merchant.shop_name,
        "kind": kind.value,
        "due": complaint.answer_due,
        "upheld": complaint.state == State.UPHELD,
    }


def _page(complaint: "Complaint") -> str:
    return reverse("complaints:detail", args=[complaint.pk])


def _team(complaint: "Complaint") -> list[User]:
    return owners_and_staff(complaint.merchant_id, "complaints.view")


def _in_time(complaint: Any) -> bool:
    return bool(complaint.may_be_ruled)


class Complaint(FSMModelMixin, models.Model):
    """received → answered → upheld | rejected; a merchant's silence until `answer_due` counts as no objection, and the
    platform may decide then without an answer."""

    merchant = models.ForeignKey(Merchant, models.PROTECT, verbose_name=_("merchant"), related_name="complaints")
    order_reference = models.CharField(_("order number"), max_length=64)
    kind = models.CharField(_("class"), max_length=20, choices=Kind.choices)
    text = models.TextField(_("what happened"), max_length=5000)
    buyer_name = EncryptedTextField(_("buyer"))
    buyer_contact = EncryptedTextField(_("contact"))
    state = FSMField(_("state"), max_length=12, choices=State.choices, default=State.RECEIVED, protected=True)
    filed_at = models.DateTimeField(_("filed"), default=timezone.now)
    answer_hours = models.PositiveIntegerField(_("hours to answer"))
    answer = models.TextField(_("merchant's answer"), max_length=5000, blank=True)
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)
    ruling = models.TextField(_("reason of the decision"), max_length=5000, blank=True)
    ruled_at = models.DateTimeField(_("decided"), null=True, blank=True)
    ruled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=_("decided by"), null=True, blank=True, related_name="+"
    )
    policy_version = models.ForeignKey(
        "policies.PolicyVersion", models.PROTECT, verbose_name=_("policy version"), related_name="+"
    )

    EFFECTS: ClassVar[dict[str, Effect]] = {
        "file": Effect(
            "complaints.complaint.filed", _("Complaint filed"), Notice("complaints.received", _team, _told, _page)
        ),
        "give_answer": Effect(
            "complaints.complaint.answered", _("Merchant answered"), silent_because="The agents' queue shows it."
        ),
        "uphold": Effect(
            "complaints.complaint.upheld", _("Complaint upheld"), Notice("complaints.ruled", _team, _told, _page)
        ),
        "reject": Effect(
            "complaints.complaint.rejected", _("Complaint not upheld"), Notice("complaints.ruled", _team, _told, _page)
        ),
    }

    class Meta:
        verbose_name = _("complaint")
        verbose_name_plural = _("complaints")
        ordering = ("-filed_at", "-id")
        permissions = [
            ("rule_complaint", _("Can decide complaints")),
            ("take_over_complaint", _("Can take a complaint over from another agent")),
        ]
        indexes = [models.Index(fields=["merchant", "state", "-filed_at"], name="complaints_by_merchant")]
        constraints = [
            models.UniqueConstraint(
                fields=["merchant", "order_reference", "kind"],
                condition=models.Q(state__in=["received", "answered"]),
                name="complaints_one_open_per_order_and_kind",
            ),
            models.CheckConstraint(
                condition=~models.Q(state__in=["upheld", "rejected"])
                | models.Q(ruled_at__isnull=False, ruled_by__isnull=False),
                name="complaints_ruling_has_author",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """What people read out: day and running number, as in C-261121-0007."""
        return f"C-{timezone.localtime(self.filed_at, timezone.get_default_timezone()):%y%m%d}-{self.pk:04d}"

    @property
    def answer_due(self) -> dt.datetime:
        return self.filed_at + dt.timedelta(hours=self.answer_hours)

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    @property
    def may_be_ruled(self) -> bool:
        """Whether the platform may decide now: the merchant answered, or its time to answer is over."""
        return self.state == State.ANSWERED or (self.state == State.RECEIVED and timezone.now() >= self.answer_due)

    @transition(field=state, source=State.RECEIVED, target=State.ANSWERED)
    def give_answer(self, text: str) -> None:
        self.answer, self.answered_at = text, timezone.now()

    @transition(field=state, source=OPEN, target=State.UPHELD, conditions=[_in_time])
    def uphold(self, by: models.Model, why: str) -> None:
        self._rule(by, why)

    @transition(field=state, source=OPEN, target=State.REJECTED, conditions=[_in_time])
    def reject(self, by: models.Model, why: str) -> None:
        self._rule(by, why)

    def _rule(self, by: models.Model, why: str) -> None:
        self.ruled_by, self.ruling, self.ruled_at = by, why, timezone.now()  # type: ignore[assignment]
