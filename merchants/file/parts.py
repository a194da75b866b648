"""What the file's page is composed of: parts (its tabs) and the figures of its head, from the apps above as well."""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils.functional import Promise

from merchants.models import Merchant
from shopops.accounts.models import User
from shopops.registry import Registry


@dataclass(frozen=True)
class Part:
    """A tab of the file: `context` reads what `template` shows, for operators with `permission` ("": every reader of
    the file). `order` places it."""

    code: str
    label: str | Promise
    template: str
    context: Callable[[HttpRequest, Merchant], dict[str, Any]]
    permission: str = ""
    order: int = 50


@dataclass(frozen=True)
class Figure:
    """A number of the file's head, with the word of its verdict (`state`) in a tone; `url` leads to what is behind."""

    name: str
    value: str
    note: str = ""
    tone: str = ""
    state: str = ""
    url: str = ""


@dataclass(frozen=True)
class Figures:
    """An app's numbers for the head, for operators with `permission`."""

    code: str
    read: Callable[[Merchant, dt.datetime], Sequence[Figure]]
    permission: str = ""
    order: int = 50


parts: Registry[Part] = Registry("part of the merchant's file")
figures: Registry[Figures] = Registry("source of figures")


def parts_for(user: User) -> list[Part]:
    """The tabs a person may open, in their order."""
    return sorted(
        (each for each in parts if not each.permission or user.has_perm(each.permission)), key=lambda part: part.order
    )


def figures_for(user: User, merchant: Merchant, now: dt.datetime) -> list[Figure]:
    """The numbers of the head that a person may see."""
    mine = (each for each in figures if not each.permission or user.has_perm(each.permission))
    return [figure for each in sorted(mine, key=lambda each: each.order) for figure in each.read(merchant, now)]
