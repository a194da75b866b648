"""Pages that show the facts behind a metric. Apps that own facts register theirs in `AppConfig.ready`."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from django.utils.functional import Promise

from shopops.registry import Registry


@dataclass(frozen=True)
class FactPage:
    """`code` is a metric's code, `verb` the link's words, `url(start, end)` the signed-in merchant's page of facts.

    `start` and `end` are the first and last day whose facts the metric counted.
    """

    code: str
    verb: str | Promise
    url: Callable[[dt.date, dt.date], str]


fact_pages: Registry[FactPage] = Registry("page of facts")
