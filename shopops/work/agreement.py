"""How far two readers agree: percent agreement and Cohen's kappa. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Agreement:
    """`reads` pairs of verdicts, `agreed` of them equal, and kappa (1: always agree, 0: as much as by chance)."""

    reads: int
    agreed: int
    kappa: float | None

    @property
    def ratio(self) -> float | None:
        """The part that agrees; None without reads."""
        return self.agreed / self.reads if self.reads else None


def agreement(pairs: Iterable[tuple[str, str]] | Mapping[tuple[str, str], int]) -> Agreement:
    """Compare first and second verdicts, given as pairs or as counts of pairs.

    Kappa = (observed - expected) / (1 - expected), expected from how often each side gives each verdict (Cohen 1960).
    It is None without pairs, and when both sides only ever gave one and the same verdict: then chance alone explains
    full agreement.
    """
    counted: Counter[tuple[str, str]] = Counter(pairs)
    reads = sum(counted.values())
    agreed = sum(number for (first, second), number in counted.items() if first == second)
    if not reads:
        return Agreement(0, 0, None)
    firsts: Counter[str] = Counter()
    seconds: Counter[str] = Counter()
    for (first, second), number in counted.items():
        firsts[first] += number
        seconds[second] += number
    by_chance = sum(firsts[verdict] * seconds[verdict] for verdict in firsts)
    if by_chance == reads * reads:
        return Agreement(reads, agreed, None)
    return Agreement(reads, agreed, (agreed * reads - by_chance) / (reads * reads - by_chance))
