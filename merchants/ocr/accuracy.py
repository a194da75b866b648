"""How exactly licences are read: drawn ones with known facts, through the distortions, counted by field."""

import io
import random
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from merchants.ocr import drawing, fields
from merchants.ocr.distortions import DISTORTIONS
from merchants.ocr.engine import Engine
from merchants.ocr.normalising import folded


@dataclass(frozen=True)
class Miss:
    """One field that was not read exactly."""

    seed: int
    distortion: str
    name: str
    printed: str
    read: str


@dataclass
class Tally:
    """Counts by (distortion, field): how many were printed and how many of them were read exactly."""

    printed: Counter[tuple[str, str]] = field(default_factory=Counter)
    right: Counter[tuple[str, str]] = field(default_factory=Counter)
    misses: list[Miss] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)

    def counted(self, *, distortion: str = "", name: str = "") -> tuple[int, int]:
        """How many fields were printed and how many read exactly: of everything, one distortion or one field."""
        keys = [key for key in self.printed if distortion in ("", key[0]) and name in ("", key[1])]
        return sum(self.printed[key] for key in keys), sum(self.right[key] for key in keys)

    def share(self, *, distortion: str = "", name: str = "") -> float:
        """The share read exactly; 1 when nothing was printed."""
        printed, right = self.counted(distortion=distortion, name=name)
        return right / printed if printed else 1.0


def samples(count: int, seed: int, chosen: str = "", *, through_all: bool = False) -> Iterator[tuple[int, str]]:
    """Which licence goes through which distortion: in turn, or each through all of them."""
    names = [chosen] if chosen else list(DISTORTIONS)
    for at in range(count):
        for name in names if through_all else [names[at % len(names)]]:
            yield seed + at, name


def measure(engine: Engine, seed: int, distortion: str, tally: Tally) -> None:
    """Draw one licence, distort it, read it, and count.

    A field is right when the value read is the printed one, but for spaces and the width of marks; days are compared as
    days. A field that was found and is not printed counts as wrong.
    """
    licence = drawing.draw(seed)
    dice = random.Random(f"{distortion} {seed}")  # noqa: S311 - pictures, no secrets
    kept = io.BytesIO()
    DISTORTIONS[distortion](licence.image, dice).save(kept, "JPEG", quality=88)
    began = time.process_time()
    page = engine.read(kept.getvalue())
    read = fields.licence(page.lines, page.size)
    tally.seconds.append(time.process_time() - began)
    printed = licence.facts.everything
    for name in {*printed, *read}:
        key = (distortion, name)
        tally.printed[key] += 1
        found = read.get(name, {"text": "", "value": ""})
        if name in printed and folded(fields.normalised(name, printed[name])) == folded(found["value"]):
            tally.right[key] += 1
        else:
            tally.misses.append(Miss(seed, distortion, name, printed.get(name, ""), found["text"]))
