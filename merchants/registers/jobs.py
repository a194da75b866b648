"""The job that asks registers again."""

import datetime as dt
from typing import Any

from django.utils.translation import gettext_lazy as _

from merchants.registers import services
from shopops.jobs.registry import Job, Progress


def ask(as_of: dt.datetime, progress: Progress) -> dict[str, Any]:
    """Ask what is due at a moment. Safe to repeat: what was answered is due no more."""
    counts: dict[str, int] = {"answered": 0, "away": 0}
    while True:
        chunk = services.ask_due(as_of, most=50)
        if not sum(chunk.values()):
            return counts
        counts = {name: counts[name] + chunk[name] for name in counts}
        progress(sum(counts.values()))


ASK_REGISTERS = Job("ask_registers", _("Ask public registers"), ask)
