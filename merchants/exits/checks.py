"""What exits contribute: the banner of a shop that is suspended, leaving or closed, and their own condition."""

import datetime as dt

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from merchants.exits import selectors
from merchants.exits.conditions import Condition, Finding
from merchants.exits.models import Exit, Kind, State
from merchants.models import Merchant
from shopops.audit.models import Entry
from shopops.checkup import Banner, Banners
from shopops.ui import formats

#: A terminated shop has to have been told why (EU 2019/1150 art. 4); the ledger of deliveries knows.
CODE = "statement"


def banners(merchant_id: int, now: dt.datetime) -> list[Banner]:
    """Why the shop does not sell: suspended, leaving, closed; nothing for an active one without a request."""
    merchant = Merchant.objects.filter(pk=merchant_id).first()
    if merchant is None:
        return []
    if merchant.state == Merchant.State.SUSPENDED:
        return [_suspended(merchant)]
    leaving = selectors.shown_to_shop(merchant_id)
    if merchant.state == Merchant.State.CLOSED:
        return [_closed(leaving)]
    return [_leaving(leaving)] if leaving and leaving.is_open else []


def _suspended(merchant: Merchant) -> Banner:
    entry = Entry.objects.filter(merchant_id=merchant.pk, action="merchants.merchant.suspended").order_by("-id").first()
    text = _("It takes no new orders. Ship what is ordered; clocks run on.")
    if entry and entry.reason:
        text = _("%(text)s Reason: %(reason)s") % {"text": text, "reason": entry.reason}
    return Banner("danger", "lock", _("The shop is suspended"), text)


def _closed(leaving: Exit | None) -> Banner:
    text = _("Nothing can be changed any more; everything stays readable.")
    if leaving and leaving.closed_at:
        day = formats.day(leaving.closed_at, year="always")
        text = _("Closed %(day)s. Nothing can be changed any more; everything stays readable.") % {"day": day}
    return Banner("neutral", "lock", _("The shop is closed"), text, ((_("Exit and records"), reverse("exits:home")),))


def _leaving(leaving: Exit) -> Banner:
    link = ((_("Open the exit"), reverse("exits:home")),)
    if leaving.state in (State.REQUESTED, State.CHECKING):
        text = _("It sells on until the platform agrees.")
        return Banner("info", "clock", _("You asked to close the shop"), text, link)
    if leaving.state == State.SETTLING:
        text = _("The notice is over. Accounts are settled; then the shop closes.")
        return Banner("caution", "clock", _("The shop is being settled"), text, link)
    title = _("The shop is closing") if leaving.kind == Kind.VOLUNTARY else _("The platform ends its business with you")
    said = {"moment": formats.due(leaving.notice_until)}
    text = _("It takes no new orders. The notice ends %(moment)s; finish what is open by then.") % said
    return Banner("caution" if leaving.kind == Kind.VOLUNTARY else "danger", "clock", title, text, link)


def _statement(merchant: Merchant) -> Finding | None:
    leaving = selectors.open_exit(merchant.pk)
    if leaving is None or not leaving.is_platforms or leaving.told_at is None:
        return None
    people = selectors.statement_reached(leaving)
    if not people:
        text = _(
            "The statement of reasons reached nobody of the shop: call the exit off, add a person to the shop, and "
            "terminate again."
        )
        return Finding(False, text, 1)
    text = ngettext(
        "The statement of reasons reached %(count)d person of the shop.",
        "The statement of reasons reached %(count)d people of the shop.",
        people,
    )
    return Finding(True, text % {"count": people})


STATEMENT = Condition(CODE, gettext_lazy("Statement of reasons"), _statement)
BANNERS = Banners("exits", banners)
