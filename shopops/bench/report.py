"""What a run says: a line per row, and the page docs/benchmarks.md."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils import timezone

from shopops.bench.machine import describe
from shopops.bench.registry import Row


@dataclass(frozen=True)
class Result:
    """A measured row."""

    row: Row
    value: float
    sizes: Mapping[str, int]

    @property
    def holds(self) -> bool:
        return self.row.verdict(self.value)

    @property
    def line(self) -> str:
        """`BENCH name value goal verdict`."""
        return f"BENCH {self.row.code} {self.value:.2f} {self._goal} {'ok' if self.holds else 'short'}"

    @property
    def _goal(self) -> str:
        return f"{'>=' if self.row.better == 'higher' else '<='}{self.row.goal:g}"

    @property
    def cells(self) -> str:
        """Its row in the page's table."""
        sizes = ", ".join(f"{name} {number:,}" for name, number in self.sizes.items())
        goal = self._goal.replace(">=", "≥ ").replace("<=", "≤ ")
        return (
            f"| `{self.row.code}` | {self.row.what} | {sizes} | {self.value:.2f} | {goal} | "
            f"{'holds' if self.holds else 'short'} |"
        )


def page(results: list[Result]) -> str:
    """The page: when, where, what."""
    lines = [
        "# Benchmarks",
        "",
        "Written by `make bench WRITE=1`. Every value is a ratio: our work against the yardstick named in the row,",
        "both measured in the same run on the same machine, in a scratch database. Values differ by some per cent",
        "between runs and by more between machines.",
        "",
        f"Measured on {timezone.now():%Y-%m-%d}.",
        "",
        *[f"- {name}: {value}" for name, value in describe()],
        "",
        "| row | compared | sizes | value | goal | verdict |",
        "| --- | --- | --- | --- | --- | --- |",
        *[result.cells for result in results],
        "",
    ]
    return "\n".join(lines)
