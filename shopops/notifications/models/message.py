"""A notice, whoever it goes to, and its words as they were sent."""

import hashlib
import json

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
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        ordering = ("-created_at", "-id")
        indexes = [
            models.Index(fields=["content_type", "object_id"], name="notifications_target"),
            models.Index(fields=["kind", "created_at"], name="notifications_kind_age"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} · {self.key}"


class MessageText(models.Model):
    """The words of a message in one language, as they were first shown or sent: proof that no later template changes.

    `html`, `sms` and `chat` are filled only where the kind has a template of its own for that channel; otherwise they
    follow from subject and body by the rules in docs/notifications.md.
    """

    message = models.ForeignKey(Message, models.CASCADE, verbose_name=_("message"), related_name="texts")
    language = models.CharField(_("language"), max_length=10)
    subject = models.TextField(_("subject"))
    body = models.TextField(_("text"))
    html = models.TextField(_("HTML"), blank=True)
    sms = models.TextField(_("SMS"), blank=True)
    chat = models.TextField(_("chat"), blank=True)
    created_at = models.DateTimeField(_("written"), default=timezone.now)

    class Meta:
        verbose_name = _("text of a message")
        verbose_name_plural = _("texts of messages")
        constraints = [models.UniqueConstraint(fields=["message", "language"], name="notifications_text_once")]

    def __str__(self) -> str:
        return self.subject

    @property
    def sha256(self) -> str:
        """SHA-256 (hex) of the words, as JSON with sorted keys in UTF-8: what an export can be compared by."""
        words = {name: getattr(self, name) for name in ("body", "chat", "html", "language", "sms", "subject")}
        return hashlib.sha256(json.dumps(words, ensure_ascii=False, sort_keys=True).encode()).hexdigest()
