"""The jobs of exits: what time brings about, and making record files."""

import datetime as dt
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from merchants.exits import policy, queue
from merchants.exits.errors import ConditionsOpen
from merchants.exits.models import Exit, State
from merchants.exits.selectors import blocking
from merchants.exits.services import records
from merchants.exits.services.closing import settle
from shopops.jobs.registry import Job, Progress
from shopops.transitions.handler import TransitionRefused
from shopops.work.models import Risk

#: A closed shop is looked after for so long: an order may come in late.
WATCHED = dt.timedelta(days=90)


def run_exits(as_of: dt.datetime, progress: Progress) -> dict[str, Any]:
    """Begin the settlement where the notice is over, or ask an operator where something is open; bring what came in
    after a closing to the queue; delete old record files. Safe to repeat."""
    now = min(as_of, timezone.now())
    over = list(Exit.objects.filter(state=State.NOTICE, notice_until__lte=now).order_by("notice_until", "id"))
    done = {"settling": 0, "blocked": 0, "came_after": 0, "deleted": 0}
    for number, leaving in enumerate(over, start=1):
        done[_after_notice(leaving, now)] += 1
        progress(number, len(over))
    for leaving in Exit.objects.filter(state=State.CLOSED, closed_at__gt=now - WATCHED).select_related("merchant"):
        if blocking(leaving):
            queue.enter(leaving, queue.CAME_AFTER, now + dt.timedelta(days=2), risk=Risk.HIGH)
            done["came_after"] += 1
        else:
            queue.leave(leaving, None)
    done["deleted"] = records.delete_old(now)
    return done


def _after_notice(leaving: Exit, now: dt.datetime) -> str:
    try:
        settle(leaving=leaving, now=now)
    except (ConditionsOpen, TransitionRefused):
        standing = Exit.objects.select_related("merchant", "policy_version").get(pk=leaving.pk)
        if standing.state == State.NOTICE:
            days = policy.of(standing.policy_version).check_days
            started = standing.notice_until or now
            queue.enter(standing, queue.BLOCKED, started + dt.timedelta(days=days))
        return "blocked"
    return "settling"


def export_records(as_of: dt.datetime, progress: Progress) -> dict[str, Any]:
    """Make the record files that were asked for. A file that fails is marked so and does not stop the others."""
    waiting = records.waiting()
    made = 0
    for number, export in enumerate(waiting, start=1):
        made += records.make(export, timezone.now())
        progress(number, len(waiting))
    return {"made": made, "failed": len(waiting) - made}


RUN_EXITS = Job("run_exits", _("Move exits on"), run_exits)
EXPORT_RECORDS = Job(records.JOB, _("Make record files"), export_records)
