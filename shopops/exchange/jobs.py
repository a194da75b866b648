"""The job that lands confirmed imports."""

import datetime as dt
from typing import Any

from django.utils.translation import gettext_lazy as _

from shopops.exchange import services
from shopops.jobs.registry import Job, Progress


def _land(_as_of: dt.datetime, progress: Progress) -> dict[str, Any]:
    return services.land_confirmed(progress)


LAND_IMPORTS = Job(services.JOB, _("Land confirmed imports"), _land)
