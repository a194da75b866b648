"""The queues of changes and of drawn confirmations."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from merchants.changes import policy
from merchants.changes.queueing import CHECKS, QUEUE
from shopops.clocks.pure import ALWAYS, Calendar
from shopops.clocks.selectors import NoCalendar, calendar
from shopops.policies.selectors import NoPolicy
from shopops.work.models import WorkItem
from shopops.work.queues import Queue


def _case(item: WorkItem) -> str:
    return reverse("change_desk:case", args=[item.object_id])


def _check(item: WorkItem) -> str:
    return reverse("change_desk:check", args=[item.object_id])


def _working_time() -> Calendar:
    """When reviewers work, by the policy in force."""
    try:
        return calendar(policy.active()[1].calendar)
    except (NoPolicy, NoCalendar):
        return ALWAYS


CHANGES = Queue(
    QUEUE,
    _("Change requests"),
    "changes.decide_changerequest",
    "change_desk:next",
    item_url=_case,
    take_over="changes.take_over_changerequest",
    calendar=_working_time,
)
CONFIRMATIONS = Queue(
    CHECKS,
    _("Confirmations to check"),
    "changes.check_verification",
    "",
    item_url=_check,
    calendar=_working_time,
)
