"""Saying a value of a policy, in the language in use and without rounding: who compares two versions must see every
digit that differs."""

import datetime as dt
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from shopops.policies.nodes import Node
from shopops.ui import formats

#: What stands behind an input, by unit.
UNITS: dict[str, object] = {
    "minutes": _lazy("minutes"),
    "hours": _lazy("hours"),
    "days": _lazy("days"),
    "working_days": _lazy("working days"),
    "points": _lazy("points"),
    "orders": _lazy("orders or reviews"),
    "share": "%",
}
NOTHING = "–"


def exact(value: float) -> str:
    """Return a number with all its digits and no exponent: 0.04, 12, 1250000."""
    return format(Decimal(repr(value)).normalize(), "f") if isinstance(value, float) else str(value)


def percent_of(value: float) -> str:
    """Return a ratio times 100, exactly: 0.07 is 7, not 7.000000000000001."""
    return format((Decimal(repr(value)) * 100).normalize(), "f")


def ratio_of(percent: str) -> float:
    """Return the ratio of a percentage that somebody typed; raises decimal.InvalidOperation."""
    return float(Decimal(percent) / 100)


def listed(words: list[str]) -> str:
    """Join words as the language in use lists them."""
    return ("、" if (get_language() or "").startswith("zh") else ", ").join(words)


def say(node: Node, value: Any) -> str:
    """Say a leaf of a document; texts in the language in use."""
    if value is None or value in ("", [], ()):
        return NOTHING
    if node.kind == "text":
        return str(value["zh" if (get_language() or "").startswith("zh") else "en"]) or NOTHING
    if node.is_points and node.item:
        return " · ".join(
            " → ".join(say(part, each) for part, each in zip(node.item.items, row, strict=False)) for row in value
        )
    if node.kind == "list" and node.item:
        return listed([say(node.item, each) for each in value])
    return _say_scalar(node, value)


def _say_scalar(node: Node, value: Any) -> str:
    if node.kind == "choice":
        return next((str(label) for known, label in node.choices if known == value), str(value))
    if node.kind == "bool":
        return _("Yes") if value else _("No")
    if node.kind == "date":
        return formats.day(dt.date.fromisoformat(value), year="always")
    if node.kind == "time":
        return str(value)[:5] if str(value).endswith(":00") and len(value) == 8 else str(value)
    if node.kind == "duration":
        return formats.duration(dt.timedelta(seconds=duration_seconds(value)))
    if node.kind in ("int", "float"):
        return with_unit(value, node.unit)
    return str(value)


def with_unit(value: float, unit: str) -> str:
    """Say a number with its unit: 48 hours, 4%, 120 points."""
    if unit == "share":
        return f"{percent_of(float(value))}%"
    number, plural = exact(value), 1 if value == 1 else 2
    sentences = {
        "minutes": ngettext("%(number)s minute", "%(number)s minutes", plural),
        "hours": ngettext("%(number)s hour", "%(number)s hours", plural),
        "days": ngettext("%(number)s day", "%(number)s days", plural),
        "working_days": ngettext("%(number)s working day", "%(number)s working days", plural),
        "points": ngettext("%(number)s point", "%(number)s points", plural),
    }
    return sentences.get(unit, "%(number)s") % {"number": number}


_ISO_DURATION = re.compile(r"^(-?)P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?$")


def duration_seconds(value: str) -> float:
    """Return the seconds of an ISO 8601 duration of days and smaller units, as msgspec writes them."""
    found = _ISO_DURATION.match(value)
    if not found:
        raise ValueError(f"{value!r} is no duration")
    days, hours, minutes, seconds = (float(part or 0) for part in found.groups()[1:])
    total = ((days * 24 + hours) * 60 + minutes) * 60 + seconds
    return -total if found[1] else total


def item_name(node: Node, value: Any, position: int) -> str:
    """Name an item of a list for people: by its name or title, else by what identifies it, else by its place."""
    struct = node.variant(value) if node.kind == "union" else node
    if struct.kind == "struct" and isinstance(value, Mapping):
        by_name = {part.name: part.node for part in struct.fields}
        if by_name.keys() >= {"en", "zh"}:
            return str(value["zh" if (get_language() or "").startswith("zh") else "en"])
        for name in ("name", "title", "code", "text", "day", "date"):
            if name in by_name and by_name[name].is_leaf and value.get(name):
                return say(by_name[name], value[name])
        for name, part in by_name.items():
            if part.is_leaf and value.get(name):
                return say(part, value[name])
    elif struct.is_leaf:
        return say(struct, value)
    return f"#{position + 1}"
