"""Requests and drawn confirmations in the work engine's queues."""

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from merchants.changes import policy
from merchants.changes.fields import RISKY
from merchants.changes.models import ChangeRequest, Verification
from merchants.models import Member
from shopops.accounts.models import User
from shopops.clocks.models import Feature
from shopops.work import services as work
from shopops.work.models import Risk, WorkItem
from shopops.work.reasons import Reason

QUEUE = "changes"
CHECKS = "verifications"
#: Working days in which a drawn confirmation is looked at, our own choice.
CHECK_DAYS = 5


def enter_queue(request: ChangeRequest) -> WorkItem:
    """Let a request wait for a reviewer, due when the shop was promised an answer. Who asked, who proposed and the
    shop's own people never decide on it."""
    fields = [value.field for value in request.values.all()]
    risky = request.needs_second_person or not RISKY.isdisjoint(fields)
    return work.enter(
        queue=QUEUE,
        target=request,
        label=f"{request.merchant.shop_name} · {request.number}",
        started_at=request.submitted_at,
        days=request.promised_days,
        calendar=policy.of(request.policy_version).calendar,
        feature=Feature.ONBOARDING,
        risk=Risk.HIGH if risky else Risk.MEDIUM if "uscc" in fields or "legal_name" in fields else Risk.LOW,
        reasons=_reasons(request),
        not_for=[request.requested_by_id, request.proposed_by_id, *_people(request.merchant_id)],
    )


def _reasons(request: ChangeRequest) -> Iterator[Reason]:
    if request.submissions > 1:
        yield Reason("sent_again", _("Sent again after corrections"))
    elif request.kind == ChangeRequest.Kind.DOCUMENT:
        yield Reason("renewal", _("Renewal of a document"))
    else:
        yield Reason("new", _("Change of facts"))
    if request.needs_second_person:
        yield Reason("second_person", _("Two people decide"))


def enter_check(verification: Verification) -> WorkItem:
    """Let a drawn confirmation wait for a reviewer."""
    return work.enter(
        queue=CHECKS,
        target=verification,
        label=verification.merchant.shop_name,
        days=CHECK_DAYS,
        calendar=policy.of(verification.campaign.policy_version).calendar,
        feature=Feature.ONBOARDING,
        risk=Risk.LOW,
        reasons=[Reason("drawn", _("Drawn for a check"))],
        not_for=_people(verification.merchant_id),
    )


def leave_queue(request: ChangeRequest, *, actor: User | None = None, verdict: str = "") -> None:
    """It waits for nobody any more."""
    work.leave(queue=QUEUE, target=request, actor=actor, verdict=verdict)


def leave_check(verification: Verification, *, actor: User | None = None) -> None:
    """It waits for nobody any more."""
    work.leave(queue=CHECKS, target=verification, actor=actor)


def item_of(request: ChangeRequest) -> WorkItem | None:
    """Its open place in the queue."""
    return work.open_items_of(QUEUE, request).select_related("claimed_by", "assigned_to").first()


def check_item_of(verification: Verification) -> WorkItem | None:
    """Its open place in the queue of confirmations."""
    return work.open_items_of(CHECKS, verification).select_related("claimed_by", "assigned_to").first()


def _people(merchant_id: int) -> list[int]:
    return list(Member.objects.filter(merchant_id=merchant_id).values_list("user_id", flat=True))
