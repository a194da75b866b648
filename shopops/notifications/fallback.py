"""The next channel for whoever the earlier ones did not reach."""

import datetime as dt

from shopops.jobs.registry import Progress
from shopops.notifications.audience import fall_back
from shopops.notifications.kinds import message_kinds
from shopops.notifications.services import send_after_commit


def reach_further(as_of: dt.datetime, progress: Progress) -> dict[str, int]:
    """Go through the kinds that fall back, one statement each; returns how many further deliveries were queued."""
    queued = 0
    for kind in message_kinds:
        queued += fall_back(kind, as_of)
        progress(queued)
    if queued:
        send_after_commit()
    return {"queued": queued}
