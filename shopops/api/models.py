"""API keys, their secrets, and answers kept for callers who ask twice."""

import datetime as dt
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_fsm import FSMField, FSMModelMixin, transition

from shopops.api import effects
from shopops.transitions.handler import Effect


class ApiKey(FSMModelMixin, models.Model):
    """A program's way in: of the platform (`merchant_id` empty, reaches all shops) or of one shop. active → revoked.

    Whether it has expired is computed on read. What is kept of its secrets is in `ApiSecret`.
    """

    class State(models.TextChoices):
        ACTIVE = "active", pgettext_lazy("API key", "Active")
        REVOKED = "revoked", pgettext_lazy("API key", "Revoked")

    name = models.CharField(_("name"), max_length=80, help_text=_("The system that uses it, such as “ERP, orders”."))
    merchant_id = models.BigIntegerField(
        _("merchant"), null=True, blank=True, help_text=_("Empty: the platform's own.")
    )
    scopes = ArrayField(models.CharField(max_length=40), verbose_name=_("scopes"))
    state = FSMField(_("state"), max_length=10, choices=State.choices, default=State.ACTIVE, protected=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=_("created by"), related_name="+"
    )
    created_at = models.DateTimeField(_("created"), default=timezone.now)
    expires_at = models.DateTimeField(_("expires"), null=True, blank=True, help_text=_("Empty: never."))
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)
    last_used_at = models.DateTimeField(_("last used"), null=True, blank=True, help_text=_("To the minute."))
    last_used_network = models.CharField(_("last used from"), max_length=50, blank=True)

    EFFECTS: ClassVar[dict[str, Effect]] = effects.KEY

    #: The beginning of the secret that a request came with; not stored.
    presented = ""

    class Meta:
        verbose_name = _("API key")
        verbose_name_plural = _("API keys")
        ordering = ("-created_at", "-id")
        permissions: ClassVar = [("manage_apikey", _("Can create, rotate and revoke API keys"))]
        indexes: ClassVar = [models.Index(fields=["merchant_id", "-created_at"], name="api_key_of_merchant")]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(scopes__len__gte=1), name="api_key_may_something"),
            models.CheckConstraint(
                condition=Q(state="active", revoked_at__isnull=True) | Q(state="revoked", revoked_at__isnull=False),
                name="api_key_revoked_has_time",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def prefix(self) -> str:
        """The beginning of its present secret, by which people tell keys apart."""
        current = next((secret for secret in self.secrets.all() if secret.valid_until is None), None)
        return current.prefix if current else ""

    @property
    def old_valid_until(self) -> dt.datetime | None:
        """Until when the secret before the present one still works; None when it does not."""
        now = timezone.now()
        return max((s.valid_until for s in self.secrets.all() if s.valid_until and s.valid_until > now), default=None)

    @property
    def is_expired(self) -> bool:
        return self.expires_at is not None and self.expires_at <= timezone.now()

    @property
    def is_usable(self) -> bool:
        """Whether its secrets open anything now."""
        return self.state == self.State.ACTIVE and not self.is_expired

    @transition(field=state, source=State.ACTIVE, target=None)
    def rotate(self) -> None:
        """It gets a new secret."""

    @transition(field=state, source=State.ACTIVE, target=State.REVOKED)
    def revoke(self, *, at: dt.datetime) -> None:
        """Its secrets open nothing any more."""
        self.revoked_at = at


class ApiSecret(models.Model):
    """One secret of a key: its SHA-256 and its beginning. `valid_until` is set when a newer one replaces it."""

    key = models.ForeignKey(ApiKey, models.CASCADE, verbose_name=_("API key"), related_name="secrets")
    digest = models.CharField(_("SHA-256"), max_length=64, unique=True)
    prefix = models.CharField(_("beginning"), max_length=20)
    created_at = models.DateTimeField(_("created"), default=timezone.now)
    valid_until = models.DateTimeField(_("valid until"), null=True, blank=True)

    class Meta:
        verbose_name = _("secret of an API key")
        verbose_name_plural = _("secrets of API keys")
        ordering = ("-id",)
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["key"], condition=Q(valid_until__isnull=True), name="api_one_present_secret"
            )
        ]

    def __str__(self) -> str:
        return f"{self.prefix}…"


class StoredAnswer(models.Model):
    """What a request with an Idempotency-Key was answered; it commits together with what the request did."""

    principal = models.CharField(_("caller"), max_length=40)
    key = models.CharField("Idempotency-Key", max_length=255)
    method = models.CharField(_("method"), max_length=8)
    path = models.TextField(_("path"))
    body_hash = models.CharField(_("SHA-256 of the body"), max_length=64)
    status = models.PositiveSmallIntegerField(_("status"))
    headers = models.JSONField(_("headers"), default=dict)
    body = models.TextField(_("body"))
    created_at = models.DateTimeField(_("created"), default=timezone.now, db_index=True)

    class Meta:
        verbose_name = _("stored answer")
        verbose_name_plural = _("stored answers")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["principal", "key"], name="api_one_answer_per_key"),
            models.CheckConstraint(condition=Q(status__lt=400), name="api_errors_are_not_stored"),
        ]

    def __str__(self) -> str:
        return f"{self.method} {self.path} {self.status}"

    def belongs_to(self, **request: Any) -> bool:
        """Whether it answers this very request (method, path, body_hash)."""
        return all(getattr(self, name) == value for name, value in request.items())
