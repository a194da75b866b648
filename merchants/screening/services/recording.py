"""Recording what the rule says: the version in force, and beside it those in shadow."""

from collections.abc import Callable

from django.db import models, transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from merchants.models import Application, CheckResult
from merchants.screening import facts as gathering
from merchants.screening.judging import Facts, drawn_for_people, judge
from merchants.screening.models import Verdict
from merchants.screening.policy import KIND, AutoApprovalPolicy, of
from shopops.policies.models import PolicyVersion
from shopops.policies.selectors import active_version, shadows

#: Applications that are judged together.
BATCH = 200

Versions = list[tuple[PolicyVersion, AutoApprovalPolicy, bool]]


@transaction.atomic
def judge_application(*, application: Application) -> Verdict | None:
    """Judge a submission that nobody has decided yet and keep the verdicts, the last one of each version.

    Returns the verdict of the version in force; None without one, or when there is nothing left to judge. What was
    recorded before the decision stays: a person's decision is compared with it.
    """
    locked = Application.objects.select_for_update(of=("self",)).get(pk=application.pk)
    if locked.state not in Application.WITH_REVIEW:
        return None
    rows = _keep([locked], _versions())
    return next((row for row in rows if row.in_force), None)


def judge_waiting(told: Callable[[int, int], None] = lambda done, total: None) -> int:
    """Judge what waits and has no verdict of the present versions, or checks that ran after it; returns how many.

    The sweep behind the tasks: whatever was lost on the way is found here. Safe to repeat, small transactions.
    """
    versions = _versions()
    if not versions:
        return 0
    owed = list(_owed(versions).values_list("pk", flat=True))
    for begin in range(0, len(owed), BATCH):
        with transaction.atomic():
            chosen = Application.objects.filter(pk__in=owed[begin : begin + BATCH], state__in=Application.WITH_REVIEW)
            _keep(list(chosen.order_by("pk").select_for_update(of=("self",), skip_locked=True)), versions)
        told(min(begin + BATCH, len(owed)), len(owed))
    return len(owed)


def _owed(versions: Versions) -> "models.QuerySet[Application]":
    fresh = Verdict.objects.filter(application=OuterRef("pk"), submission=OuterRef("submissions"))
    newer = CheckResult.objects.filter(
        application=OuterRef("application"), submission=OuterRef("submission"), run_at__gt=OuterRef("judged_at")
    )
    waiting = Application.objects.filter(state__in=Application.WITH_REVIEW)
    owed = Q(Exists(fresh.filter(Exists(newer))))
    for version, _policy, _in_force in versions:
        owed |= ~Q(Exists(fresh.filter(version=version)))
    return waiting.filter(owed).order_by("pk")


def _versions() -> Versions:
    """The version in force first, then those in shadow."""
    current = active_version(KIND)
    if current is None:
        return []
    return [(current, of(current), True), *((each, of(each), False) for each in shadows(KIND))]


def _keep(applications: list[Application], versions: Versions) -> list[Verdict]:
    if not applications or not versions:
        return []
    facts = gathering.gather(applications)
    rows = [
        _verdict(each, facts[each.pk], version, policy, in_force)
        for each in applications
        for version, policy, in_force in versions
    ]
    return Verdict.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["application", "submission", "version"],
        update_fields=["criteria", "in_force", "would_approve", "for_people", "reasons", "evidence", "judged_at"],
    )


def _verdict(
    application: Application, facts: Facts, version: PolicyVersion, policy: AutoApprovalPolicy, in_force: bool
) -> Verdict:
    judgement = judge(facts, policy)
    return Verdict(
        application=application,
        submission=application.submissions,
        version=version,
        criteria=policy.criteria,
        in_force=in_force,
        would_approve=judgement.would_approve,
        for_people=drawn_for_people(application.number, policy.to_people),
        reasons=[{"code": each.code, "params": dict(each.params)} for each in judgement.reasons],
        evidence=gathering.evidence(facts),
        judged_at=timezone.now(),
    )
