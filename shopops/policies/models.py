"""What counts as good or bad, as versioned documents."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class PolicyVersion(models.Model):
    """One version of one policy. Decisions point at the version they were made under, so a version is never edited
    once it was active."""

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        SHADOW = "shadow", _("Shadow")
        ACTIVE = "active", _("Active")
        RETIRED = "retired", _("Retired")

    kind = models.CharField(_("kind"), max_length=50, help_text=_("What the document decides, e.g. credit_score."))
    key = models.CharField(_("key"), max_length=100, default="default")
    number = models.PositiveIntegerField(_("version"))
    body = models.JSONField(_("body"))
    content_hash = models.CharField(_("content hash"), max_length=64)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.DRAFT)
    effective_from = models.DateTimeField(_("effective from"), null=True, blank=True)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=_("author"), null=True, blank=True, related_name="+"
    )
    approver = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=_("approver"), null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    class Meta:
        verbose_name = _("policy version")
        verbose_name_plural = _("policy versions")
        ordering = ("kind", "key", "-number")
        constraints = [
            models.UniqueConstraint(fields=["kind", "key", "number"], name="policies_version_number"),
            models.UniqueConstraint(
                fields=["kind", "key"], condition=models.Q(state="active"), name="policies_one_active_version"
            ),
            models.CheckConstraint(
                condition=models.Q(state="draft") | models.Q(effective_from__isnull=False),
                name="policies_effective_once_published",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind}/{self.key} v{self.number}"
