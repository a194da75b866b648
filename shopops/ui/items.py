"""What the parts that show a list take. Dicts and objects with the same attributes do as well."""

import datetime as dt
from dataclasses import dataclass
from typing import Literal

from django.utils.functional import Promise

Text = str | Promise


@dataclass(frozen=True)
class CheckupItem:
    """One cause that the shop check-up rules out or finds.

    `state` is the word of its tag; `is_cause` fills it: this is why the shop is abnormal.
    """

    name: Text
    icon: str
    tone: str
    state: Text
    text: Text = ""
    is_cause: bool = False
    url: str = ""
    verb: Text = ""


@dataclass(frozen=True)
class TodoItem:
    """Work with a deadline: what, what is left, due when, and the verb that does it.

    Without `left` the remaining time is due − now; without `tone` it follows from what is left.
    """

    title: Text
    url: str
    verb: Text
    text: Text = ""
    due: dt.datetime | None = None
    left: dt.timedelta | None = None
    note: Text = ""
    tone: str | None = None


@dataclass(frozen=True)
class TimelineItem:
    """Something that happened at a moment (or lasted until `end`); `is_next` is still to come."""

    at: dt.datetime
    text: Text
    tone: str = ""
    url: str = ""
    end: dt.datetime | None = None
    is_next: bool = False


@dataclass(frozen=True)
class Step:
    """A step of a progress line."""

    text: Text
    note: Text = ""
    state: Literal["done", "current", "next"] = "next"


@dataclass(frozen=True)
class Line:
    """A line of a numbered list or of a list with marks."""

    title: Text
    text: Text = ""
    url: str = ""
    verb: Text = ""
    icon: str = ""
    tone: str = ""


@dataclass(frozen=True)
class Meter:
    """A value of a known maximum; `text` replaces "value / maximum"."""

    name: Text
    value: float
    maximum: float
    text: Text = ""
