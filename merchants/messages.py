"""The messages applicants and the people of shops get."""

from django.utils.translation import gettext_lazy as _

from merchants import invitation_links
from shopops.notifications.kinds import MessageKind

KINDS = (
    MessageKind("merchants.application_received", _("Application received"), "info"),
    MessageKind("merchants.application_needs_info", _("Application needs corrections"), "caution"),
    MessageKind("merchants.application_approved", _("Application approved"), "ok"),
    MessageKind("merchants.application_rejected", _("Application rejected"), "danger"),
    MessageKind("merchants.member_invited", _("Invitation to a shop"), "info", private_link=invitation_links.link_of),
    MessageKind("merchants.member_joined", _("Invitation accepted"), "ok"),
    MessageKind("merchants.member_declined", _("Invitation declined"), "neutral"),
    MessageKind("merchants.member_role_changed", _("Role changed"), "info"),
    MessageKind("merchants.member_removed", _("Removed from a shop"), "caution"),
    MessageKind("merchants.member_left", _("Member left"), "neutral"),
    MessageKind("merchants.ownership_offered", _("Ownership offered"), "caution"),
    MessageKind("merchants.ownership_accepted", _("Ownership handed over"), "caution"),
    MessageKind("merchants.ownership_declined", _("Ownership declined"), "neutral"),
    MessageKind("merchants.shop_suspended", _("Shop suspended"), "danger"),
    MessageKind("merchants.shop_restored", _("Shop restored"), "ok"),
)
