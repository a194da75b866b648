"""The messages a leaving shop's owner and managers get."""

from django.utils.translation import gettext_lazy as _

from shopops.notifications.kinds import MessageKind

KINDS = (
    MessageKind("exits.requested", _("Exit requested"), "info"),
    MessageKind("exits.accepted", _("Exit accepted"), "info"),
    MessageKind("exits.terminated", _("Termination"), "danger"),
    MessageKind("exits.refused", _("Exit refused"), "caution"),
    MessageKind("exits.cancelled", _("Exit called off"), "ok"),
    MessageKind("exits.settling", _("Settlement began"), "info"),
    MessageKind("exits.closed", _("Shop closed"), "info"),
    MessageKind("exits.records_ready", _("Records ready"), "ok"),
)
