"""Which jobs exist. Apps register theirs in `AppConfig.ready`."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from shopops.registry import Registry


class Progress(Protocol):
    """Called by a job between chunks of work: records how far it is and that it lives."""

    def __call__(self, done: int, total: int | None = None) -> None: ...


#: (as_of, progress) → result, small and JSON-able, shown on the job page
Work = Callable[[dt.datetime, Progress], dict[str, Any]]


@dataclass(frozen=True)
class Job:
    """A periodic job. `work` must be idempotent: it may be killed at any moment and is then run again."""

    code: str
    label: object
    work: Work


jobs: Registry[Job] = Registry("job")
