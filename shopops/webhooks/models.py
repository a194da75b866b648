"""Endpoints of other systems, the outbox of events, and the ledger of what was delivered where."""

import datetime as dt
import json
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from shopops.fields import EncryptedTextField


class Endpoint(models.Model):
    """An address that wants to be called. Without a merchant it is the platform's and may get every event; with one it
    only ever gets that merchant's."""

    class State(models.TextChoices):
        ACTIVE = "active", pgettext_lazy("endpoint", "Active")
        DISABLED = "disabled", pgettext_lazy("endpoint", "Switched off")

    class Why(models.TextChoices):
        BY_HAND = "by_hand", _("by a person")
        FAILING = "failing", _("it failed for three days")
        GONE = "gone", _("it answered 410 Gone")
        REMOVED = "removed", _("it was removed")

    merchant_id = models.BigIntegerField(_("merchant"), null=True, blank=True, db_index=True)
    url = models.CharField(_("address"), max_length=500)
    description = models.CharField(_("description"), max_length=200, blank=True)
    events = ArrayField(models.CharField(max_length=100), verbose_name=_("events"), default=list, blank=True)
    secret = EncryptedTextField(_("secret"))
    previous_secret = EncryptedTextField(_("previous secret"), blank=True)
    previous_until = models.DateTimeField(_("previous secret signs until"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.ACTIVE)
    disabled_because = models.CharField(_("switched off because"), max_length=10, choices=Why.choices, blank=True)
    disabled_at = models.DateTimeField(_("switched off"), null=True, blank=True)
    failing_since = models.DateTimeField(_("failing since"), null=True, blank=True)
    failures = models.PositiveIntegerField(_("failures in a row"), default=0)
    next_attempt_at = models.DateTimeField(_("next attempt"), default=timezone.now)
    created_at = models.DateTimeField(_("created"), default=timezone.now)

    class Meta:
        verbose_name = _("webhook endpoint")
        verbose_name_plural = _("webhook endpoints")
        ordering = ("id",)
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(state="active", disabled_at__isnull=True, disabled_because="")
                | (models.Q(state="disabled", disabled_at__isnull=False) & ~models.Q(disabled_because="")),
                name="webhooks_disabled_has_time_and_cause",
            ),
            models.CheckConstraint(
                condition=models.Q(previous_secret="", previous_until__isnull=True)
                | (~models.Q(previous_secret="") & models.Q(previous_until__isnull=False)),
                name="webhooks_previous_secret_ends",
            ),
        ]

    def __str__(self) -> str:
        return self.url

    @property
    def is_active(self) -> bool:
        return self.state == self.State.ACTIVE

    def secrets(self, now: dt.datetime) -> list[str]:
        """The secrets that sign at this moment: the present one, and the one before while both count."""
        both = self.previous_secret and self.previous_until and now < self.previous_until
        return [self.secret, self.previous_secret] if both else [self.secret]


class OutboxEvent(models.Model):
    """Something happened, written in the transaction in which it happened. `uid` is the webhook-id in every attempt.

    The number (`id`) is the order: events of one object are numbered as they happened, because its row was locked.
    """

    uid = models.CharField(_("webhook-id"), max_length=40, unique=True)
    type = models.CharField(_("type"), max_length=100)
    occurred_at = models.DateTimeField(_("occurred"), default=timezone.now, db_index=True)
    merchant_id = models.BigIntegerField(_("merchant"), null=True, blank=True)
    is_internal = models.BooleanField(
        _("internal"), default=False, help_text=_("Goes to the platform's endpoints only, whoever it is about.")
    )
    data = models.JSONField(_("data"), default=dict)

    class Meta:
        verbose_name = _("webhook event")
        verbose_name_plural = _("webhook events")
        ordering = ("-id",)
        indexes: ClassVar = [models.Index(fields=["merchant_id", "id"], name="webhooks_event_merchant")]

    def __str__(self) -> str:
        return f"{self.type} {self.uid}"

    @property
    def label(self) -> str:
        """What the event is called; the code of one that is not sent any more."""
        from shopops.webhooks.catalogue import event_types

        known = event_types().get(self.type)
        return str(known.label) if known else self.type

    @property
    def body(self) -> bytes:
        """What is sent: the same bytes in every attempt."""
        envelope = {"type": self.type, "timestamp": self.occurred_at.isoformat(), "data": self.data}
        return json.dumps(envelope, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()


class Delivery(models.Model):
    """One event that one endpoint is owed."""

    class State(models.TextChoices):
        WAITING = "waiting", pgettext_lazy("webhook", "Waiting")
        DELIVERED = "delivered", pgettext_lazy("webhook", "Delivered")
        SKIPPED = "skipped", pgettext_lazy("webhook", "Skipped")

    endpoint = models.ForeignKey(Endpoint, models.CASCADE, verbose_name=_("endpoint"), related_name="deliveries")
    event = models.ForeignKey(OutboxEvent, models.CASCADE, verbose_name=_("event"), related_name="deliveries")
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.WAITING)
    attempts = models.PositiveIntegerField(_("attempts"), default=0)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)

    class Meta:
        verbose_name = _("webhook delivery")
        verbose_name_plural = _("webhook deliveries")
        ordering = ("-event_id", "-id")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["endpoint", "event"], name="webhooks_delivery_once"),
            models.CheckConstraint(
                condition=models.Q(state="waiting", finished_at__isnull=True)
                | (~models.Q(state="waiting") & models.Q(finished_at__isnull=False)),
                name="webhooks_finished_has_time",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["endpoint", "event"], condition=models.Q(state="waiting"), name="webhooks_waiting"),
            models.Index(fields=["endpoint", "-event"], name="webhooks_delivery_log"),
        ]

    def __str__(self) -> str:
        return f"{self.event_id} → {self.endpoint_id}"

    @property
    def is_failed_test(self) -> bool:
        """A test call is made once and then done with, whatever came of it."""
        from shopops.webhooks.catalogue import PING

        return self.state == self.State.SKIPPED and self.event.type == PING

    @property
    def in_words(self) -> str:
        """Its state as pages show it."""
        return gettext("Not taken") if self.is_failed_test else self.get_state_display()

    @property
    def tone(self) -> str:
        """The design language's status of it."""
        tones = {self.State.DELIVERED: "ok", self.State.SKIPPED: "neutral", self.State.WAITING: "info"}
        return "danger" if self.is_failed_test else tones[self.State(self.state)]


class Attempt(models.Model):
    """One call of an endpoint and its answer. `status` is empty when there was none."""

    delivery = models.ForeignKey(Delivery, models.CASCADE, verbose_name=_("delivery"), related_name="log")
    at = models.DateTimeField(_("at"), default=timezone.now, db_index=True)
    status = models.PositiveSmallIntegerField(_("status"), null=True, blank=True)
    milliseconds = models.PositiveIntegerField(_("milliseconds"))
    response = models.CharField(_("answer"), max_length=1000, blank=True)
    error = models.CharField(_("error"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("webhook attempt")
        verbose_name_plural = _("webhook attempts")
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"{self.status or self.error}"

    @property
    def succeeded(self) -> bool:
        return self.status is not None and 200 <= self.status < 300
