"""What the API may be asked about files."""

from django.utils.translation import gettext_lazy as _

from shopops.api.scopes import Scope

TIMELINE_READ = Scope("timeline:read", _("Read the history of shops"), operator="merchants.view_merchant", portal="")
VISITS_READ = Scope("visits:read", _("Read records of contact"), operator="merchant_file.view_visit")
VISITS_WRITE = Scope("visits:write", _("Record contacts with merchants"), operator="merchant_file.add_visit")
SCOPES = (TIMELINE_READ, VISITS_READ, VISITS_WRITE)
