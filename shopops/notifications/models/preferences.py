"""What a person prefers about how they are told."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from shopops.fields import EncryptedTextField


class Preferences(models.Model):
    """Nobody has to have a row: without one there are no quiet hours, no digest, no chat bot, and nothing is off.

    `off` names what the person turned off, "<category>:<channel>"; it counts for messages that are not owed. Quiet
    hours may pass midnight. Times are in `time_zone`, which the database checks to be one it knows.
    """

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        verbose_name=_("person"),
        primary_key=True,
        related_name="message_preferences",
    )
    off = ArrayField(models.CharField(max_length=80), verbose_name=_("turned off"), default=list, blank=True)
    quiet_from = models.TimeField(_("quiet from"), null=True, blank=True)
    quiet_to = models.TimeField(_("quiet until"), null=True, blank=True)
    digest_hour = models.PositiveSmallIntegerField(
        _("hour of the daily digest"), null=True, blank=True, validators=[MaxValueValidator(23)]
    )
    time_zone = models.CharField(_("time zone"), max_length=50)
    chat_url = EncryptedTextField(_("chat bot"), blank=True, default="")

    class Meta:
        verbose_name = _("message preferences")
        verbose_name_plural = _("message preferences")
        constraints = [
            models.CheckConstraint(
                condition=Q(quiet_from__isnull=True, quiet_to__isnull=True)
                | Q(quiet_from__isnull=False, quiet_to__isnull=False) & ~Q(quiet_from=F("quiet_to")),
                name="notifications_quiet_hours",
            ),
            models.CheckConstraint(condition=Q(digest_hour__lte=23), name="notifications_digest_hour"),
        ]

    def __str__(self) -> str:
        return str(self.user)
