"""Changes the shop asked for, re-verification, leaving."""

import datetime as dt

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from merchants import agreements
from merchants.changes.models import ChangeRequest, ContactChange, Verification
from merchants.exits.models import Exit
from merchants.file import slices
from merchants.file.sources.people import LOOKED
from merchants.file.timeline import Entry, Source
from merchants.models import AgreementSigning, Merchant

_TONES = {
    "approved": "ok", "rejected": "danger", "needs_info": "caution", "submitted": "info", "resubmitted": "info",
    "confirmed": "ok", "overdue": "danger", "requested": "caution", "proposed": "caution", "terminated": "danger",
    "closed": "neutral", "withdrawn": "neutral", "refused": "caution",
}  # fmt: skip


def _asked(merchant: Merchant) -> Q:
    about = slices.about(ChangeRequest, ContactChange, Verification)
    return about & Q(merchant_id=merchant.pk) & ~Q(action__in=LOOKED)


def asked(merchant: Merchant, before: dt.datetime | None, limit: int) -> list[Entry]:
    """Requests for changes with their decisions, contacts changed at once, re-verification."""
    return slices.told(slices.audited(_asked(merchant), before, limit), tones=_TONES)


def asked_told(merchant: Merchant, before: dt.datetime | None, limit: int) -> list[Entry]:
    """Of that what the shop hears of."""
    return _public(_asked(merchant), before, limit)


def _leaving(merchant: Merchant) -> Q:
    return slices.about(Exit) & Q(merchant_id=merchant.pk)


def leaving(merchant: Merchant, before: dt.datetime | None, limit: int) -> list[Entry]:
    """Every step of an exit."""
    return slices.told(slices.audited(_leaving(merchant), before, limit), tones=_TONES)


def leaving_told(merchant: Merchant, before: dt.datetime | None, limit: int) -> list[Entry]:
    """Of that what the shop hears of."""
    return _public(_leaving(merchant), before, limit, reverse("exits:home"))


def _public(about: Q, before: dt.datetime | None, limit: int, url: str = "") -> list[Entry]:
    found = slices.audited(about & slices.public(), before, limit)
    return slices.told(found, names=False, url=url, tones=_TONES)


def signed(merchant: Merchant, before: dt.datetime | None, limit: int) -> list[Entry]:
    """Agreements that were signed for the shop or its application."""
    return [_signed(each, str(each.signed_by)) for each in _signings(merchant, before, limit)]


def signed_told(merchant: Merchant, before: dt.datetime | None, limit: int) -> list[Entry]:
    """The same for the shop."""
    return [_signed(each, "") for each in _signings(merchant, before, limit)]


def _signings(merchant: Merchant, before: dt.datetime | None, limit: int) -> list[AgreementSigning]:
    return slices.newest(agreements.signings_of(merchant), "signed_at", before, limit)


def _signed(signing: AgreementSigning, by: str) -> Entry:
    title = _("Agreement signed: %(title)s") % {"title": signing.title}
    return Entry(signing.signed_at, title, by=by)


SOURCES = (
    Source("agreements", gettext_lazy("Agreements"), "check", signed, public=signed_told, needs="shop.manage"),
    Source("requests", gettext_lazy("Change requests"), "edit", asked, "changes.view_changerequest", asked_told,
           needs="shop.manage"),
    Source("exit", gettext_lazy("Leaving"), "flag", leaving, "exits.view_exit", leaving_told, needs="exit.view"),
)  # fmt: skip
