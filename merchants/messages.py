"""The messages applicants get."""

from django.utils.translation import gettext_lazy as _

from shopops.notifications.kinds import MessageKind

KINDS = (
    MessageKind("merchants.application_received", _("Application received"), "info"),
    MessageKind("merchants.application_needs_info", _("Application needs corrections"), "caution"),
    MessageKind("merchants.application_approved", _("Application approved"), "ok"),
    MessageKind("merchants.application_rejected", _("Application rejected"), "danger"),
)
