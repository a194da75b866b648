"""What the API may do with exits."""

from django.utils.translation import gettext_lazy as _

from shopops.api.scopes import Scope

EXITS_READ = Scope("exits:read", _("Read exits"), operator="exits.view_exit", portal="exit.view")
EXITS_REQUEST = Scope(
    "exits:request", _("Ask to close the shop, and take it back"), portal="exit.manage", platform=False
)
SCOPES = (EXITS_READ, EXITS_REQUEST)
