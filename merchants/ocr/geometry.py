"""Where lines of text lie on an upright page. Pure geometry; lengths are pixels, y grows downwards."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from statistics import median
from typing import NamedTuple


class Point(NamedTuple):
    x: float
    y: float


@dataclass(frozen=True)
class Line:
    """One line of text with the four corners of its box, clockwise from the upper left one."""

    text: str
    score: float
    corners: tuple[Point, ...]

    @property
    def left(self) -> float:
        return (self.corners[0].x + self.corners[3].x) / 2

    @property
    def right(self) -> float:
        return (self.corners[1].x + self.corners[2].x) / 2

    @property
    def middle(self) -> float:
        """The y of its middle."""
        return sum(corner.y for corner in self.corners) / 4

    @property
    def height(self) -> float:
        return math.dist(self.corners[0], self.corners[3])

    @property
    def width(self) -> float:
        return math.dist(self.corners[0], self.corners[1])

    @property
    def start(self) -> float:
        """The y at its left end."""
        return (self.corners[0].y + self.corners[3].y) / 2

    @property
    def end(self) -> float:
        """The y at its right end."""
        return (self.corners[1].y + self.corners[2].y) / 2

    def without_start(self, characters: int) -> "Line":
        """What is left when the first characters are cut off, its box shortened in proportion."""
        upper, lower = self._cut(characters)
        return replace(self, text=self.text[characters:], corners=(upper, self.corners[1], self.corners[2], lower))

    def only_start(self, characters: int) -> "Line":
        """The first characters alone: what `without_start` cuts off."""
        upper, lower = self._cut(characters)
        return replace(self, text=self.text[:characters], corners=(self.corners[0], upper, lower, self.corners[3]))

    def _cut(self, characters: int) -> tuple[Point, Point]:
        share = characters / max(len(self.text), 1)
        upper, lower = (_between(self.corners[a], self.corners[b], share) for a, b in ((0, 1), (3, 2)))
        return upper, lower


def _between(start: Point, end: Point, share: float) -> Point:
    return Point(start.x + (end.x - start.x) * share, start.y + (end.y - start.y) * share)


def straightened(lines: Iterable[Line]) -> tuple[list[Line], float]:
    """The lines turned so that most of them run level, and the angle in radians by which they were askew."""
    lines = list(lines)
    long = [line for line in lines if line.width > 4 * line.height]
    if not long:
        return lines, 0.0
    slopes = [math.atan2(line.end - line.start, line.right - line.left) for line in long]
    angle = median(slopes)
    return [replace(line, corners=turned(line.corners, -angle)) for line in lines], angle


def turned(corners: Sequence[Point], angle: float) -> tuple[Point, ...]:
    """Points turned around the page's upper left corner by `angle` radians clockwise."""
    sine, cosine = math.sin(angle), math.cos(angle)
    return tuple(Point(x * cosine - y * sine, x * sine + y * cosine) for x, y in corners)


def on_one_row(left: Line, right: Line) -> bool:
    """Does `right` go on where `left` ends? What is still askew after straightening is followed along the line."""
    return abs(right.start - left.end) < 0.55 * max(left.height, right.height)


def box(lines: Iterable[Line], angle: float, size: tuple[int, int]) -> list[float]:
    """The upright rectangle around straightened lines on the page as it is, as fractions: [x, y, width, height]."""
    corners = [corner for line in lines for corner in turned(line.corners, angle)]
    width, height = size
    left, right = min(c.x for c in corners) / width, max(c.x for c in corners) / width
    top, bottom = min(c.y for c in corners) / height, max(c.y for c in corners) / height
    left, top, right, bottom = (min(max(value, 0.0), 1.0) for value in (left, top, right, bottom))
    return [round(left, 4), round(top, 4), round(right - left, 4), round(bottom - top, 4)]
