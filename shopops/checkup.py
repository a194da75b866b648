"""What apps contribute to a merchant's home: check-up causes, things to do, numbers that are watched, banners.

Apps register functions in `AppConfig.ready`; the portal composes them. Every function is given the merchant's id
and the moment, reads its own app only, and returns plain values with translated words. `needs` names the portal right
(merchants/portal_roles.py) of those who are shown a source; empty means everybody of the shop.
"""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import IntEnum

from shopops.registry import Registry


class Cause(IntEnum):
    """The fixed order in which causes are ruled out (source: Taobao's shop-anomaly guide)."""

    MAINTENANCE = 1
    SECURITY = 2
    WARNINGS = 3
    ORDERS = 4
    SUPPORT = 5


@dataclass(frozen=True)
class Finding:
    """What a check found. `tone`: ok, info, caution, danger, neutral. `is_cause`: why the shop is abnormal."""

    tone: str
    verdict: str
    text: str
    is_cause: bool = False
    url: str = ""
    link: str = ""


@dataclass(frozen=True)
class Check:
    """One cause of the check-up. Several apps may check the same cause; the worst finding is shown."""

    code: str
    cause: Cause
    evaluate: Callable[[int, dt.datetime], Finding]
    needs: str = ""


@dataclass(frozen=True)
class ToDo:
    """Work with a deadline: what, why, until when, the verb of its button."""

    title: str
    text: str
    due: dt.datetime
    verb: str
    url: str
    tone: str | None = None
    note: str = ""


@dataclass(frozen=True)
class ToDos:
    """An app's source of things to do for a merchant."""

    code: str
    find: Callable[[int, dt.datetime], Sequence[ToDo]]
    needs: str = ""


@dataclass(frozen=True)
class Stat:
    """A number that is watched: value and limit in words, and how it stands."""

    label: str
    value: str
    note: str
    tone: str
    verdict: str
    url: str


@dataclass(frozen=True)
class Stats:
    """An app's source of numbers for a merchant."""

    code: str
    find: Callable[[int, dt.datetime], Sequence[Stat]]
    needs: str = ""


@dataclass(frozen=True)
class Banner:
    """Something that concerns the whole page; the portal shows at most two, worst first."""

    tone: str
    icon: str
    title: str
    text: str
    links: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Banners:
    """An app's source of banners for a merchant."""

    code: str
    find: Callable[[int, dt.datetime], Sequence[Banner]]
    needs: str = ""


checks: Registry[Check] = Registry("check")
todo_sources: Registry[ToDos] = Registry("source of things to do")
stat_sources: Registry[Stats] = Registry("source of numbers")
banner_sources: Registry[Banners] = Registry("source of banners")
