"""Reading verdicts and requests for opinions."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import QuerySet

from merchants import policy, reasons
from merchants.models import Application, Decision
from merchants.screening import facts as gathering
from merchants.screening.due import due_dates
from merchants.screening.judging import Judgement, drawn_for_people, judge
from merchants.screening.models import OpinionRequest, Verdict
from merchants.screening.policy import AutoApprovalPolicy
from merchants.screening.words import sentence
from shopops.accounts.models import User

#: As many waiting applications as a dry run looks at, the oldest first.
MOST_WAITING = 500
MOST_DISAGREEMENTS = 50


@dataclass(frozen=True)
class Disagreement:
    """The rule would have approved; a person did not, for these reasons."""

    application: Application
    decision: Decision
    reasons: list[str]
    judged_at: dt.datetime


@dataclass(frozen=True)
class DryRun:
    """What the rule would do with a waiting application now."""

    application: Application
    judgement: Judgement
    drawn: bool

    @property
    def sentences(self) -> list[str]:
        """Why it is left to people."""
        return [sentence({"code": each.code, "params": each.params}) for each in self.judgement.reasons]


def disagreements(criteria: str, since: dt.datetime, until: dt.datetime) -> list[Disagreement]:
    """False approvals: would be approved under these criteria, decided otherwise by a person; the latest first.

    Three statements, whatever their number.
    """
    yes = Verdict.objects.filter(criteria=criteria, would_approve=True, judged_at__gte=since, judged_at__lt=until)
    judged = {(row[0], row[1]): row[2] for row in yes.values_list("application", "submission", "judged_at")}
    no = Decision.objects.filter(
        kind__in=("needs_info", "reject"), by__isnull=False, application__in=yes.values("application")
    )
    found = no.select_related("application", "by", "policy_version").order_by("-at", "-id")
    met = [each for each in found if (each.application_id, each.submission) in judged][:MOST_DISAGREEMENTS]
    return [
        Disagreement(each.application, each, _in_words(each), judged[each.application_id, each.submission])
        for each in met
    ]


def _in_words(decision: Decision) -> list[str]:
    body = policy.of(decision.policy_version)
    return [reasons.text(body, code) for code in decision.reasons]


def dry_run(body: AutoApprovalPolicy, now: dt.datetime) -> list[DryRun]:
    """What a policy would do with the applications that wait, those it would approve first, then by age."""
    waiting = list(
        Application.objects.filter(state__in=Application.WITH_REVIEW).order_by("submitted_at", "pk")[:MOST_WAITING]
    )
    facts = gathering.gather(waiting, now)
    rows = [
        DryRun(each, judge(facts[each.pk], body), drawn_for_people(each.number, body.to_people)) for each in waiting
    ]
    return sorted(rows, key=lambda row: not row.judgement.would_approve)


def requests_of(user: User) -> QuerySet[OpinionRequest]:
    """What an outside reviewer was asked."""
    joined = OpinionRequest.objects.select_related("application__policy_version", "policy_version", "reviewer")
    return joined.filter(reviewer=user)


def requests_on(application: Application) -> list[OpinionRequest]:
    """Who was asked about an application, the latest first."""
    joined = OpinionRequest.objects.select_related("application__policy_version", "policy_version", "reviewer")
    return list(joined.filter(application=application).select_related("asked_by").order_by("-asked_at", "-pk"))


def open_requests() -> list[tuple[OpinionRequest, dt.datetime]]:
    """Everything that outside reviewers still owe, with when it is due, the earliest first."""
    rows = list(
        OpinionRequest.objects.filter(state=OpinionRequest.State.OPEN).select_related(
            "application__policy_version", "reviewer", "asked_by"
        )
    )
    due = due_dates(rows)
    return sorted(((each, due[each.pk]) for each in rows), key=lambda row: row[1])


def reasons_of(request: OpinionRequest) -> list[str]:
    """The reasons of an opinion in words."""
    if request.policy_version is None:
        return []
    body = policy.of(request.policy_version)
    return [reasons.text(body, code) for code in request.reasons]


def latest_verdict(application: Application) -> Verdict | None:
    """What the rule in force said of the present submission last."""
    rows = Verdict.objects.filter(application=application, submission=application.submissions, in_force=True)
    return rows.select_related("version").order_by("-judged_at", "-pk").first()
