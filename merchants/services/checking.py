"""Running the automatic checks and keeping what they say."""

from django.utils import timezone

from merchants import checks, selectors
from merchants.models import Application, CheckResult


def run_checks(*, application: Application) -> list[CheckResult]:
    """Run all checks on the application as it is now; results of the same submission are overwritten."""
    now = timezone.now()
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
    return selectors.check_results(application)
