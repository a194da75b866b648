"""Messages to the shop, and contacts with it."""

import datetime as dt

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from merchants.file import messages
from merchants.file.models import Visit
from merchants.file.slices import moments
from merchants.file.timeline import Entry, Source
from merchants.models import Merchant


def told(merchant: Merchant, before: dt.datetime | None, limit: int) -> list[Entry]:
    """What the people of the shop were told, and how many read it."""
    return [
        Entry(
            each.at,
            _("Message: %(kind)s") % {"kind": each.label},
            ngettext("%(people)s person, %(read)s read it", "%(people)s people, %(read)s read it", each.people)
            % {"people": each.people, "read": each.read},
            reverse("notices:proof", args=[each.message_id]),
        )
        for each in messages.told(merchant.pk, before, limit)
    ]


def visits(merchant: Merchant, before: dt.datetime | None, limit: int) -> list[Entry]:
    """Contacts, and follow-ups that were done."""

    def contact(visit: Visit) -> Entry:
        title = _("%(kind)s: %(purpose)s") % {"kind": visit.get_kind_display(), "purpose": visit.purpose}
        return Entry(visit.at, title, visit.result[:300], _page(visit), by=str(visit.by))

    def followed_up(visit: Visit) -> Entry | None:
        if visit.followed_up_at is None:
            return None
        title = _("Followed up: %(what)s") % {"what": visit.follow_up}
        return Entry(visit.followed_up_at, title, visit.outcome, _page(visit), "ok", str(visit.followed_up_by))

    mine = Visit.objects.filter(merchant=merchant).select_related("by", "followed_up_by")
    return moments(mine, {"at": contact, "followed_up_at": followed_up}, before, limit)


def _page(visit: Visit) -> str:
    return reverse("merchant_file:visit", args=[visit.pk])


SOURCES = (
    Source("messages", gettext_lazy("Messages"), "mail", told, "notifications.view_message"),
    Source("visits", gettext_lazy("Contacts"), "chat", visits, "merchant_file.view_visit"),
)
