"""The words of maintenance: what work it is, for whom it matters, and how a service behaves meanwhile."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Kind(models.TextChoices):
    """The kinds of work that the marketplaces' own maintenance guides tell apart."""

    SERVER = "server", _("Server operations")
    MANDATORY_UPDATE = "mandatory_update", _("Mandatory update")
    VOLUNTARY_UPDATE = "voluntary_update", _("Voluntary update")
    FULL_BACKUP = "full_backup", _("Full backup")
    INCREMENTAL_BACKUP = "incremental_backup", _("Incremental backup")
    DIFFERENTIAL_BACKUP = "differential_backup", _("Differential backup")
    TROUBLESHOOTING = "troubleshooting", _("Troubleshooting")
    STABILITY_TEST = "stability_test", _("Stability test")


class Audience(models.TextChoices):
    """Who uses a service; the same service may stop for one and work for another."""

    BUYERS = "buyers", _("Buyers")
    MERCHANTS = "merchants", _("Merchants")
    SYSTEMS = "systems", _("Connected systems")


class Mode(models.TextChoices):
    """How a service behaves during a window, for one audience."""

    WORKS = "works", pgettext_lazy("service", "Works")
    DOWN = "down", pgettext_lazy("service", "Down")
    READ_ONLY = "read_only", pgettext_lazy("service", "Read-only")
    FROZEN = "frozen", pgettext_lazy("service", "Frozen")
    DELAYED = "delayed", pgettext_lazy("service", "Delayed")
    MESSAGES_LOST = "messages_lost", pgettext_lazy("service", "Messages lost")
    NOT_USED = "not_used", pgettext_lazy("service", "Not used")


#: A merchant cannot do the work that a clock measures while the service is in one of these.
PAUSING = frozenset({Mode.DOWN, Mode.READ_ONLY, Mode.FROZEN})
#: From harmless to worst: of several windows at once the worst mode counts.
SEVERITY = [Mode.NOT_USED, Mode.WORKS, Mode.DELAYED, Mode.FROZEN, Mode.READ_ONLY, Mode.MESSAGES_LOST, Mode.DOWN]
#: Nothing is interrupted.
HARMLESS = frozenset({Mode.WORKS, Mode.NOT_USED})
