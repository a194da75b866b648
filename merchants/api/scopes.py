"""What the API may be asked about merchants and applications."""

from django.utils.translation import gettext_lazy as _

from shopops.api.scopes import Scope

MERCHANTS_READ = Scope("merchants:read", _("Read shops"), operator="merchants.view_merchant", portal="")
APPLICATIONS_READ = Scope(
    "applications:read", _("Read applications"), operator="merchants.view_application", personal=True
)
APPLICATIONS_REVIEW = Scope(
    "applications:review", _("Decide on applications"), operator="merchants.review_application", portal=None
)
APPLICATIONS_WRITE = Scope(
    "applications:write", _("Apply for a shop"), operator="merchants.add_application", portal=None, personal=True
)
SCOPES = (MERCHANTS_READ, APPLICATIONS_READ, APPLICATIONS_REVIEW, APPLICATIONS_WRITE)
