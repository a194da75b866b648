"""What maintenance adds to a merchant's file: the windows that hit the shop."""

import datetime as dt

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from maintenance.models import Audience, Window
from maintenance.selectors import public_windows
from merchants.file.slices import newest
from merchants.file.timeline import Entry, Source
from merchants.models import Merchant
from shopops.ui import formats


def entries(merchant: Merchant, before: dt.datetime | None, limit: int) -> list[Entry]:
    """Windows that merchants felt since the shop opened; with the way to the console."""
    return [
        _entry(each, reverse("admin:maintenance_window_change", args=[each.pk]))
        for each in _windows(merchant, before, limit)
    ]


def told(merchant: Merchant, before: dt.datetime | None, limit: int) -> list[Entry]:
    """The same with the way to the shop's own page."""
    return [_entry(each, reverse("maintenance:window", args=[each.pk])) for each in _windows(merchant, before, limit)]


def _windows(merchant: Merchant, before: dt.datetime | None, limit: int) -> list[Window]:
    now = timezone.now()
    felt = (
        public_windows()
        .filter(impacts__audience=Audience.MERCHANTS, ends_at__gte=merchant.opened_at)
        .exclude(state=Window.State.CANCELLED)
        .distinct()
    )
    return newest(felt, "starts_at", min(before, now) if before else now, limit)


def _entry(window: Window, url: str) -> Entry:
    length = formats.span(window.starts_at, window.ends_at)
    return Entry(window.starts_at, _("Maintenance: %(title)s") % {"title": window.title}, length, url, "info")


SOURCE = Source("maintenance", gettext_lazy("Maintenance"), "wrench", entries, "maintenance.view_window", told,
                needs="maintenance.view")  # fmt: skip


def register() -> None:
    """Contribute to the file; for `AppConfig.ready`."""
    from merchants.file.timeline import sources

    sources.register(SOURCE)
