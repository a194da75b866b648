"""What the parts of the file show that the merchants' own apps have."""

import datetime as dt
from typing import Any
from urllib.parse import urlsplit

from django.core.paginator import Paginator
from django.http import HttpRequest
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext_lazy as _

from merchants import agreements, policy
from merchants.credit import page as credit_page
from merchants.credit import selectors as scores
from merchants.file import data_changes, messages, selectors, timeline
from merchants.file.follow_ups import RECORD
from merchants.file.forms import VisitForm
from merchants.file.parts import Part
from merchants.file.slices import cut
from merchants.file.timeline import Cursor, Period
from merchants.models import AgreementSigning, Document, HandOver, Invitation, Merchant
from merchants.views.common import named, person
from shopops.api.models import ApiKey
from shopops.fields import mask
from shopops.metrics.selectors import marketplace_day
from shopops.ui import formats
from shopops.ui.paging import address
from shopops.webhooks.models import Endpoint

#: Rows of a list in a part; older ones are a page away.
ROWS = 25


def history(request: HttpRequest, merchant: Merchant) -> dict[str, Any]:
    """The timeline, narrowed to some sources and a period."""
    return timeline_context(request, merchant, timeline.for_operator(person(request)))


def timeline_context(request: HttpRequest, merchant: Merchant, there: list[timeline.Source]) -> dict[str, Any]:
    """The page of a timeline that the address asks for; unknown words do not narrow."""
    chosen = [each for each in request.GET.getlist("source") if each in {source.code for source in there}]
    narrowed = [each for each in there if not chosen or each.code in chosen]
    since, until = _day(request.GET.get("since", "")), _day(request.GET.get("until", ""))
    period = Period(_start(since), _start(until + dt.timedelta(days=1)) if until and until < dt.date.max else None)
    found = timeline.page(merchant, narrowed, cursor=request.GET.get("before", ""), period=period)
    by_code = {each.code: each for each in there}
    return {
        "entries": [(each, by_code[each.source]) for each in found.entries],
        "older": address(request, before=found.older) if found.older else "",
        "newest": address(request, before=None) if "before" in request.GET else "",
        "sources": [(each, each.code in chosen) for each in there],
        "since": since,
        "until": until,
        "is_narrowed": bool(chosen or since or until),
    }


def _day(text: str) -> dt.date | None:
    try:
        return parse_date(text)
    except ValueError:
        return None


def _start(day: dt.date | None) -> dt.datetime | None:
    """The moment a day begins for the reader; None for no day and for one beyond what clocks can say."""
    if day is None or not dt.date(2, 1, 1) < day < dt.date(9998, 12, 31):
        return None
    return dt.datetime.combine(day, dt.time(), timezone.get_current_timezone())


def people(request: HttpRequest, merchant: Merchant) -> dict[str, Any]:
    """Who works for the shop, who was asked to, and who is offered it."""
    open_invitations = Invitation.objects.filter(merchant=merchant, state=Invitation.State.OPEN)
    offers = HandOver.objects.filter(merchant=merchant, state=HandOver.State.OFFERED)
    return {
        "people": selectors.people(merchant),
        "invitations": [(each, mask(each.email)) for each in open_invitations.select_related("invited_by")],
        "offers": offers.select_related("giver", "receiver"),
        "application": getattr(merchant, "application", None),
    }


def documents(request: HttpRequest, merchant: Merchant) -> dict[str, Any]:
    """Current documents by their end, and those that were replaced."""
    mine = Document.objects.filter(merchant=merchant).select_related("uploaded_by")
    body = policy.active()[1]
    current = named(list(mine.current().order_by("expires_on", "id")[:200]), body)
    former = named(list(mine.filter(replaced_at__isnull=False).order_by("-replaced_at", "-id")[:ROWS]), body)
    today = marketplace_day(timezone.now())
    for each in current:
        each.days_left = (each.expires_on - today).days if each.expires_on else None  # type: ignore[attr-defined]
    return {"documents": current, "former_documents": former, "agreements": _agreements(merchant)}


def _agreements(merchant: Merchant) -> list[AgreementSigning]:
    """Agreements that were signed for the shop, the latest first."""
    return list(agreements.signings_of(merchant).order_by("-signed_at", "-id")[:ROWS])


def changes(request: HttpRequest, merchant: Merchant) -> dict[str, Any]:
    """Field by field."""
    cursor = Cursor.read(request.GET.get("before", ""))
    found, older = cut(data_changes.changes(merchant, cursor.at if cursor else None, ROWS + 1), ROWS)
    return {"changes": found, "older": address(request, before=older) if older else ""}


def score(request: HttpRequest, merchant: Merchant) -> dict[str, Any]:
    """The score with its line over half a year and its parts."""
    now = timezone.now()
    tile = scores.tile(merchant.pk, now)
    if tile is None:
        return {"tile": None}
    day = marketplace_day(now)
    snapshot = scores.snapshot_on(merchant.pk, day)
    assert snapshot is not None
    days = scores.weekly_days(day, scores.WEEKS)
    stood = scores.standings(merchant.pk, days[0], day)
    return {
        "tile": tile,
        "snapshot": snapshot,
        "chart": credit_page.trend(stood, days, scores.policy_of(snapshot)),
        "lines": credit_page.component_lines(snapshot, None, scores.on_days(stood, days)),
    }


def told(request: HttpRequest, merchant: Merchant) -> dict[str, Any]:
    """Messages to the shop's people, with how many read them."""
    cursor = Cursor.read(request.GET.get("before", ""))
    found, older = cut(messages.told(merchant.pk, cursor.at if cursor else None, ROWS + 1), ROWS)
    return {"messages_told": found, "older": address(request, before=older) if older else ""}


def visits(request: HttpRequest, merchant: Merchant) -> dict[str, Any]:
    """Contacts, what follows from them, and the form for another one."""
    page = Paginator(selectors.visits_of(merchant.pk), ROWS).get_page(request.GET.get("page"))
    may_record = person(request).has_perm(RECORD)
    return {
        "visits": page,
        "waiting": list(selectors.waiting_follow_ups(merchant.pk)[:ROWS]),
        "form": VisitForm() if may_record else None,
        "today": marketplace_day(timezone.now()),
        "now": timezone.now(),
    }


def programs(request: HttpRequest, merchant: Merchant) -> dict[str, Any]:
    """API keys and webhook endpoints in short; addresses and secrets stay with the shop."""
    return {
        "keys": ApiKey.objects.filter(merchant_id=merchant.pk)
        .select_related("created_by")
        .order_by("-created_at")[:50],
        "endpoints": [
            (each, urlsplit(each.url).hostname or formats.NOTHING)
            for each in Endpoint.objects.filter(merchant_id=merchant.pk).order_by("-created_at")[:50]
        ],
    }


def _part(code: str, label: object, context: Any, permission: str, order: int) -> Part:
    return Part(code, label, f"merchant_file/parts/{code}.html", context, permission, order)  # type: ignore[arg-type]


PARTS = (
    _part("timeline", _("Timeline"), history, "", 0),
    _part("people", _("People"), people, "merchants.view_member", 10),
    _part("documents", _("Documents"), documents, "merchants.view_document", 15),
    _part("changes", _("Changes"), changes, "", 20),
    _part("score", _("Score"), score, "credit.view_scoresnapshot", 25),
    _part("messages", _("Messages"), told, "notifications.view_message", 60),
    _part("visits", _("Contacts"), visits, "merchant_file.view_visit", 70),
    _part("programs", _("API and webhooks"), programs, "webhooks.view_endpoint", 80),
)
