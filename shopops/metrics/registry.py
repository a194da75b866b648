"""The narrow waist: metrics that scores and rules read, and the counters behind them.

An app that owns facts keeps two tables per merchant: sums per marketplace day (for pictures and for any past date) and
one narrow row of window sums (for scores and rules now). It registers them once as a `CounterTable`.
"""

from dataclasses import dataclass
from enum import StrEnum

from shopops.registry import Registry

#: Window lengths in days that counter tables keep.
WINDOWS = (7, 30, 90)


class Better(StrEnum):
    """Which direction of a metric is good for the merchant."""

    LOWER = "lower"
    HIGHER = "higher"


@dataclass(frozen=True)
class CounterTable:
    """Where an app keeps its counters.

    `day_table` has merchant_id, day and one column per measure; `window_table` has merchant_id, as_of (the first day
    not counted) and `<measure>_<window>` for every measure and window in WINDOWS.
    """

    code: str
    day_table: str
    window_table: str
    measures: tuple[str, ...]


@dataclass(frozen=True)
class Metric:
    """A number about a merchant: numerator / denominator over a window of whole marketplace days.

    `window` in days, one of WINDOWS. `settling` says how many days after the event it counts (the counter's day is
    already shifted; here it is told to people).
    """

    code: str
    label: object
    table: str
    numerator: str
    denominator: str
    window: int
    settling: int
    better: Better
    unit: str  # "percent" | "stars" | "count"
    description: object = ""


counter_tables: Registry[CounterTable] = Registry("counter table")
metrics: Registry[Metric] = Registry("metric")
