"""What the portal says of agreements: a banner and a thing to do while a version in force is not signed."""

import datetime as dt

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from merchants import agreements
from merchants.models import Merchant
from merchants.portal_roles import Permission
from shopops.checkup import Banner, Banners, ToDo, ToDos


def banners(merchant_id: int, as_of: dt.datetime) -> list[Banner]:
    """One banner for all agreements that wait; it turns red when the time to sign is over."""
    owed = agreements.owed(merchant=Merchant.objects.get(pk=merchant_id))
    if not owed:
        return []
    is_late = any(agreements.due(each) < as_of for each in owed)
    title = ngettext(
        "%(count)d agreement waits for your signature", "%(count)d agreements wait for your signature", len(owed)
    )
    text = _("%(titles)s. They bind everybody who sells here; read what changed, then sign.") % {
        "titles": _(", ").join(each.title for each in owed)
    }
    links = ((_("Read and sign"), reverse("merchants:shop_agreements")),)
    return [Banner("danger" if is_late else "caution", "file", title % {"count": len(owed)}, text, links)]


def todos(merchant_id: int, as_of: dt.datetime) -> list[ToDo]:
    """One line per agreement, with the day by which it is to be signed."""
    return [
        ToDo(
            _("Sign “%(title)s”") % {"title": each.title},
            _("Version %(number)d came into force. The text stays readable afterwards.")
            % {"number": each.version.number},
            agreements.due(each),
            _("Sign"),
            reverse("merchants:shop_agreements"),
        )
        for each in agreements.owed(merchant=Merchant.objects.get(pk=merchant_id))
    ]


BANNERS = Banners("merchants.agreements", banners, needs=Permission.AGREEMENTS_SIGN.value)
TODOS = ToDos("merchants.agreements", todos, needs=Permission.AGREEMENTS_SIGN.value)
