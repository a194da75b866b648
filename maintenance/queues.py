"""The queue of windows that are planned but not announced: each is due before its lead time runs out."""

import datetime as dt

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from maintenance.models import Window
from shopops.work import services as work
from shopops.work.models import WorkItem
from shopops.work.queues import Queue
from shopops.work.reasons import Reason


def _window(item: WorkItem) -> str:
    return reverse("admin:maintenance_window_change", args=[item.object_id])


QUEUE = Queue(
    code="maintenance_to_announce",
    label=_("Maintenance to announce"),
    permission="maintenance.announce_window",
    url_name="admin:maintenance_window_changelist",
    item_url=_window,
)


PLANNED = Reason("planned", _("Planned and not announced yet"))


def enter_queue(window: Window, due_at: dt.datetime) -> None:
    """Put a scheduled window into the queue, or bring its due time up to date."""
    work.enter(queue=QUEUE.code, target=window, label=window.title_en, due_at=due_at, reasons=[PLANNED])


def leave_queue(window: Window) -> None:
    """Take it out; nothing happens when it is not there."""
    work.leave(queue=QUEUE.code, target=window)
