"""The reviewers' queue, on the kernel's work engine."""

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from merchants import policy
from merchants.checks.words import LABELS
from merchants.models import Application, CheckResult
from shopops.accounts.models import User
from shopops.clocks.models import Feature
from shopops.work import services as work
from shopops.work.models import Risk, WorkItem
from shopops.work.reasons import Reason

QUEUE = "applications"
#: What reviewers of categories that need two people should know.
HIGH_RISK = "applications.high_risk"


def risk_of(application: Application) -> Risk:
    """High for categories that need two people, medium when a check failed, else low."""
    if application.needs_second_person:
        return Risk.HIGH
    return Risk.MEDIUM if _failed(application) else Risk.LOW


def _failed(application: Application) -> list[str]:
    results = application.check_results.filter(
        submission=application.submissions, outcome=CheckResult.Outcome.FAIL
    ).order_by("id")
    return list(results.values_list("code", flat=True))


def _reasons(application: Application) -> Iterator[Reason]:
    """Why somebody has to look: new or corrected, what failed, a second person."""
    if application.submissions > 1:
        yield Reason("sent_again", _("Sent again after corrections"))
    else:
        yield Reason("new", _("New application"))
    if application.needs_second_person:
        yield Reason("high_risk", _("High-risk category: two people decide"))
    for code in _failed(application):
        yield Reason(f"check.{code}", LABELS.get(code, code), {"outcome": "fail"})


def enter_queue(application: Application) -> WorkItem:
    """Let an application wait for a reviewer, due when the applicant was promised an answer.

    The applicant never reviews it, nor does who proposed to approve it.
    """
    version = application.policy_version
    if application.submitted_at is None or version is None:
        raise ValueError(f"{application} was never submitted.")
    promise = policy.of(version).promise
    return work.enter(
        queue=QUEUE,
        target=application,
        label=f"{application.shop_name} · {application.number}",
        started_at=application.submitted_at,
        days=promise.working_days,
        calendar=promise.calendar,
        feature=Feature.ONBOARDING,
        risk=risk_of(application),
        skill=HIGH_RISK if application.needs_second_person else "",
        topic=application.category,
        reasons=_reasons(application),
        not_for=[application.applicant_id, application.proposed_by_id],
    )


def leave_queue(application: Application, *, actor: User | None = None, verdict: str = "") -> None:
    """It waits for nobody here any more; a reviewer's verdict may be drawn for a second read."""
    work.leave(queue=QUEUE, target=application, actor=actor, verdict=verdict)


def item_of(application: Application) -> WorkItem | None:
    """Its open place in the queue."""
    return work.open_items_of(QUEUE, application).select_related("claimed_by", "assigned_to").first()
