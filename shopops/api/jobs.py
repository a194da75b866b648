"""The API's scheduled work."""

import datetime as dt
from typing import Any

from django.utils.translation import gettext_lazy as _

from shopops.api import services
from shopops.jobs.registry import Job, Progress


def _forget(as_of: dt.datetime, progress: Progress) -> dict[str, Any]:
    gone = services.forget_answers(as_of)
    progress(gone, gone)
    return {"forgotten": gone}


FORGET = Job("forget_idempotent_answers", _("Forget the API's stored answers"), _forget)
