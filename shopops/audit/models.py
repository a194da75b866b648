"""Who decided what, when and why: an append-only log."""

import pgtrigger
from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Entry(models.Model):
    """One thing that happened to one object. Names are copied as text, so that an entry outlives its rows."""

    at = models.DateTimeField(_("at"), default=timezone.now, db_index=True)
    action = models.CharField(_("action"), max_length=100, help_text=_("Dotted, e.g. merchants.application.approved."))
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=_("actor"), null=True, blank=True, related_name="+"
    )
    actor_name = models.CharField(_("actor's name"), max_length=150)
    actor_roles = models.CharField(_("actor's roles"), max_length=200, blank=True)
    content_type = models.ForeignKey(ContentType, models.PROTECT, verbose_name=_("kind of object"), related_name="+")
    object_id = models.BigIntegerField(_("object"))
    target = GenericForeignKey("content_type", "object_id")
    target_name = models.CharField(_("object's name"), max_length=200)
    merchant_id = models.BigIntegerField(_("merchant"), null=True, blank=True, db_index=True)
    reason = models.TextField(_("reason"), blank=True)
    before = models.JSONField(_("before"), default=dict, blank=True)
    after = models.JSONField(_("after"), default=dict, blank=True)
    policy_version = models.ForeignKey(
        "policies.PolicyVersion",
        models.PROTECT,
        verbose_name=_("policy version"),
        null=True,
        blank=True,
        related_name="+",
    )

    class Meta:
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit entries")
        ordering = ("-at", "-id")
        indexes = [models.Index(fields=["content_type", "object_id", "at"], name="audit_entry_target")]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.action} · {self.target_name}"
