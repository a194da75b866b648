"""Filters of the maintenance pages and notices."""

import datetime as dt

from django import template

from shopops.ui import formats

register = template.Library()


@register.filter
def zone(moment: dt.datetime) -> str:
    """Name the zone in which times are told, with its distance to UTC at that moment (summer time included)."""
    return formats.zone_label(now=moment)


@register.filter
def bare_span(start: dt.datetime, end: dt.datetime) -> str:
    """`span` that never says "Today": for sentences and for what is read later."""
    from maintenance.words import when

    return when(start, end)
