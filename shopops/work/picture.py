"""Small pictures of a queue for the console: points of lines in a box of 100 × 100 units."""

from collections.abc import Sequence
from dataclasses import dataclass

from shopops.work.forecast import HORIZON, Forecast
from shopops.work.forecasting import Flow


@dataclass(frozen=True)
class ForecastPicture:
    """The forecast in numbers and lines: expected backlog and breaches so far, hour by hour."""

    in_24: int
    in_72: int
    top: int
    waiting: str
    breached: str
    waiting_end: int


def forecast_picture(forecast: Forecast | None) -> ForecastPicture | None:
    """Draw a forecast; both lines on one scale from zero. None without one."""
    if forecast is None:
        return None
    top = max(1.0, *forecast.waiting, *forecast.breached)
    return ForecastPicture(
        in_24=forecast.breaches(24),
        in_72=forecast.breaches(HORIZON),
        top=round(top),
        waiting=_points(forecast.waiting, top),
        breached=_points(forecast.breached, top) if forecast.breached[-1] >= 0.5 else "",
        waiting_end=round(forecast.waiting[-1]),
    )


@dataclass(frozen=True)
class FlowPicture:
    """What entered, left and waited per day, as lines and as a table."""

    top: int
    entered: str
    left: str
    waiting: str
    days: list[tuple[object, int, int, int]]


def flow_picture(flow: Flow) -> FlowPicture:
    """Draw the flow; the three lines on one scale from zero."""
    top = max(1, *flow.entered, *flow.left, *flow.waiting)
    days = list(zip(flow.days, flow.entered, flow.left, flow.waiting, strict=True))
    return FlowPicture(
        top, _points(flow.entered, top), _points(flow.left, top), _points(flow.waiting, top), list(reversed(days))
    )


def _points(values: Sequence[float], top: float) -> str:
    step = 100 / max(len(values) - 1, 1)
    return " ".join(f"{index * step:.1f},{98 - 96 * value / top:.1f}" for index, value in enumerate(values))
