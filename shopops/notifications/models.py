"""Messages and the ledger of their deliveries: proof of notice."""

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Message(models.Model):
    """One notice, whoever it goes to. `key` makes it unique: the same notice asked for twice is one message."""

    kind = models.CharField(_("kind"), max_length=60)
    key = models.CharField(_("key"), max_length=150, unique=True)
    content_type = models.ForeignKey(
        ContentType, models.PROTECT, verbose_name=_("kind of object"), null=True, blank=True, related_name="+"
    )
    object_id = models.BigIntegerField(_("object"), null=True, blank=True)
    target = GenericForeignKey("content_type", "object_id")
    context = models.JSONField(_("context"), default=dict)
    url = models.CharField(_("page"), max_length=300, blank=True, help_text=_("Where the reader can act on it."))
    created_at = models.DateTimeField(_("created"), default=timezone.now, db_index=True)

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        ordering = ("-created_at", "-id")
        indexes = [models.Index(fields=["content_type", "object_id"], name="notifications_target")]

    def __str__(self) -> str:
        return f"{self.kind} · {self.key}"


class Delivery(models.Model):
    """One message to one recipient by one channel, with what was sent, when, and what became of it.

    queued → sending → sent → read; sending → queued again after a temporary error; sending → failed for good.
    """

    class Channel(models.TextChoices):
        IN_APP = "in_app", _("In-app")
        EMAIL = "email", _("E-mail")

    class State(models.TextChoices):
        QUEUED = "queued", _("Queued")
        SENDING = "sending", _("Sending")
        SENT = "sent", _("Delivered")
        READ = "read", _("Read")
        FAILED = "failed", _("Failed")

    message = models.ForeignKey(Message, models.CASCADE, verbose_name=_("message"), related_name="deliveries")
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, verbose_name=_("recipient"), related_name="deliveries"
    )
    merchant_id = models.BigIntegerField(_("merchant"), null=True, blank=True)
    channel = models.CharField(_("channel"), max_length=10, choices=Channel.choices)
    address = models.CharField(_("address"), max_length=254, blank=True)
    language = models.CharField(_("language"), max_length=10)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.QUEUED)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    due_at = models.DateTimeField(_("due"), default=timezone.now)
    claimed_at = models.DateTimeField(_("claimed"), null=True, blank=True)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    read_at = models.DateTimeField(_("read"), null=True, blank=True)
    error = models.CharField(_("error"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        ordering = ("-id",)
        constraints = [
            models.UniqueConstraint(fields=["message", "recipient", "channel"], name="notifications_delivery_once"),
            models.CheckConstraint(
                condition=~models.Q(state__in=["sent", "read"]) | models.Q(sent_at__isnull=False),
                name="notifications_sent_has_time",
            ),
        ]
        indexes = [
            models.Index(fields=["due_at", "id"], condition=models.Q(state="queued"), name="notifications_queued"),
            models.Index(fields=["claimed_at"], condition=models.Q(state="sending"), name="notifications_in_flight"),
            models.Index(fields=["recipient", "channel", "-id"], name="notifications_inbox"),
        ]

    def __str__(self) -> str:
        return f"{self.message_id} → {self.address or self.recipient_id} ({self.channel})"
