"""Filing, answering and deciding complaints."""

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from complaints import queue
from complaints.models import Complaint
from complaints.policy import in_force
from merchants.models import Merchant
from shopops.accounts.models import User
from shopops.transitions.handler import announce, perform


class AlreadyOpen(Exception):
    """The same buyer's order has an open complaint of this class; the words can be shown to people."""


@transaction.atomic
def file_complaint(
    *,
    merchant: Merchant,
    order_reference: str,
    kind: str,
    text: str,
    buyer_name: str,
    buyer_contact: str,
    actor: User | None = None,
) -> Complaint:
    """Take a complaint in, tell the merchant, queue it. Raises AlreadyOpen for a second one about the same."""
    version_id, policy = in_force()
    now = timezone.now()
    try:
        with transaction.atomic():
            complaint = Complaint.objects.create(
                merchant=merchant,
                order_reference=order_reference,
                kind=kind,
                text=text,
                buyer_name=buyer_name,
                buyer_contact=buyer_contact,
                filed_at=now,
                answer_hours=policy.answer_hours,
                policy_version_id=version_id,
            )
    except IntegrityError as error:
        raise AlreadyOpen(_("This order has an open complaint of the same class. Follow that one.")) from error
    announce(complaint, Complaint.EFFECTS["file"], actor=actor, policy_version_id=version_id)
    queue.enter(complaint, policy.ruling_time)
    return complaint


@transaction.atomic
def answer(*, complaint: Complaint, actor: User, text: str) -> Complaint:
    """The merchant's answer; agents may decide from then on. Raises TransitionRefused when it was answered or decided
    already."""
    answered = perform(complaint, "give_answer", actor=actor, text=text)
    queue.bring_forward(answered)
    return answered


@transaction.atomic
def rule(*, complaint: Complaint, actor: User, uphold: bool, reason: str) -> Complaint:
    """Decide; raises TransitionRefused while the merchant may still answer, or when it was decided already."""
    ruled = perform(
        complaint,
        "uphold" if uphold else "reject",
        actor=actor,
        reason=reason,
        policy_version_id=complaint.policy_version_id,
        by=actor,
        why=reason,
    )
    queue.leave(ruled, actor)
    return ruled
