"""Changes of the shop's data."""

import datetime as dt
from dataclasses import replace

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from merchants.file.data_changes import DataChange, FieldChange, changes, labels
from merchants.file.timeline import Entry, Source
from merchants.models import Merchant


def data(merchant: Merchant, before: dt.datetime | None, limit: int) -> list[Entry]:
    """Which fields changed, from what to what, and by whom."""
    page = reverse("merchant_file:file", args=[merchant.pk]) + "?part=changes"
    return [_entry(each, page, by=each.by) for each in changes(merchant, before, limit)]


def data_told(merchant: Merchant, before: dt.datetime | None, limit: int) -> list[Entry]:
    """The same without the operator's name; how the marketplace sorts its merchants is its own matter."""
    found = [(each, _theirs(each)) for each in changes(merchant, before, limit)]
    return [_entry(replace(each, fields=theirs), "") for each, theirs in found if theirs]


def _theirs(change: DataChange) -> tuple[FieldChange, ...]:
    return tuple(
        field for field in change.fields if field.name not in ("channel", "segment", "verified_at", "external_id")
    )


def _entry(change: DataChange, url: str, by: str = "") -> Entry:
    said = " · ".join(f"{field.label}: {field.before} → {field.after}" for field in change.fields)
    return Entry(change.at, _("Changed: %(fields)s") % {"fields": labels(change.fields)}, said, url, by=by)


SOURCES = (Source("data", gettext_lazy("Data changes"), "edit", data, public=data_told, needs="shop.manage"),)
