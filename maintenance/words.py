"""Sentences about windows, in the reader's language."""

import datetime as dt
from collections.abc import Callable, Iterable

from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from maintenance.models import Audience, Impact, Mode, Window
from maintenance.models.choices import HARMLESS
from shopops.clocks.models import Feature
from shopops.ui import formats


def joined(items: Iterable[object]) -> str:
    """Join names as the language does: "Shipping, Messages" / "发货、消息"."""
    is_chinese = (translation.get_language() or "").startswith("zh")
    return ("、" if is_chinese else ", ").join(str(item) for item in items)


def paragraph(*sentences: str) -> str:
    """Set sentences one after the other: with a space between them, which Chinese leaves out."""
    is_chinese = (translation.get_language() or "").startswith("zh")
    return ("" if is_chinese else " ").join(sentences)


def services(codes: Iterable[str]) -> str:
    """Say services by their names, in the order in which the platform lists them."""
    chosen = set(codes)
    return joined(feature.label for feature in Feature if feature.value in chosen)


def when(start: dt.datetime, end: dt.datetime) -> str:
    """Say when, always with the date: Thu 26 Nov, 02:00–05:00."""
    if timezone.localtime(start).date() == timezone.localtime(end).date():
        return f"{formats.due(start, year='never')}–{formats.hour(end)}"
    return formats.span(start, end)


def headline(window: Window, impacts: Iterable[Impact], now: dt.datetime) -> str:
    """Say in one line what a window stops for merchants and when; while it lasts, until when."""
    mine = [impact for impact in impacts if impact.audience == Audience.MERCHANTS]
    down = {impact.service for impact in mine if impact.mode == Mode.DOWN}
    hit = down or {impact.service for impact in mine if impact.mode not in HARMLESS}
    words = {
        "services": services(hit),
        "when": when(window.starts_at, window.ends_at),
        "end": formats.due(window.ends_at, now=now),
        "length": formats.duration(window.length),
    }
    if now >= window.starts_at:
        return _headline_now(len(hit), bool(down)) % words
    return _headline_ahead(len(hit), bool(down)) % words


def _headline_ahead(number: int, is_down: bool) -> str:
    if not number:
        return _("Planned work on %(when)s (%(length)s): your services keep working")
    if is_down:
        return ngettext(
            "%(services)s goes down on %(when)s (%(length)s)",
            "%(services)s go down on %(when)s (%(length)s)",
            number,
        )
    return ngettext(
        "%(services)s is limited on %(when)s (%(length)s)",
        "%(services)s are limited on %(when)s (%(length)s)",
        number,
    )


def _headline_now(number: int, is_down: bool) -> str:
    if not number:
        return _("Planned work is going on (until: %(end)s): your services keep working")
    if is_down:
        return ngettext(
            "%(services)s is down for planned work (until: %(end)s)",
            "%(services)s are down for planned work (until: %(end)s)",
            number,
        )
    return ngettext(
        "%(services)s is limited by planned work (until: %(end)s)",
        "%(services)s are limited by planned work (until: %(end)s)",
        number,
    )


def impact_lines(impacts: Iterable[Impact], audience: str) -> str:
    """List what is hit for one audience, a line each; empty when nothing is."""
    lines = []
    for impact in impacts:
        if impact.audience == audience and impact.mode not in HARMLESS:
            note = impact.note
            line = _("%(service)s: %(mode)s (%(note)s)") if note else _("%(service)s: %(mode)s")
            mode = impact.get_mode_display()
            lines.append("- " + line % {"service": impact.get_service_display(), "mode": mode, "note": note})
    return "\n".join(lines)


def both(say: Callable[[], str]) -> dict[str, str]:
    """Say something in both languages, as message contexts carry texts."""
    said = {}
    for key, language in (("en", "en"), ("zh", "zh-hans")):
        with translation.override(language):
            said[key] = say()
    return said
