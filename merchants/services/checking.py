"""Running the automatic checks, keeping what they say, and running them again when something changed."""

from django.db import transaction
from django.utils import timezone

from merchants import checks, selectors
from merchants.checks.words import LABELS
from merchants.models import Application, CheckResult, Recheck, ShopType
from merchants.rechecking import run_changed_checks
from merchants.registers import services as registers
from merchants.services.queueing import item_of, risk_of
from shopops.jobs.starting import after_commit
from shopops.work import services as work
from shopops.work.reasons import Reason

#: Reasons of the queue that come from failed checks begin so; `queueing` writes them the same way.
_REASON = "check."


def run_checks(*, application: Application) -> list[CheckResult]:
    """Run all checks on the application as it is now; results of the same submission are overwritten.

    Registers that gave no answer that still counts are owed a question, and its place in the queue follows the results.
    """
    now = timezone.now()
    with transaction.atomic():
        if application.shop_type != ShopType.INDIVIDUAL:
            registers.owe(application.uscc)
        rows = [
            CheckResult(
                application=application,
                submission=application.submissions,
                code=code,
                outcome=verdict.outcome,
                evidence=verdict.evidence,
                params=verdict.params,
                run_at=now,
            )
            for code, verdict in checks.run(selectors.facts(application, now)).items()
        ]
        CheckResult.objects.bulk_create(
            rows,
            update_conflicts=True,
            unique_fields=["application", "submission", "code"],
            update_fields=["outcome", "evidence", "params", "run_at"],
        )
        _follow(application)
    return selectors.check_results(application)


def _follow(application: Application) -> None:
    """Let an application that waits in the queue have the risk and the reasons of its results."""
    item = item_of(application)
    if item is None:
        return
    failed = list(
        application.check_results.filter(
            submission=application.submissions, outcome=CheckResult.Outcome.FAIL
        ).values_list("code", flat=True)
    )
    gone = item.reasons.filter(code__startswith=_REASON).exclude(code__in=[f"{_REASON}{code}" for code in failed])
    gone.delete()
    work.add_reasons(
        item=item, reasons=[Reason(f"{_REASON}{code}", LABELS.get(code, code), {"outcome": "fail"}) for code in failed]
    )
    if item.risk != (risk := risk_of(application)):
        item.risk = risk
        item.save(update_fields=["risk"])


def changed(*application_pks: int) -> None:
    """Have the checks of these applications run again soon after the commit, if reviewers have them.

    Asking twice is one run. What is noted here survives the process that noted it: a sweep finds it.
    """
    waiting = Application.objects.filter(pk__in=application_pks, state__in=Application.WITH_REVIEW)
    # In one order, so that two who note the same applications never wait for each other.
    rows = [Recheck(application_id=pk) for pk in waiting.order_by("pk").values_list("pk", flat=True)]
    if rows:
        Recheck.objects.bulk_create(rows, ignore_conflicts=True)
        after_commit(run_changed_checks)


def changed_company(uscc: str) -> None:
    """Something about this company changed outside, such as the answer of a register."""
    if uscc:
        changed(*Application.objects.filter(uscc=uscc).values_list("pk", flat=True))


def run_changed(most: int = 500) -> int:
    """Run the checks of up to `most` noted applications; return how many. Several workers may do it at once."""
    done = 0
    while done < most and _run_next():
        done += 1
    return done


@transaction.atomic
def _run_next() -> bool:
    """Take one note and run its checks; both are done or neither."""
    note = Recheck.objects.select_for_update(skip_locked=True, of=("self",)).order_by("asked_at").first()
    if note is None:
        return False
    application = Application.objects.select_for_update(of=("self",)).filter(pk=note.application_id).first()
    # The note goes first: what changes from here on makes a new one, which waits for this transaction.
    note.delete()
    if application is not None and application.state in Application.WITH_REVIEW:
        run_checks(application=application)
    return True
