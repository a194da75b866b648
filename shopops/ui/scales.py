"""From numbers to places: axes, ticks and points, in percent of the picture."""

import math
from collections.abc import Callable, Sequence

Value = float | int | None

# Room left of the first and right of the last point, in percent of the width, for pins and end labels.
MARGIN = 3.0


def percent_text(value: float) -> str:
    """Write a coordinate: at most two decimals, never a locale's comma."""
    return f"{value:.2f}".rstrip("0").rstrip(".") if value else "0"


def nice_step(spread: float, steps: int = 4) -> float:
    """Return a step of 1, 2, 2.5 or 5 times a power of ten that divides the spread into about `steps` parts."""
    raw = spread / steps
    power = 10.0 ** math.floor(math.log10(raw))
    return next(factor * power for factor in (1, 2, 2.5, 5, 10) if factor * power >= raw * 0.999)


def bounds(values: Sequence[float], *, from_zero: bool = False) -> tuple[float, float, float]:
    """Return the lower end, upper end and step of an axis that holds all values with a little air."""
    low, high = (min(values), max(values)) if values else (0.0, 1.0)
    if from_zero:
        low = 0.0
    if high == low:
        high, low = (high + abs(high) * 0.1 or 1.0), (low if from_zero or low == 0 else low - abs(low) * 0.1)
    step = nice_step(high - low)
    bottom = low if from_zero else low - (high - low) * 0.12
    if low >= 0:
        bottom = max(bottom, 0.0)
    return bottom, high + (high - low) * 0.15, step


def ticks(low: float, high: float, step: float) -> list[float]:
    """Return the round values between low and high."""
    first = math.ceil(low / step - 1e-9)
    return [round(index * step, 10) for index in range(first, math.floor(high / step + 1e-9) + 1)]


def x_positions(count: int, margin: float = MARGIN) -> list[float]:
    """Return where points stand, in percent; a single one stands in the middle."""
    if count == 1:
        return [50.0]
    return [margin + index * (100 - 2 * margin) / (count - 1) for index in range(count)]


def y_position(value: float, low: float, high: float) -> float:
    """Return the height of a value in percent from the top."""
    return (high - value) / (high - low) * 100


def stretches(values: Sequence[Value], xs: Sequence[float], ys: Callable[[float], float]) -> list[str]:
    """Return the points of each unbroken stretch of a line; a lonely point becomes a line of no length."""
    lines: list[list[str]] = [[]]
    for x, value in zip(xs, values, strict=True):
        if value is None:
            lines.append([])
        else:
            lines[-1].append(f"{percent_text(x)},{percent_text(ys(value))}")
    return [" ".join(line if len(line) > 1 else line * 2) for line in lines if line]
