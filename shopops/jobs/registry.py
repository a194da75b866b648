"""Which jobs exist. Apps register theirs in `AppConfig.ready`."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from shopops.registry import Registry


class Progress(Protocol):
    """Called by a job between chunks of work: records how far it is and that it lives.

    A `cursor` (small and JSON-able) is kept with the run. A run that goes on for one that died finds it in
    `progress.cursor`, else that is empty. Called in the transaction of a chunk, both are kept or neither. Raises
    `services.Stopped` when a person asked the run to stop; let it pass.
    """

    cursor: dict[str, Any]

    def __call__(self, done: int, total: int | None = None, *, cursor: dict[str, Any] | None = None) -> None: ...


#: (as_of, progress) → result, small and JSON-able, shown on the job page
Work = Callable[[dt.datetime, Progress], dict[str, Any]]


@dataclass(frozen=True)
class Job:
    """A periodic job. `work` must be idempotent: it may be killed at any moment and is then run again.

    How often it runs says settings.CELERY_BEAT_SCHEDULE alone (see `schedule`).
    """

    code: str
    label: object
    work: Work


jobs: Registry[Job] = Registry("job")
