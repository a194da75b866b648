"""The rows of `make bench`: each a ratio of our work to a yardstick that is measured beside it in the same run."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from shopops.registry import Registry

#: Gets the sizes, returns the ratio. The database is an empty scratch one, migrated.
Measure = Callable[[Mapping[str, int]], float]


@dataclass(frozen=True)
class Row:
    """One promise. `better`: whether the value must reach the goal ("higher") or stay below it ("lower")."""

    code: str
    goal: float
    better: Literal["higher", "lower"]
    sizes: Mapping[str, int]
    measure: Measure
    what: str

    def verdict(self, value: float) -> bool:
        """Whether a value keeps the promise."""
        return value >= self.goal if self.better == "higher" else value <= self.goal


rows: Registry[Row] = Registry("benchmark")


def row(
    name: str, goal: float, better: Literal["higher", "lower"] = "higher", sizes: Mapping[str, int] | None = None
) -> Callable[[Measure], Measure]:
    """Register a function as a row; the first line of its docstring says what is compared.

    `sizes` are its defaults; `make bench SIZES="recipients=1000"` changes those that a row has.
    """

    def register(measure: Measure) -> Measure:
        what = (measure.__doc__ or "").strip().split("\n")[0]
        rows.register(Row(name, goal, better, dict(sizes or {}), measure, what))
        return measure

    return register
