"""What the API may be asked about merchants and applications."""

from django.utils.translation import gettext_lazy as _

from shopops.api.scopes import Scope

MERCHANTS_READ = Scope("merchants:read", _("Read shops"), operator="merchants.view_merchant", portal="")
APPLICATIONS_READ = Scope(
    "applications:read", _("Read applications"), operator="merchants.view_application", personal=True
)
SCOPES = (MERCHANTS_READ, APPLICATIONS_READ)
