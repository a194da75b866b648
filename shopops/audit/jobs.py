"""Jobs that keep calendars in reach: below the jobs' own floor they cannot register themselves."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from shopops.clocks import services


def extend_calendars(as_of: dt.datetime, progress: Callable[..., None]) -> dict[str, Any]:
    """The job: compute every calendar's open stretches five years ahead."""
    return {"calendars": services.extend_calendars()}
