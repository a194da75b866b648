"""The parts of a page as template tags; docs/ui.md lists them with their variables, /ui/gallery/ shows them."""

from collections.abc import Iterable, Sequence
from typing import Any

from django import template
from django.conf import settings
from django.core.paginator import Page
from django.forms import BaseForm, BoundField
from django.template.context import Context
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from shopops.ui import blocks, charts, daystrip, formats, formfields, paging, parts
from shopops.ui.clockview import ClockView, urgency
from shopops.ui.scales import Value

register = template.Library()

register.tag("slot", blocks.slot)
blocks.part(register, "card", ("title",), ("note", "id", "tone", "flush", "lead", "level"), ("head", "foot"))
blocks.part(register, "banner", ("tone", "title"), ("icon", "id"), ("actions",), required=1)
blocks.part(register, "dialog", ("id", "title"), ("action", "verb", "kind", "keep"), ("actions",), required=2)
blocks.part(register, "menu", ("text",), ("icon", "cls", "spoken"), required=1)
blocks.part(register, "tabs", ("label",), required=1)
blocks.part(register, "stats", ("label",))
blocks.part(register, "facts", (), ("wide",))
blocks.part(register, "scroll", ("label",), required=1)
blocks.part(register, "chart", ("title",), ("note", "id"), ("table",), required=1)

register.simple_tag(parts.icon, name="icon")
register.simple_tag(parts.tag, name="tag")
register.simple_tag(parts.severity, name="severity")
register.simple_tag(parts.button, name="btn")
register.simple_tag(parts.submit, name="submit")
register.simple_tag(parts.delta, name="delta")
register.simple_tag(parts.count, name="count")
register.simple_tag(parts.chip, name="chip")


def _get(item: Any, name: str, default: Any = "") -> Any:
    """Read a variable of an item, be it a dict or an object."""
    return item.get(name, default) if isinstance(item, dict) else getattr(item, name, default)


# The level names of django.contrib.messages as tones.
_MESSAGE_TONES = {"success": "ok", "warning": "caution", "error": "danger"}


@register.filter
def message_tone(level: str) -> str:
    """The tone of a message's level."""
    return _MESSAGE_TONES.get(level, "info")


@register.simple_tag
def marketplace_name() -> str:
    """The marketplace's name; for pages that are rendered without a context."""
    return str(settings.MARKETPLACE_NAME)


@register.simple_tag
def html_language() -> str:
    """The language of the page as the html element names it: en, zh-Hans."""
    return "zh-Hans" if (get_language() or "en").startswith("zh") else "en"


@register.inclusion_tag("ui/tab.html")
def tab(text: str, url: str, current: bool = False, count: int | None = None, tone: str = "") -> dict[str, Any]:
    """One tab: a link; the current one is marked."""
    return {"text": text, "url": url, "current": current, "count": count, "tone": tone}


@register.inclusion_tag("ui/stat.html")
def stat(name: str, value: Any, note: str = "", tone: str = "", state: str = "", url: str = "") -> dict[str, Any]:
    """One number with its limit and its verdict; with an address the whole tile is the link."""
    return {"name": name, "value": value, "note": note, "tone": tone, "state": state, "url": url}


@register.simple_tag
def fact(name: str, value: Any, cls: str = "") -> SafeString:
    """One name and value of `{% facts %}`."""
    described = format_html(' class="{}"', cls) if cls else ""
    return format_html(
        "<div><dt>{}</dt><dd{}>{}</dd></div>", name, described, formats.NOTHING if value is None else value
    )


@register.inclusion_tag("ui/checkup.html")
def checkup(items: Iterable[Any]) -> dict[str, Any]:
    """The causes in their fixed order; the one that explains the trouble is filled."""
    return {"items": items}


@register.inclusion_tag("ui/todo.html")
def todo(items: Iterable[Any], primary: bool = True) -> dict[str, Any]:
    """Work with a deadline, what runs out first on top; its button is the page's primary one."""
    rows = []
    for item in items:
        left, due = _get(item, "left", None), _get(item, "due", None)
        if left is None and due is not None:
            left = due - formats.moment()
        tone = _get(item, "tone", None)
        if tone is None:
            tone = urgency(left) if left is not None else ""
        rows.append({"item": item, "left": left, "due": due, "tone": tone})
    return {"rows": rows, "primary": primary}


@register.inclusion_tag("ui/clock.html")
def clock(view: ClockView) -> dict[str, Any]:
    """A deadline: what is left, what paused it, when it is due, and how that is counted."""
    return {"clock": view}


@register.inclusion_tag("ui/timeline.html")
def timeline(items: Iterable[Any]) -> dict[str, Any]:
    """What happened, newest last; what is still to come is dashed."""
    return {"items": items}


@register.inclusion_tag("ui/steps.html")
def steps(items: Iterable[Any], label: str = "") -> dict[str, Any]:
    """Where something stands."""
    return {"items": items, "label": label}


def _lines(items: Iterable[Any]) -> list[dict[str, Any]]:
    names = ("title", "text", "url", "verb", "icon", "tone")
    return [
        {"title": item} if isinstance(item, str | Promise) else {name: _get(item, name) for name in names}
        for item in items
    ]


def _is_text(item: Any) -> bool:
    return (not isinstance(item, dict) and not hasattr(item, "title")) or isinstance(item, str)


@register.inclusion_tag("ui/numbered.html")
def numbered(items: Iterable[Any]) -> dict[str, Any]:
    """Steps to take."""
    return {"items": _lines(items)}


@register.inclusion_tag("ui/marks.html")
def marks(items: Iterable[Any], icon: str = "cross", tone: str = "danger") -> dict[str, Any]:
    """Lines with a mark each: what does not count, what was found."""
    lines = _lines(items)
    for line in lines:
        line["icon"], line["tone"] = line.get("icon") or icon, line.get("tone") or tone
    return {"items": lines}


@register.inclusion_tag("ui/meters.html")
def meters(items: Sequence[Any]) -> dict[str, Any]:
    """Values of known maxima, coloured as the series of a chart."""
    return {"items": items}


@register.inclusion_tag("ui/crumbs.html")
def crumbs(*path: Any) -> dict[str, Any]:
    """Where the page is: label, address, label, address, …, label of the page itself."""
    if len(path) % 2 == 0:
        raise template.TemplateSyntaxError("{% crumbs %} takes pairs of label and address, then the page's own label.")
    return {"links": list(zip(path[:-1:2], path[1::2], strict=True)), "here": path[-1]}


@register.inclusion_tag("ui/empty_state.html")
def empty_state(icon: str, title: str, text: str = "", url: str = "", verb: str = "") -> dict[str, Any]:
    """Nothing here, and what comes."""
    return {"icon": icon, "title": title, "text": text, "url": url, "verb": verb}


@register.inclusion_tag("ui/skeleton.html")
def skeleton(lines: int = 3, text: str = "") -> dict[str, Any]:
    """Waiting; `text` says for what."""
    return {"lines": range(lines), "text": text}


@register.inclusion_tag("ui/toasts.html", takes_context=True)
def toasts(context: Context) -> dict[str, Any]:
    """Django's messages for this person."""
    return {"messages": context.get("messages") or []}


@register.inclusion_tag("ui/pages.html", takes_context=True)
def pages(context: Context, page: Page) -> dict[str, Any]:
    """Links to the pages of a list; the other GET values are kept."""
    return paging.numbered(context["request"], page)


@register.inclusion_tag("ui/cursor_pages.html", takes_context=True)
def cursor_pages(
    context: Context,
    next: str | None = None,
    previous: str | None = None,
    param: str = "cursor",
    shown: str = "",
) -> dict[str, Any]:
    """Previous and next of a list that pages by key; the other GET values are kept."""
    return paging.by_cursor(context["request"], next, previous, param, shown)


@register.inclusion_tag("ui/sort_header.html", takes_context=True)
def sort_header(context: Context, text: str, key: str, cls: str = "", param: str = "sort") -> dict[str, Any]:
    """A column header whose link sorts by the column, and the other way round on the second click."""
    return {"text": text, "cls": cls, **paging.sort_link(context["request"], key, param)}


@register.inclusion_tag("ui/field.html")
def form_field(
    field: BoundField, mark: bool = True, chips: bool = False, label: str = "", **attributes: Any
) -> dict[str, Any]:
    """Label, hint, control and error of a form field; further names become attributes of the control."""
    extra = {name.replace("_", "-"): value for name, value in attributes.items()}
    return {"view": formfields.field_view(field, mark=mark, chips=chips, label=label, extra=extra)}


@register.inclusion_tag("ui/fields.html")
def form_fields(form: BaseForm, mark: bool = True) -> dict[str, Any]:
    """All fields of a form in their order, hidden ones too."""
    return {"hidden": form.hidden_fields(), "visible": form.visible_fields(), "mark": mark}


@register.inclusion_tag("ui/errors.html")
def form_errors(*forms: BaseForm) -> dict[str, Any]:
    """What is wrong in one or several forms, with links to the fields; nothing when all is well."""
    return {"links": [link for form in forms if form for link in formfields.error_links(form)]}


@register.inclusion_tag("ui/spark.html")
def spark(values: Sequence[Value], label: str, series: int = 0) -> dict[str, Any]:
    """A small line without axis; `label` is the sentence read out."""
    lines, x, y = charts.spark_points(values)
    return {"lines": lines, "x": x, "y": y, "label": label, "cls": f"s{series}" if series else ""}


@register.inclusion_tag("ui/line_chart.html")
def line_chart(chart: charts.LineChart) -> dict[str, Any]:
    """Lines over time with limits, pins and pauses, and the same numbers as a table."""
    names = [series.name for series in chart.series]
    columns = [[formats.NOTHING if v is None else chart.fmt(v) for v in series.values] for series in chart.series]
    rows = [(charts.x_text(x), cells) for x, *cells in zip(chart.x, *columns, strict=True)]
    return {"chart": chart, "drawing": charts.draw_lines(chart), "names": names, "rows": rows}


@register.inclusion_tag("ui/bar_chart.html")
def bar_chart(chart: charts.BarChart) -> dict[str, Any]:
    """Bars from zero, and the same numbers as a table."""
    rows = [
        (charts.x_text(x), formats.NOTHING if value is None else chart.fmt(value))
        for x, value in zip(chart.x, chart.values, strict=True)
    ]
    return {"chart": chart, "drawing": charts.draw_bars(chart), "rows": rows}


@register.inclusion_tag("ui/day_strip.html")
def day_strip(days: Sequence[daystrip.Day], label: str) -> dict[str, Any]:
    """One bar per day in the colour and height of its worst state."""
    return {"bars": daystrip.day_bars(days), "width": len(days) * daystrip.DAY_WIDTH, "label": label}
