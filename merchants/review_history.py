"""What happened to an application before: rounds, decisions, proposals, former applications."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Prefetch, Q
from django.utils.translation import gettext as _

from merchants import policy, reasons, services
from merchants.checks import words
from merchants.models import Application, CheckResult, Decision, InfoRequest
from shopops.work.models import WorkEvent, WorkItem

#: As many former applications as the case page shows.
FORMER = 10

_ICONS = {"approve": "ok", "propose": "users", "decline": "back", "needs_info": "warning", "reject": "cross"}
_TONES = {"approve": "ok", "propose": "info", "decline": "caution", "needs_info": "caution", "reject": "danger"}


@dataclass(frozen=True)
class Step:
    """One decision with its reasons in words; `lines` are what was asked for and what came back."""

    decision: Decision
    tone: str
    icon: str
    reasons: list[tuple[str, str]]
    lines: list[dict[str, Any]] = field(default_factory=list)


@dataclass(frozen=True)
class Proposal:
    """The approval that waits for a second person, and how the checks changed since it was proposed."""

    decision: Decision
    changes: list[str]


@dataclass(frozen=True)
class Former:
    """Another application of the same person or the same licence, with how it ended."""

    application: Application
    is_previous: bool
    reasons: list[str]


def steps(application: Application, *, without: int | None = None) -> list[Step]:
    """Every decision, the newest first; `without` leaves those on one submission out, for blind reads."""
    decisions = application.decisions.select_related("policy_version", "by", "batch").order_by("-id")
    if without is not None:
        decisions = decisions.exclude(submission=without)
    answers = Prefetch("info_requests", InfoRequest.objects.select_related("decision__policy_version").order_by("id"))
    return [_step(each) for each in decisions.prefetch_related(answers)]


def _step(decision: Decision) -> Step:
    body = policy.of(decision.policy_version) if decision.reasons else None
    said = [(reasons.text(body, code), decision.notes.get(code, "")) for code in decision.reasons] if body else []
    asked = [_answered(each) for each in decision.info_requests.all()]
    return Step(decision, _TONES[decision.kind], _ICONS[decision.kind], [] if asked else said, asked)


def _answered(ask: InfoRequest) -> dict[str, Any]:
    done = ask.answered_at is not None
    return {
        "title": services.request_title(ask),
        "note": ask.note,
        "text": ask.answer or (_("answered") if done else _("not answered")),
        "icon": "ok" if done else "cross",
        "tone": "ok" if done else "danger",
    }


def proposal(application: Application, results: list[CheckResult]) -> Proposal | None:
    """The open proposal; None when nobody proposed to approve."""
    if application.proposed_by_id is None:
        return None
    decision = application.decisions.filter(kind=Decision.Kind.PROPOSE).select_related("by").order_by("-id").first()
    return Proposal(decision, list(_changes(decision, results))) if decision else None


def _changes(decision: Decision, results: list[CheckResult]) -> Iterator[str]:
    said = dict(CheckResult.Outcome.choices)
    now = {result.code: result.outcome for result in results}
    for code in [*now, *(code for code in decision.outcomes if code not in now)]:
        before, after = decision.outcomes.get(code), now.get(code)
        if before != after:
            yield _("%(check)s: was %(before)s, is %(after)s") % {
                "check": words.label(code),
                "before": str(said.get(before or "", _("not run"))).lower(),
                "after": str(said.get(after or "", _("not run"))).lower(),
            }


def put_aside(item: WorkItem | None) -> list[WorkEvent]:
    """Who gave the case back to the queue without a decision, and why; the newest first."""
    if item is None:
        return []
    released = item.events.filter(kind=WorkEvent.Kind.RELEASED, detail__has_key="reason")
    return list(released.select_related("actor").order_by("-id")[:FORMER])


def former(application: Application) -> list[Former]:
    """Other applications of the same applicant or the same licence, and the one it was started from."""
    same = Q(applicant_id=application.applicant_id)
    if application.uscc:
        same |= Q(uscc=application.uscc)
    if application.previous_id:
        same |= Q(pk=application.previous_id)
    found = Application.objects.filter(same, submissions__gt=0).exclude(pk=application.pk)
    refusals = Decision.objects.filter(kind=Decision.Kind.REJECT).select_related("policy_version").order_by("id")
    return [
        Former(each, each.pk == application.previous_id, _why(each))
        for each in found.prefetch_related(Prefetch("decisions", refusals, to_attr="refusals")).order_by("-id")[:FORMER]
    ]


def _why(application: Application) -> list[str]:
    refusals: list[Decision] = application.refusals  # type: ignore[attr-defined]
    if application.state != Application.State.REJECTED or not refusals:
        return []
    body = policy.of(refusals[-1].policy_version)
    return [reasons.text(body, code) for code in refusals[-1].reasons]
