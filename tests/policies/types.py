"""A policy type with every kind of field, for tests of the form, the comparison and the files."""

import datetime as dt
from enum import Enum
from typing import Annotated, Literal

import msgspec

from shopops.policies.kinds import Text, about


class Colour(Enum):
    RED = "red"
    DARK_BLUE = "dark_blue"


class Step(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    code: Annotated[str, msgspec.Meta(min_length=1)]
    name: Text
    hours: Annotated[int, about("Hours", "How long", unit="hours", ge=1, le=500)] = 24


class Limit(msgspec.Struct, tag="limit", tag_field="kind", frozen=True, forbid_unknown_fields=True):
    code: str
    share: Annotated[float, about("Limit", unit="share", ge=0, le=1)]
    curve: tuple[tuple[float, float], ...] = ()


class Countdown(msgspec.Struct, tag="countdown", tag_field="kind", frozen=True, forbid_unknown_fields=True):
    code: str
    days: list[int]


class Everything(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    number: int
    ratio: float
    words: Annotated[str, msgspec.Meta(min_length=1)]
    flag: bool
    day: dt.date
    opens: dt.time
    wait: dt.timedelta
    letter: Literal["A", "B", "C"]
    colour: Colour
    title: Text
    step: Step
    steps: list[Step]
    rules: tuple[Limit | Countdown, ...]
    by_name: dict[str, Step]
    by_letter: dict[Literal["A", "B"], Step]
    letters: list[Literal["A", "B", "C"]]
    lines: list[Annotated[str, msgspec.Meta(min_length=1)]] = []
    days: list[dt.date] = []
    weekdays: Annotated[list[int], about("Weekdays", choices={0: "Mon", 1: "Tue", 2: "Wed"})] = []
    note: str = ""
    footnote: Text = Text("", "")
    maybe: int | None = None

    def __post_init__(self) -> None:
        if self.number == 13:
            raise ValueError("number: thirteen brings bad luck")
