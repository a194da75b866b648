"""The reviewers' queue, on the kernel's work engine."""

from django.contrib.contenttypes.models import ContentType

from merchants import selectors
from merchants.models import Application, CheckResult
from shopops.work import services as work
from shopops.work.models import Risk, WorkItem

QUEUE = "applications"


def risk_of(application: Application) -> Risk:
    """High for categories that need two people, medium when a check failed, else low."""
    if application.needs_second_person:
        return Risk.HIGH
    failed = application.check_results.filter(
        submission=application.submissions, outcome=CheckResult.Outcome.FAIL
    ).exists()
    return Risk.MEDIUM if failed else Risk.LOW


def enter_queue(application: Application) -> WorkItem:
    """Let an application wait for a reviewer, due when the applicant was promised an answer."""
    due_at = selectors.promised_at(application)
    if due_at is None:
        raise ValueError(f"{application} was never submitted.")
    return work.enter(
        queue=QUEUE,
        target=application,
        label=f"{application.shop_name} · {application.number}",
        due_at=due_at,
        risk=risk_of(application),
    )


def leave_queue(application: Application) -> None:
    """It waits for nobody here any more."""
    work.leave(queue=QUEUE, target=application)


def item_of(application: Application) -> WorkItem | None:
    """Its open place in the queue."""
    return (
        WorkItem.objects.filter(
            queue=QUEUE,
            content_type=ContentType.objects.get_for_model(application),
            object_id=application.pk,
            left_at__isnull=True,
        )
        .select_related("claimed_by")
        .first()
    )
