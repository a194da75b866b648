"""Sample data for the gallery of parts: one example of everything, with edges (nothing, too much, overdue)."""

import datetime as dt
import re
from functools import cache
from pathlib import Path
from typing import Any

from django import forms
from django.contrib.staticfiles import finders
from django.core.paginator import Paginator
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shopops.ui import charts, formats
from shopops.ui.navigation import NavEntry
from shopops.ui.parts import CheckupItem, ClockView, Line, Meter, Pause, Step, TimelineItem, TodoItem

HOUR = dt.timedelta(hours=1)


class SampleForm(forms.Form):
    """One field of every kind."""

    phone = forms.CharField(
        label=gettext_lazy("Mobile number"),
        min_length=11,
        error_messages={"min_length": gettext_lazy("%(show_value)d digits are too few. Enter all %(limit_value)d.")},
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "tel"}),
    )
    language = forms.ChoiceField(
        label=gettext_lazy("Language of messages"), choices=[("en", "English"), ("zh", "简体中文")]
    )
    renewed = forms.DateField(
        label=gettext_lazy("Renewed on"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    evidence = forms.FileField(
        label=gettext_lazy("Evidence"),
        required=False,
        help_text=gettext_lazy("PDF, JPG or PNG, up to 10 MB each"),
    )
    note = forms.CharField(label=gettext_lazy("Note for the reviewer"), required=False, widget=forms.Textarea)
    shop_type = forms.ChoiceField(
        label=gettext_lazy("Shop type"),
        choices=[("flagship", gettext_lazy("Flagship")), ("exclusive", gettext_lazy("Exclusive"))],
        widget=forms.RadioSelect,
    )
    reasons = forms.MultipleChoiceField(
        label=gettext_lazy("Reasons"),
        required=False,
        choices=[
            ("name", gettext_lazy("Name differs from licence")),
            ("address", gettext_lazy("Address differs")),
            ("scope", gettext_lazy("Scope lacks health food")),
        ],
        widget=forms.CheckboxSelectMultiple,
    )
    agreed = forms.BooleanField(label=gettext_lazy("I have read the rules in force"))


def _nav() -> list[NavEntry]:
    rows = [
        ("home", "home", _("Home"), None, "neutral", False, False, False),
        ("orders", "orders", _("Orders"), 17, "neutral", False, False, False),
        ("warnings", "warning", _("Warnings"), 1, "danger", False, False, False),
        ("score", "score", _("Credit score"), 0, "neutral", False, False, False),
        ("messages", "bell", _("Messages"), 3, "neutral", True, True, True),
        ("shop", "shop", _("Shop details"), None, "neutral", True, False, False),
    ]
    return [NavEntry(key, icon, label, "#", *rest) for key, icon, label, *rest in rows]  # type: ignore[arg-type]


def _checkup() -> list[CheckupItem]:
    return [
        CheckupItem(_("Maintenance"), "wrench", "info", _("Planned"), _("Nothing is down now.")),
        CheckupItem(_("Account security"), "lock", "ok", _("Normal"), _("No unusual sign-ins in 30 days.")),
        CheckupItem(
            _("Warnings and violations"),
            "warning",
            "danger",
            _("Cause found"),
            _("1 strong warning. 3 products rank lower in search."),
            is_cause=True,
            url="#",
            verb=_("Open the warning"),
        ),
        CheckupItem(
            _("Orders and after-sales"),
            "orders",
            "caution",
            _("Watch"),
            _("Late shipment is 3.4%; the limit is 4%."),
        ),
        CheckupItem(
            _("Support"),
            "chat",
            "neutral",
            _("Not needed yet"),
            _("Your question goes out with this check-up attached."),
            url="#",
            verb=_("Ask support"),
        ),
    ]


def _todo(now: dt.datetime) -> list[TodoItem]:
    return [
        TodoItem(
            _("2 after-sales cases wait for your answer"),
            "#",
            _("Answer"),
            _("No answer means the refund is agreed."),
            due=now + 8 * HOUR + dt.timedelta(minutes=20),
        ),
        TodoItem(
            _("3 products show a price that was never charged"),
            "#",
            _("Rectify"),
            _("Correct the reference price or send proof, then ask for a re-check."),
            due=now + 38.5 * HOUR,
            note=_("paused for 3 h"),
        ),
        TodoItem(_("17 orders are ready to ship"), "#", _("Ship"), due=now - 3 * HOUR),
        TodoItem(_("Brand authorisation “WREN” expires"), "#", _("Upload"), due=now + dt.timedelta(days=30, hours=2)),
    ]


def _clocks(now: dt.datetime) -> list[tuple[str, ClockView]]:
    start, length = now - 37 * HOUR, 72 * HOUR
    pause = Pause(start + 5 * HOUR, start + 8 * HOUR, _("Maintenance: product editing frozen"))
    return [
        (_("Running, paused once"), ClockView.of(start, length, [pause], now)),
        (
            _("Standing still"),
            ClockView.of(now - 6 * HOUR, 24 * HOUR, [Pause(now - HOUR, None, _("Maintenance"))], now),
        ),
        (_("Overdue"), ClockView.of(now - 51 * HOUR, 48 * HOUR, [], now)),
        (_("Met"), ClockView.of(now - 20 * HOUR, 48 * HOUR, [], now, closed=True)),
    ]


def _timeline(now: dt.datetime) -> list[TimelineItem]:
    return [
        TimelineItem(now - 37 * HOUR, _("Warning issued by rule PR-03"), "danger"),
        TimelineItem(now - 36 * HOUR, _("Chen Yiwen acknowledged it"), "ok", "#"),
        TimelineItem(now - 32 * HOUR, _("Clock paused: product editing frozen"), "info", end=now - 29 * HOUR),
        TimelineItem(now - dt.timedelta(minutes=9), _("Rattan tray: price corrected"), "ok"),
        TimelineItem(now + 38 * HOUR, _("Time to rectify ends"), is_next=True),
    ]


def _score_chart(today: dt.date) -> charts.LineChart:
    values = [688, 690, 690, 694, 697, 704, 707, 710, 712, 713, 714, 696, 696, 714, 718, 722, 722, 726, 728, 715, 715]
    values += [714, 718, 718, 718, 724]
    weeks = [today - dt.timedelta(weeks=len(values) - 1 - index) for index in range(len(values))]
    return charts.LineChart(
        title=_("Up 36 in 26 weeks; score policy v12 took 13 points"),
        label=_("Line chart of the score from 688 to 724 with three marked events. The table has the same numbers."),
        note=_("Dashed: where a grade starts"),
        x=weeks,
        x_name=_("Week from"),
        series=[charts.Series(_("Score"), values)],
        limits=[charts.Limit(750, _("Grade A from 750"), "above")],
        pins=[
            charts.Pin(5, _("Course “Packing fragile goods” passed"), "ok"),
            charts.Pin(11, _("41 late shipments after a flood; 38 excused"), "danger"),
            charts.Pin(19, _("Score policy v12 takes effect"), "info"),
        ],
        zones=[charts.Zone(15, 17, _("Paused: platform maintenance"))],
    )


def _rates_chart(today: dt.date) -> charts.LineChart:
    days = [today - dt.timedelta(days=29 - index) for index in range(30)]
    late = [0.021 + 0.0005 * index + (0.004 if index % 7 == 3 else 0) for index in range(30)]
    cancelled: list[float | None] = [0.012 + (0.002 if index % 5 == 1 else 0) for index in range(30)]
    cancelled[12:15] = [None] * 3
    return charts.LineChart(
        title=_("Late shipment comes close to its limit"),
        label=_("Line chart of late shipment and cancellation over 30 days. The table has the same numbers."),
        x=days,
        series=[charts.Series(_("Late shipment"), late), charts.Series(_("Cancellation"), cancelled)],
        limits=[charts.Limit(0.04, _("Limit 4%"), "below")],
        fmt=formats.percent,
    )


def _orders_chart(today: dt.date) -> charts.BarChart:
    values = [34, 41, 38, 29, 52, 61, 47, 0, 44, 50, 39, 43, 71, 66]
    days = [today - dt.timedelta(days=len(values) - 1 - index) for index in range(len(values))]
    return charts.BarChart(
        title=_("586 orders in 14 days; none on the day of maintenance"),
        label=_("Bar chart of orders per day over 14 days. The table has the same numbers."),
        x=days,
        values=values,
        value_name=_("Orders"),
        limits=[charts.Limit(60, _("Daily cap 60"))],
    )


def _days(today: dt.date) -> list[charts.Day]:
    states = {14: ("info", _("Planned work")), 31: ("caution", _("Degraded")), 47: ("danger", _("Outage")), 3: ("", "")}
    return [charts.Day(today - dt.timedelta(days=59 - index), *states.get(index, ("ok", ""))) for index in range(60)]


@cache
def icon_names() -> list[str]:
    """Return the names of all icons in the sprite."""
    sprite = Path(finders.find("ui/icons.svg") or "")
    return sorted(re.findall(r'<symbol id="([a-z]+)"', sprite.read_text()))


def context(request: HttpRequest) -> dict[str, Any]:
    """Return everything the gallery shows, relative to now."""
    now = formats.moment()
    today = now.date()
    page = Paginator(range(1, 12_481), 50).get_page(request.GET.get("page"))
    return {
        "merchant": _("Willow & Wren Home"),
        "nav": _nav(),
        "nav_current": "orders",
        "now": now,
        "soon": now + dt.timedelta(hours=38),
        "window": (now + dt.timedelta(days=4), now + dt.timedelta(days=4, hours=3)),
        "length": dt.timedelta(hours=40, minutes=20),
        "checkup": _checkup(),
        "todo": _todo(now),
        "clocks": _clocks(now),
        "timeline": _timeline(now),
        "steps": [
            Step(_("Issued"), formats.at(now - 37 * HOUR), "done"),
            Step(_("Acknowledged"), formats.at(now - 36 * HOUR), "done"),
            Step(_("Rectifying"), _("1 of 3 products done"), "current"),
            Step(_("Re-check"), _("within 2 h of submitting")),
            Step(_("Revoked"), _("ranking restored")),
        ],
        "numbered": [
            Line(_("Correct the 2 remaining prices"), _("Set each to the highest price paid or lower, or remove it.")),
            Line(_("Submit for re-check"), _("When it passes, the warning is revoked."), "#", _("Rectify")),
        ],
        "marks": [_("Taking the product offline or deleting it"), _("Moving the price into the picture or the title")],
        "meters": [
            Meter(_("Reputation"), 148, 200),
            Meter(_("Service"), 301, 400),
            Meter(_("Product quality"), 275, 400),
        ],
        "spark_values": [688, 690, 704, 713, 696, 714, 722, None, 728, 715, 718, 724],
        "score_chart": _score_chart(today),
        "rates_chart": _rates_chart(today),
        "orders_chart": _orders_chart(today),
        "days": _days(today),
        "form": SampleForm({"phone": "1380013", "language": "en", "reasons": ["name", "scope"]}),
        "page": page,
        "icons": icon_names(),
    }
