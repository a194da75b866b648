"""What maintenance says on a merchant's home: the banner, and the first cause of the check-up."""

import datetime as dt
from collections.abc import Sequence

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from maintenance import selectors, words
from maintenance.models import Audience, Impact, Incident, Mode, Window
from maintenance.models.choices import HARMLESS
from maintenance.policy import policy_of
from orders.selectors import open_orders_between
from shopops.checkup import Banner, Banners, Cause, Check, Finding
from shopops.clocks.models import Feature
from shopops.ui import formats

#: How far ahead the check-up looks.
AHEAD = dt.timedelta(days=7)
#: The longest that any policy shows a banner before the start; each window's own policy decides.
BANNER_LIMIT = dt.timedelta(days=60)


def banners(merchant_id: int, now: dt.datetime) -> Sequence[Banner]:
    """A banner for every window that goes on or begins soon, soonest first."""
    windows = [*selectors.going_on(now).order_by("ends_at", "id"), *selectors.ahead(now, BANNER_LIMIT)]
    return [_banner(window, merchant_id, now) for window in windows if _is_near(window, now)]


def _is_near(window: Window, now: dt.datetime) -> bool:
    return window.starts_at - now <= dt.timedelta(days=policy_of(window).banner_days)


def _banner(window: Window, merchant_id: int, now: dt.datetime) -> Banner:
    impacts = list(window.impacts.all())
    links = [(_("What it means for you"), _page(window))]
    if now < window.starts_at:
        links.append((_("Add to calendar"), reverse("status:window_ical", args=[window.pk])))
    return Banner(
        tone="info" if now < window.starts_at else "caution",
        icon="wrench",
        title=words.headline(window, impacts, now),
        text=orders_sentence(window, impacts, merchant_id) or window.title,
        links=tuple(links),
    )


def orders_sentence(window: Window, impacts: Sequence[Impact], merchant_id: int) -> str:
    """Say how many orders fall due while shipping is stopped; empty when shipping is not hit."""
    if not any(impact.pauses_clocks and impact.service == Feature.SHIPPING for impact in impacts):
        return ""
    number = open_orders_between(merchant_id, window.starts_at, window.ends_at).count()
    if not number:
        return _("No order of yours is to be shipped inside the window.")
    sentence = ngettext(
        "%(number)s order to ship inside the window: its clock pauses. Print the label before %(start)s "
        "if you want to pack during it.",
        "%(number)s orders to ship inside the window: their clocks pause. Print the labels before %(start)s "
        "if you want to pack during it.",
        number,
    )
    return sentence % {"number": formats.num(number), "start": formats.hour(window.starts_at)}


def finding(merchant_id: int, now: dt.datetime) -> Finding:
    """Whether maintenance or an incident explains what a merchant sees: outage, work going on, planned, nothing."""
    page, link = reverse("status:page"), _("Platform status")
    if incident := selectors.open_incidents(now).order_by("-severity", "started_at").first():
        tone = "danger" if incident.severity == Incident.Severity.OUTAGE else "caution"
        said = {"service": incident.get_service_display(), "title": incident.title}
        text = _("%(service)s has a problem: %(title)s. We are on it; your shop did nothing wrong.") % said
        return Finding(tone, incident.get_severity_display(), text, is_cause=True, url=page, link=link)
    for window in selectors.going_on(now).order_by("ends_at", "id"):
        impacts = list(window.impacts.all())
        if _hits_merchants(impacts):
            text = _("%(headline)s.") % {"headline": words.headline(window, impacts, now)}
            return Finding("caution", _("Going on"), text, is_cause=True, url=_page(window), link=_("What it means"))
    if soon := selectors.ahead(now, AHEAD).first():
        headline = words.headline(soon, soon.impacts.all(), now)
        text = _("Nothing is down now. %(headline)s.") % {"headline": headline}
        return Finding("info", _("Planned"), text, url=_page(soon), link=_("What it means"))
    text = _("Nothing is down, and no work is planned for the next 7 days.")
    return Finding("ok", _("Normal"), text, url=page, link=link)


def _page(window: Window) -> str:
    return reverse("maintenance:window", args=[window.pk])


def _hits_merchants(impacts: Sequence[Impact]) -> bool:
    return any(impact.audience == Audience.MERCHANTS and Mode(impact.mode) not in HARMLESS for impact in impacts)


BANNERS = Banners("maintenance", banners, needs="maintenance.view")
CHECK = Check("maintenance", Cause.MAINTENANCE, finding, needs="maintenance.view")
