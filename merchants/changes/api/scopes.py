"""What the API may do with changes of shops."""

from django.utils.translation import gettext_lazy as _

from shopops.api.scopes import Scope

CHANGES_READ = Scope(
    "changes:read", _("Read change requests and re-verifications"), operator="changes.view_changerequest",
    portal="shop.manage",
)  # fmt: skip
MERCHANTS_WRITE = Scope("merchants:write", _("Change details of the shop"), portal="shop.manage", platform=False)
CHANGES_DECIDE = Scope("changes:decide", _("Decide on change requests"), operator="changes.decide_changerequest")
SCOPES = (CHANGES_READ, MERCHANTS_WRITE, CHANGES_DECIDE)
