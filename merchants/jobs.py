"""The jobs of this app."""

import datetime as dt
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from merchants import reading
from merchants.models import HandOver, Invitation
from merchants.services import batches
from merchants.services.hand_over import run_out as offers
from shopops.jobs.registry import Job, Progress
from shopops.transitions.handler import TransitionRefused, perform


def close_run_out(as_of: dt.datetime, progress: Progress) -> dict[str, Any]:
    """Record invitations and offers of ownership that nobody answered in time. Safe to repeat."""
    over = Invitation.objects.filter(state=Invitation.State.OPEN, expires_at__lte=min(as_of, timezone.now()))
    waiting: list[Invitation | HandOver] = [*over.order_by("pk"), *offers(as_of).order_by("pk")]
    closed = 0
    for each in waiting:
        try:
            perform(each, "expire", actor=None)
            closed += 1
        except TransitionRefused:
            pass  # answered or sent again at this moment
        progress(closed, len(waiting))
    return {"closed": closed}


def sweep_readings(as_of: dt.datetime, progress: Progress) -> dict[str, Any]:
    """Start readings of licences again whose message or reader was lost. Safe to repeat."""
    started = reading.sweep(min(as_of, timezone.now()))
    progress(started, started)
    return {"started": started}


CLOSE_RUN_OUT = Job("close_invitations", _("Close invitations that ran out"), close_run_out)
REVIEW_BATCHES = Job(batches.JOB, _("Carry out batches of approvals"), batches.carry_out)
SWEEP_READINGS = Job("sweep_readings", _("Read licences whose reader was lost"), sweep_readings)
