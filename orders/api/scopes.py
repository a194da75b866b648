"""What the API may be asked about orders."""

from django.utils.translation import gettext_lazy as _

from shopops.api.scopes import Scope

ORDERS_READ = Scope("orders:read", _("Read orders"), operator="orders.view_order", portal="orders.view")
SCOPES = (ORDERS_READ,)
