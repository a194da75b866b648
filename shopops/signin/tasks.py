"""The nightly clearing of what need not be kept."""

import datetime as dt
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.utils.translation import gettext_lazy as _

from shopops.jobs.registry import Job, Progress
from shopops.signin import services


def forget(as_of: dt.datetime, progress: Progress) -> dict[str, Any]:
    """Delete sign-ins older than SIGN_IN_LOG_DAYS and sessions that have expired."""
    deleted = services.forget(older_than=dt.timedelta(days=settings.SIGN_IN_LOG_DAYS), now=as_of)
    call_command("clearsessions")
    return {"deleted": deleted}


FORGET = Job("forget_sign_ins", _("Forget old sign-ins"), forget)
