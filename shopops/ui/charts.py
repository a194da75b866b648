"""Geometry of the charts: pure functions from numbers to positions. Templates write the SVG, see templates/ui/chart_*.

The outer SVG is placed in percent, so that text keeps its size; lines live in an inner one of 100 × 100 units that is
stretched. A line may start above zero, an area and a bar may not.
"""

import datetime as dt
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from shopops.ui import formats
from shopops.ui.daystrip import Day as Day
from shopops.ui.items import Text
from shopops.ui.scales import Value, bounds, percent_text, stretches, ticks, x_positions, y_position

X = dt.date | dt.datetime | Text

# How many labels fit below the axis of a phone.
MAX_LABELS = 5
# Where bars begin, in percent: the numbers of the axis stand before them.
BARS_FROM = 8.0


@dataclass(frozen=True)
class Series:
    """One line: a value per x, None where there is none."""

    name: Text
    values: Sequence[Value]


@dataclass(frozen=True)
class Limit:
    """A named dashed line; `good` says which side of it is fine: above, below, or none (not shaded)."""

    value: float
    label: Text
    good: str = "none"


@dataclass(frozen=True)
class Pin:
    """A numbered event at an x (its index), told in the list below the chart."""

    index: int
    text: Text
    tone: str = ""


@dataclass(frozen=True)
class Zone:
    """A shaded time from one x index to another: maintenance, a pause."""

    start: int
    end: int
    label: Text


@dataclass(frozen=True)
class LineChart:
    """At most three lines over the same x.

    `title` says the finding, `label` is the sentence read out for the picture, `fmt` says a value.
    """

    title: Text
    label: Text
    x: Sequence[X]
    series: Sequence[Series]
    limits: Sequence[Limit] = ()
    pins: Sequence[Pin] = ()
    zones: Sequence[Zone] = ()
    note: Text = ""
    x_name: Text = ""
    fmt: Callable[[float], str] = formats.num

    def __post_init__(self) -> None:
        if not 1 <= len(self.series) <= 3:
            raise ValueError("A line chart shows one to three series.")
        if any(len(series.values) != len(self.x) for series in self.series):
            raise ValueError("Every series needs one value per x (None where there is none).")


@dataclass(frozen=True)
class BarChart:
    """One bar per x, from zero."""

    title: Text
    label: Text
    x: Sequence[X]
    values: Sequence[Value]
    limits: Sequence[Limit] = ()
    note: Text = ""
    x_name: Text = ""
    value_name: Text = ""
    fmt: Callable[[float], str] = formats.num

    def __post_init__(self) -> None:
        if len(self.values) != len(self.x):
            raise ValueError("A bar chart needs one value per x (None where there is none).")
        if any(value < 0 for value in self.values if value is not None):
            raise ValueError("Bars start at zero and show no negative values; use a line chart.")


@dataclass(frozen=True)
class Mark:
    """A word or line at a height or a place of a chart, in percent."""

    at: str
    text: str
    anchor: str = "start"


@dataclass(frozen=True)
class Box:
    """A rectangle in percent."""

    x: str
    y: str
    width: str
    height: str


@dataclass(frozen=True)
class DrawnSeries:
    """A line as polylines (one per unbroken stretch) with its last point."""

    name: Text
    cls: str
    lines: list[str]
    end_x: str
    end_y: str
    end_text: str
    label_dy: int = -12


@dataclass(frozen=True)
class DrawnPin:
    """A pin with its number and place."""

    number: int
    x: str
    y: str
    tone: str
    text: Text


@dataclass(frozen=True)
class Drawing:
    """Everything a chart template writes, already as text."""

    ticks: list[Mark]
    x_labels: list[Mark]
    limits: list[Mark]
    series: list[DrawnSeries] = field(default_factory=list)
    pins: list[DrawnPin] = field(default_factory=list)
    zones: list[tuple[Box, Text]] = field(default_factory=list)
    good: list[Box] = field(default_factory=list)
    bars: list[Box] = field(default_factory=list)


def x_text(value: X, *, short: bool = False) -> str:
    """Say a place on the x axis: dates as days (below the axis, `short`, without the year), all else as it is."""
    return formats.day(value, year="never" if short else "auto") if isinstance(value, dt.date) else str(value)


def x_labels(values: Sequence[X], xs: Sequence[float], most: int = MAX_LABELS) -> list[Mark]:
    """Choose at most `most` evenly spread labels, the first and the last among them where that is even."""
    count = len(values)
    every = max(1, math.ceil((count - 1) / (most - 1))) if count > 1 else 1
    chosen = range(0, count, every)
    return [
        Mark(
            percent_text(xs[i]),
            x_text(values[i], short=True),
            "middle" if 8 < xs[i] < 92 else "start" if xs[i] <= 8 else "end",
        )
        for i in chosen
    ]


def draw_lines(chart: LineChart) -> Drawing:
    """Lay out a line chart."""
    shown = [float(v) for series in chart.series for v in series.values if v is not None]
    low, high, step = bounds(shown + [float(limit.value) for limit in chart.limits])
    xs = x_positions(len(chart.x))

    def ys(value: float) -> float:
        return y_position(value, low, high)

    taken: list[float] = []
    drawn = [_line(number, series, xs, ys, chart, taken) for number, series in enumerate(chart.series, start=1)]
    return Drawing(
        ticks=[
            Mark(percent_text(ys(v)), chart.fmt(v)) for v in ticks(low, high, step) if not _near(v, chart.limits, ys)
        ],
        x_labels=x_labels(chart.x, xs),
        limits=[Mark(percent_text(ys(limit.value)), str(limit.label)) for limit in chart.limits],
        good=[box for limit in chart.limits if (box := _good_side(limit, ys))],
        series=[line for line in drawn if line.lines],
        pins=_pins(chart, xs, ys),
        zones=[(_zone(zone, xs), zone.label) for zone in chart.zones],
    )


def draw_bars(chart: BarChart) -> Drawing:
    """Lay out a bar chart."""
    values = [float(v) for v in chart.values if v is not None]
    low, high, step = bounds(values + [float(limit.value) for limit in chart.limits], from_zero=True)

    def ys(value: float) -> float:
        return y_position(value, low, high)

    slot = (100 - BARS_FROM) / max(len(chart.x), 1)
    width = slot * 0.7
    bars = []
    for index, value in enumerate(chart.values):
        if value:
            top = ys(float(value))
            box = (BARS_FROM + index * slot + (slot - width) / 2, top, width, 100 - top)
            bars.append(Box(*(percent_text(part) for part in box)))
    return Drawing(
        ticks=[
            Mark(percent_text(ys(v)), chart.fmt(v)) for v in ticks(low, high, step) if not _near(v, chart.limits, ys)
        ],
        x_labels=x_labels(chart.x, [BARS_FROM + (index + 0.5) * slot for index in range(len(chart.x))]),
        limits=[Mark(percent_text(ys(limit.value)), str(limit.label)) for limit in chart.limits],
        bars=bars,
    )


def spark_points(values: Sequence[Value], *, margin: float = 1.5) -> tuple[list[str], str, str]:
    """Return the stretches of a small line and the place of its last value (both empty without values).

    It starts at the first known value: before it there was nothing to know.
    """
    first = next((index for index, value in enumerate(values) if value is not None), len(values))
    values = values[first:]
    known = [float(v) for v in values if v is not None]
    if not known:
        return [], "", ""
    low, high, _step = bounds(known)
    xs = x_positions(len(values), margin)
    lines = stretches(values, xs, lambda value: y_position(value, low, high))
    last = max(index for index, value in enumerate(values) if value is not None)
    return lines, percent_text(xs[last]), percent_text(y_position(float(known[-1]), low, high))


def _line(
    number: int,
    series: Series,
    xs: Sequence[float],
    ys: Callable[[float], float],
    chart: LineChart,
    taken: list[float],
) -> DrawnSeries:
    lines = stretches(series.values, xs, ys)
    known = [(x, v) for x, v in zip(xs, series.values, strict=True) if v is not None]
    x, value = known[-1] if known else (0.0, 0.0)
    y = ys(value)
    # The name stands where the line does not come from; two ends at the same height are named on both sides.
    falls = len(known) > 1 and ys(known[-2][1]) < y - 2
    below = (falls and y < 85) or any(abs(y - other) < 8 for other in taken) or y < 8
    taken.append(y)
    # A pin at the end is wider than the dot.
    away = 4 if any(percent_text(xs[pin.index]) == percent_text(x) for pin in chart.pins) else 0
    text = chart.fmt(value)
    if len(chart.series) > 1:
        text = f"{series.name} {text}"
    cls = f"s{number}" if len(chart.series) > 1 else ""
    return DrawnSeries(
        series.name, cls, lines, percent_text(x), percent_text(y), text, 20 + away if below else -12 - away
    )


def _near(value: float, limits: Sequence[Limit], ys: Callable[[float], float]) -> bool:
    """Whether a tick would write over the name of a limit, or over what stands above the chart."""
    return ys(value) < 5 or any(abs(ys(value) - ys(limit.value)) < 8 for limit in limits)


def _good_side(limit: Limit, ys: Callable[[float], float]) -> Box | None:
    y = ys(limit.value)
    if limit.good == "above":
        return Box("0", "0", "100", percent_text(max(y, 0)))
    if limit.good == "below":
        return Box("0", percent_text(y), "100", percent_text(max(100 - y, 0)))
    return None


def _zone(zone: Zone, xs: Sequence[float]) -> Box:
    start, end = xs[zone.start], xs[zone.end]
    return Box(percent_text(start), "0", percent_text(max(end - start, 0.8)), "100")


def _pins(chart: LineChart, xs: Sequence[float], ys: Callable[[float], float]) -> list[DrawnPin]:
    pins = []
    for number, pin in enumerate(chart.pins, start=1):
        value = chart.series[0].values[pin.index]
        y = ys(value) if value is not None else 50.0
        pins.append(DrawnPin(number, percent_text(xs[pin.index]), percent_text(y), pin.tone, pin.text))
    return pins
