"""The small parts of a page as functions that return safe HTML: usable in templates (as tags) and from Python."""

from typing import Literal

from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _

from shopops.ui import formats
from shopops.ui.clockview import ClockView, Pause
from shopops.ui.items import CheckupItem, Line, Meter, Step, TimelineItem, TodoItem

__all__ = [
    "CheckupItem",
    "ClockView",
    "Line",
    "Meter",
    "Pause",
    "Step",
    "TimelineItem",
    "TodoItem",
    "Tone",
    "button",
    "chip",
    "count",
    "delta",
    "icon",
    "severity",
    "submit",
    "tag",
]

Tone = Literal["ok", "caution", "danger", "info", "neutral", ""]

# Each tone has a shape of its own, so that meaning never hangs on colour.
SHAPES = {"ok": "ok", "caution": "warning", "danger": "danger", "info": "info", "neutral": "neutral"}

_LEVELS = {
    "weak": (1, "neutral", _("Weak")),
    "medium": (2, "caution", _("Medium")),
    "strong": (3, "danger", _("Strong")),
}
_LEVEL_NAMES = {1: "weak", 2: "medium", 3: "strong"}

_EMPTY = mark_safe("")


def _attribute(name: str, value: object) -> SafeString:
    """Return ` name="value"`, or nothing when the value is empty."""
    return format_html(' {}="{}"', name, value) if value not in (None, "") else _EMPTY


def icon(name: str, cls: str = "") -> SafeString:
    """Draw an icon of the sprite; it stands beside words and is hidden from screen readers."""
    return format_html(
        '<svg class="{}" aria-hidden="true"><use href="{}#{}"/></svg>',
        f"icon {cls}".strip(),
        static("ui/icons.svg"),
        name,
    )


# Parameters below are called icon too.
_icon = icon


def tag(tone: str, text: object, icon: str = "", *, plain: bool = False) -> SafeString:
    """Show a state as shape, word and colour; `plain` leaves the ground out."""
    tone = tone or "neutral"
    return format_html(
        '<span class="{}" data-tone="{}">{}{}</span>',
        "tag plain" if plain else "tag",
        tone,
        _icon(icon or SHAPES.get(tone, "neutral")),
        text,
    )


def severity(level: int | str) -> SafeString:
    """Show the intensity of a warning: three bars and the word. Raises KeyError for an unknown level."""
    name = _LEVEL_NAMES[level] if isinstance(level, int) else level
    filled, tone, word = _LEVELS[name]
    off = [mark_safe(' class="off"') if filled < bar else _EMPTY for bar in (2, 3)]
    return format_html(
        '<span class="severity" data-tone="{}"><svg viewBox="0 0 16 14" aria-hidden="true">'
        '<rect x="0" y="8" width="4" height="6" rx="1"/><rect x="6" y="4" width="4" height="10" rx="1"{}/>'
        '<rect x="12" y="0" width="4" height="14" rx="1"{}/></svg>{}</span>',
        tone,
        *off,
        word,
    )


def button(
    text: object,
    url: str = "",
    kind: str = "",
    icon: str = "",
    *,
    id: str = "",
    popover: str = "",
    disabled: bool = False,
) -> SafeString:
    """Show a link as a button; with `popover` a button that opens that dialog; disabled it goes nowhere."""
    cls = f"btn {kind}".strip()
    content = format_html("{}{}", _icon(icon) if icon else "", text)
    if popover:
        return format_html(
            '<button class="{}" type="button" popovertarget="{}"{}>{}</button>',
            cls,
            popover,
            _attribute("id", id),
            content,
        )
    if disabled or not url:
        return format_html('<span class="{}" aria-disabled="true"{}>{}</span>', cls, _attribute("id", id), content)
    return format_html('<a class="{}" href="{}"{}>{}</a>', cls, url, _attribute("id", id), content)


def submit(
    text: object,
    kind: str = "",
    icon: str = "",
    *,
    name: str = "",
    value: str = "",
    key: str = "",
    form: str = "",
) -> SafeString:
    """Show a submit button; `key` is its shortcut key on workbenches, shown beside the word."""
    return format_html(
        '<button class="{}"{}{}{}{}>{}{}{}</button>',
        f"btn {kind}".strip(),
        _attribute("name", name),
        _attribute("value", value),
        _attribute("form", form),
        _attribute("aria-keyshortcuts", key),
        _icon(icon) if icon else "",
        text,
        format_html(' <kbd aria-hidden="true">{}</kbd>', key.upper()) if key else "",
    )


def delta(number: formats.Number | None, good: str = "up", unit: str = "") -> SafeString:
    """Show a change: arrow and sign say the direction, colour whether it is good (`good` is up, down or none)."""
    if not number:
        return format_html('<span class="delta">{}</span>', formats.NOTHING if number is None else f"±0{unit}")
    rises = number > 0
    tone = "" if good == "none" else "ok" if rises == (good == "up") else "danger"
    return format_html(
        '<span class="delta"{}><span aria-hidden="true">{}</span> {}{}</span>',
        _attribute("data-tone", tone),
        "▲" if rises else "▼",
        formats.signed(number),
        unit,
    )


def count(number: int | None, tone: str = "", label: object = "") -> SafeString:
    """Show a small counter; nothing at all for 0 and None. `label` is read out after the number."""
    if not number:
        return _EMPTY
    spoken = format_html('<span class="sr"> {}</span>', label) if label else ""
    return format_html('<span class="count"{}>{}{}</span>', _attribute("data-tone", tone), formats.num(number), spoken)


def chip(
    name: str, value: object, text: object, checked: bool = False, *, type: str = "checkbox", id: str = ""
) -> SafeString:
    """Show one choice as a chip: a checkbox or radio button with its label."""
    return format_html(
        '<label class="chip"><input type="{}" name="{}" value="{}"{}{}> {}</label>',
        type,
        name,
        value,
        _attribute("id", id),
        mark_safe(" checked") if checked else "",
        text,
    )
