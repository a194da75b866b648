"""The ledger: who was told by which channel, when, with what outcome."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Delivery(models.Model):
    """One message to one recipient by one channel, with what was sent, when, and what became of it.

    queued → sending → sent → read; sending → queued again after a temporary error; sending → bounced (the recipient's
    server or service refused it for good) or failed (we gave up, or it was withdrawn). held → digested: it waits for
    the recipient's daily digest; `carried_by` is the digest, whose own deliveries tell the rest.
    """

    class Channel(models.TextChoices):
        IN_APP = "in_app", _("In-app")
        EMAIL = "email", _("E-mail")
        SMS = "sms", _("SMS")
        CHAT = "chat", _("Chat bot")

    class State(models.TextChoices):
        HELD = "held", _("Waits for the digest")
        QUEUED = "queued", _("Queued")
        SENDING = "sending", _("Sending")
        SENT = "sent", _("Delivered")
        READ = "read", _("Read")
        DIGESTED = "digested", _("In a digest")
        BOUNCED = "bounced", _("Refused by the recipient's side")
        FAILED = "failed", _("Failed")

    class Reason(models.TextChoices):
        """Why there is this delivery, or why it is later than the others."""

        POLICY = "", _("As the kind of message says")
        QUIET = "quiet", _("Waited for the end of quiet hours")
        CHOSEN = "chosen", _("The recipient chose this channel")
        UNREAD = "unread", _("The earlier channels were not read in time")
        UNREACHED = "unreached", _("The earlier channels failed")

    message = models.ForeignKey(
        "notifications.Message", models.CASCADE, verbose_name=_("message"), related_name="deliveries"
    )
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, verbose_name=_("recipient"), related_name="deliveries"
    )
    merchant_id = models.BigIntegerField(_("merchant"), null=True, blank=True)
    channel = models.CharField(_("channel"), max_length=10, choices=Channel.choices)
    address = models.CharField(_("address"), max_length=254, blank=True)
    language = models.CharField(_("language"), max_length=10)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.QUEUED)
    reason = models.CharField(_("reason"), max_length=10, choices=Reason.choices, default=Reason.POLICY, blank=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    created_at = models.DateTimeField(_("queued"), default=timezone.now)
    due_at = models.DateTimeField(_("due"), default=timezone.now)
    claimed_at = models.DateTimeField(_("claimed"), null=True, blank=True)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    read_at = models.DateTimeField(_("read"), null=True, blank=True)
    error = models.CharField(_("error"), max_length=500, blank=True)
    carried_by = models.ForeignKey(
        "notifications.Message",
        models.SET_NULL,
        verbose_name=_("digest"),
        null=True,
        blank=True,
        related_name="carried",
        db_index=False,
    )

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        ordering = ("-id",)
        permissions = [("retry_delivery", _("Can send failed messages again"))]
        constraints = [
            models.UniqueConstraint(fields=["message", "recipient", "channel"], name="notifications_delivery_once"),
            models.CheckConstraint(
                condition=~Q(state__in=["sent", "read"]) | Q(sent_at__isnull=False), name="notifications_sent_has_time"
            ),
        ]
        indexes = [
            models.Index(fields=["channel", "due_at", "id"], condition=Q(state="queued"), name="notifications_queued"),
            models.Index(fields=["claimed_at"], condition=Q(state="sending"), name="notifications_in_flight"),
            models.Index(fields=["due_at"], condition=Q(state="held"), name="notifications_held"),
            models.Index(fields=["recipient", "channel", "-id"], name="notifications_inbox"),
            models.Index(fields=["carried_by"], condition=Q(carried_by__isnull=False), name="notifications_carried"),
        ]

    def __str__(self) -> str:
        return f"{self.message_id} → {self.address or self.recipient_id} ({self.channel})"
