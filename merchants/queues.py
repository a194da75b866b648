"""The merchants' queue in the work engine."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from merchants import policy
from merchants.models import Decision
from merchants.services.queueing import HIGH_RISK, QUEUE
from shopops.clocks.pure import ALWAYS, Calendar
from shopops.policies.selectors import NoPolicy
from shopops.work.models import WorkItem
from shopops.work.queues import Queue, SecondReads, Skill

#: The part of the decisions that a second reviewer reads again without knowing the first.
SECOND_READS = 0.1


def _case(item: WorkItem) -> str:
    return reverse("review:case", args=[item.object_id])


def _second_read(item: WorkItem) -> str:
    return reverse("review:second", args=[item.pk])


def _working_time() -> Calendar:
    """When reviewers work, by the policy in force."""
    try:
        return policy.active()[1].calendar()
    except NoPolicy:
        return ALWAYS


APPLICATIONS = Queue(
    QUEUE,
    _("Applications"),
    "merchants.review_application",
    "review:next",
    item_url=_case,
    skills=(Skill(HIGH_RISK, _("High-risk categories")),),
    take_over="merchants.take_over_application",
    calendar=_working_time,
    second_reads=SecondReads(
        SECOND_READS,
        {
            Decision.Kind.APPROVE.value: pgettext_lazy("verdict", "Approve"),
            Decision.Kind.NEEDS_INFO.value: pgettext_lazy("verdict", "Ask for corrections"),
            Decision.Kind.REJECT.value: pgettext_lazy("verdict", "Reject"),
        },
        _second_read,
    ),
)
