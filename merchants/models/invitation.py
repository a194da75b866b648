"""Asking somebody to work for a shop, and asking a member to become its owner. Both are answered by the one asked."""

import datetime as dt
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_fsm import FSMField, FSMModelMixin, transition

from merchants import portal_roles
from merchants.invitation_links import new_nonce
from merchants.models import member_effects
from merchants.models.merchant import Merchant
from shopops.fields import mask
from shopops.transitions.handler import Effect

#: How long an answer is waited for.
VALID = dt.timedelta(days=7)


def _ends() -> dt.datetime:
    return timezone.now() + VALID


def _in_time(asked: Any) -> bool:
    return bool(asked.is_open)


def _too_late(asked: Any) -> bool:
    return not asked.is_open


class Invitation(FSMModelMixin, models.Model):
    """Somebody is asked to join a shop: open → accepted | declined | revoked | expired.

    `invitee` is the account of the address. Whoever has none yet gets one without a password, which waits for the
    person to choose one; so the invitation is in the ledger of messages, and in the inbox once somebody signs in.
    The link in the e-mail is not stored: it comes from `nonce` and the secret key (merchants/invitation_links.py).
    """

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("invitation", "Open")
        ACCEPTED = "accepted", pgettext_lazy("invitation", "Accepted")
        DECLINED = "declined", pgettext_lazy("invitation", "Declined")
        REVOKED = "revoked", pgettext_lazy("invitation", "Revoked")
        EXPIRED = "expired", pgettext_lazy("invitation", "Ran out")

    merchant = models.ForeignKey(Merchant, models.CASCADE, verbose_name=_("merchant"), related_name="invitations")
    invitee = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=_("invited"), related_name="invitations"
    )
    email = models.EmailField(_("e-mail"), max_length=254)
    role = models.CharField(_("role"), max_length=12, choices=portal_roles.PortalRole.choices)
    state = FSMField(_("state"), max_length=10, choices=State.choices, default=State.OPEN, protected=True)
    nonce = models.CharField(max_length=32, editable=False, default=new_nonce)
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=_("invited by"), related_name="+"
    )
    sent_at = models.DateTimeField(_("sent"), default=timezone.now)
    expires_at = models.DateTimeField(_("valid until"), default=_ends)
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)

    EFFECTS: ClassVar[dict[str, Effect]] = member_effects.INVITATION

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        ordering = ("-sent_at", "-id")
        indexes: ClassVar = [
            models.Index(fields=["expires_at"], condition=Q(state="open"), name="merchants_invitation_open")
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["merchant", "invitee"], condition=Q(state="open"), name="merchants_one_open_invitation"
            ),
            models.CheckConstraint(condition=~Q(role="owner"), name="merchants_nobody_invited_as_owner"),
            models.CheckConstraint(
                condition=Q(state="open", closed_at__isnull=True) | (~Q(state="open") & Q(closed_at__isnull=False)),
                name="merchants_invitation_closed_has_time",
            ),
        ]

    def __str__(self) -> str:
        # Audit entries keep this for ever: no address of somebody who may never answer.
        return f"{mask(self.email)} → {self.merchant}"

    @property
    def is_open(self) -> bool:
        """Whether it can still be answered."""
        return self.state == self.State.OPEN and timezone.now() < self.expires_at

    @property
    def has_run_out(self) -> bool:
        """Whether its time is over without an answer, recorded or not yet."""
        return self.state == self.State.EXPIRED or (self.state == self.State.OPEN and not self.is_open)

    @transition(field=state, source=State.OPEN, target=State.ACCEPTED, conditions=[_in_time])
    def accept(self) -> None:
        """The invited person joins."""
        self.closed_at = timezone.now()

    @transition(field=state, source=State.OPEN, target=State.DECLINED, conditions=[_in_time])
    def decline(self) -> None:
        """The invited person does not want to."""
        self.closed_at = timezone.now()

    @transition(field=state, source=State.OPEN, target=State.REVOKED)
    def revoke(self) -> None:
        """The shop takes it back."""
        self.closed_at = timezone.now()

    @transition(field=state, source=State.OPEN, target=State.OPEN)
    def renew(self) -> None:
        """Sent again with a new link; the old link opens nothing any more."""
        self.nonce, self.sent_at, self.expires_at = new_nonce(), timezone.now(), _ends()

    @transition(field=state, source=State.OPEN, target=State.EXPIRED, conditions=[_too_late])
    def expire(self) -> None:
        """Seven days without an answer."""
        self.closed_at = timezone.now()


class HandOver(FSMModelMixin, models.Model):
    """An owner offers the shop to another member: offered → accepted | declined | withdrawn | expired."""

    class State(models.TextChoices):
        OFFERED = "offered", pgettext_lazy("hand-over", "Offered")
        ACCEPTED = "accepted", pgettext_lazy("hand-over", "Accepted")
        DECLINED = "declined", pgettext_lazy("hand-over", "Declined")
        WITHDRAWN = "withdrawn", pgettext_lazy("hand-over", "Withdrawn")
        EXPIRED = "expired", pgettext_lazy("hand-over", "Ran out")

    merchant = models.ForeignKey(Merchant, models.CASCADE, verbose_name=_("merchant"), related_name="hand_overs")
    giver = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=_("owner"), related_name="+")
    receiver = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=_("new owner"), related_name="hand_overs"
    )
    state = FSMField(_("state"), max_length=10, choices=State.choices, default=State.OFFERED, protected=True)
    offered_at = models.DateTimeField(_("offered"), default=timezone.now)
    expires_at = models.DateTimeField(_("valid until"), default=_ends)
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)

    EFFECTS: ClassVar[dict[str, Effect]] = member_effects.HAND_OVER

    class Meta:
        verbose_name = _("hand-over of ownership")
        verbose_name_plural = _("hand-overs of ownership")
        ordering = ("-offered_at", "-id")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["merchant"], condition=Q(state="offered"), name="merchants_one_hand_over"),
            models.CheckConstraint(condition=~Q(giver=F("receiver")), name="merchants_hand_over_to_another"),
            models.CheckConstraint(
                condition=Q(state="offered", closed_at__isnull=True)
                | (~Q(state="offered") & Q(closed_at__isnull=False)),
                name="merchants_hand_over_closed_has_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.merchant} → {self.receiver}"

    @property
    def is_open(self) -> bool:
        """Whether it can still be answered."""
        return self.state == self.State.OFFERED and timezone.now() < self.expires_at

    @transition(field=state, source=State.OFFERED, target=State.ACCEPTED, conditions=[_in_time])
    def accept(self) -> None:
        """The new owner takes the shop."""
        self.closed_at = timezone.now()

    @transition(field=state, source=State.OFFERED, target=State.DECLINED, conditions=[_in_time])
    def decline(self) -> None:
        """The one asked does not want it."""
        self.closed_at = timezone.now()

    @transition(field=state, source=State.OFFERED, target=State.WITHDRAWN)
    def withdraw(self) -> None:
        """The owner keeps the shop."""
        self.closed_at = timezone.now()

    @transition(field=state, source=State.OFFERED, target=State.EXPIRED, conditions=[_too_late])
    def expire(self) -> None:
        """Seven days without an answer."""
        self.closed_at = timezone.now()
