"""The messages about the safety of an account."""

from django.utils.translation import gettext_lazy as _

from shopops.notifications.kinds import MessageKind

KINDS = (
    MessageKind("signin.suspicious", _("Unusual sign-in"), "danger", urgent=True),
    MessageKind("signin.security_changed", _("Security of the account changed"), "caution"),
)
