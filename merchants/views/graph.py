"""The picture of related shops: boxes in columns by their distance, lines for what is shared. Pure, no database."""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

WIDTH, HEIGHT, GAP_X, GAP_Y = 150, 44, 20, 12
#: Boxes per column; the table under the picture has all.
MOST = 10
#: As many full-width characters as a line of a box holds.
_FULL_WIDTH = 10.0


@dataclass(frozen=True)
class Part:
    """A shop or application to draw. `column` 0 is the one in the middle of it all."""

    key: tuple[str, int]
    column: int
    name: str
    note: str
    tone: str = ""
    url: str = ""


@dataclass(frozen=True)
class Box:
    """A part at its place, in units of the picture; `name` and `note` are cut to the box, `title` is whole."""

    x: int
    y: int
    name: str
    note: str
    title: str
    tone: str
    url: str

    @property
    def text_x(self) -> int:
        return self.x + 10

    @property
    def name_y(self) -> int:
        return self.y + 19

    @property
    def note_y(self) -> int:
        return self.y + 35


@dataclass(frozen=True)
class Line:
    """From the right side of one box to the left side of another, as an SVG path."""

    path: str
    tone: str


@dataclass(frozen=True)
class Picture:
    """Everything to draw; `left_out` parts found no place."""

    width: int
    height: int
    boxes: tuple[Box, ...]
    lines: tuple[Line, ...]
    left_out: int
    box_width: int = WIDTH
    box_height: int = HEIGHT


def drawn(parts: list[Part], lines: Iterable[tuple[tuple[str, int], tuple[str, int]]]) -> Picture:
    """Place parts in columns, in their order, each column centred; join those that a line names."""
    columns: dict[int, list[Part]] = {}
    for part in parts:
        columns.setdefault(part.column, []).append(part)
    shown = {column: those[:MOST] for column, those in sorted(columns.items())}
    rows = max((len(those) for those in shown.values()), default=0)
    height = max(rows * (HEIGHT + GAP_Y) - GAP_Y, 0) + 2
    boxes: dict[tuple[str, int], Box] = {}
    for place, those in enumerate(shown.values()):
        free = height - 2 - (len(those) * (HEIGHT + GAP_Y) - GAP_Y)
        for row, part in enumerate(those):
            x, y = 1 + place * (WIDTH + GAP_X), 1 + free // 2 + row * (HEIGHT + GAP_Y)
            title = f"{part.name} · {part.note}" if part.note else part.name
            boxes[part.key] = Box(x, y, short(part.name), short(part.note, 11.8), title, part.tone, part.url)
    joined = [
        Line(_path(boxes[one], boxes[other]), boxes[other].tone)
        for one, other in lines
        if one in boxes and other in boxes
    ]
    width = len(shown) * (WIDTH + GAP_X) - GAP_X + 2
    return Picture(width, height, tuple(boxes.values()), tuple(joined), len(parts) - len(boxes))


def _path(one: Box, other: Box) -> str:
    x1, y1, x2, y2 = one.x + WIDTH, one.y + HEIGHT // 2, other.x, other.y + HEIGHT // 2
    if x2 <= x1:  # the same column: around the right side
        return f"M{x1} {y1}C{x1 + 24} {y1} {x1 + 24} {y2} {other.x + WIDTH} {y2}"
    middle = (x1 + x2) // 2
    return f"M{x1} {y1}C{middle} {y1} {middle} {y2} {x2} {y2}"


def short(text: str, most: float = _FULL_WIDTH) -> str:
    """Return a text that fits a line of `most` full-width characters, with an ellipsis when it was cut."""
    used = 0.0
    for at, character in enumerate(text):
        used += 1.0 if unicodedata.east_asian_width(character) in "WF" else 0.58
        if used > most:
            return text[: max(at - 1, 1)].rstrip() + "…"
    return text
