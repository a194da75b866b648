"""The job `check_risks`: measure everybody, then open, escalate, revoke and expire, one merchant per transaction."""

import datetime as dt
import logging
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import NamedTuple

from django.db import InterfaceError, OperationalError, transaction
from django.db.models import Q

from merchants.models import Merchant
from shopops.jobs.registry import Progress
from shopops.policies.trials import run_trials
from shopops.transitions.handler import TransitionRefused
from warning_center import services
from warning_center.clock import due_dates
from warning_center.measuring import Gauge, Measurement, Subject
from warning_center.models import Warning
from warning_center.policy import KIND, Rule, WarningRules, rules_in_force, rules_of
from warning_center.rules import Action, decide
from warning_center.texts import rule_of

logger = logging.getLogger(__name__)

#: Merchants between two signs of life.
REPORT_EVERY = 25


class SomeMerchantsFailed(Exception):
    """The job went through all merchants but could not finish with some; their errors are in the log."""


class Found(NamedTuple):
    """A rule found something beyond its limit."""

    subject: Subject
    rule: Rule
    measurement: Measurement


@dataclass
class Plan:
    """What is to be done for one merchant."""

    openings: list[Found] = field(default_factory=list)
    steps: list[tuple[Warning, Action, Measurement | None]] = field(default_factory=list)


def check_risks(as_of: dt.datetime, progress: Progress) -> dict[str, int]:
    """Check every merchant as of a moment; returns how many were checked and what happened to warnings.

    Killed at any point and run again, it does what is left: a merchant's steps are one transaction, and a step that was
    done is no longer planned. A run for a past moment leaves everything alone that was decided later than that moment.
    """
    version, policy = rules_in_force()
    live = list(Warning.objects.filter(state__in=Warning.LIVE, found_at__lte=as_of).select_related("merchant"))
    gauge = Gauge([policy, *(rules_of(pk) for pk in {warning.policy_version_id for warning in live})], as_of=as_of)
    plans = _plan_steps(live, gauge)
    for finding in openings(policy, findings(policy, gauge), as_of):
        plans[finding.subject.merchant_id].openings.append(finding)
    # Before anything is carried out: what the rules in force open now would block what a shadow would open.
    tried = run_trials(KIND, as_of)

    done: Counter[str] = Counter(checked=len(gauge.merchant_ids))
    failed: list[int] = []
    for count, (merchant_id, plan) in enumerate(sorted(plans.items())):
        if count % REPORT_EVERY == 0:
            progress(count, len(plans))
        try:
            done += _carry_out(plan, as_of, version.pk)
        except (OperationalError, InterfaceError):
            raise
        except Exception:
            # One merchant's broken data must not keep the others from being told.
            logger.exception("check_risks failed for merchant %s", merchant_id)
            failed.append(merchant_id)
    progress(len(plans), len(plans))
    if failed:
        raise SomeMerchantsFailed(
            f"merchants {', '.join(map(str, failed))}; the other {len(plans) - len(failed)} are done"
        )
    counts = {name: done[name] for name in ("checked", "opened", "escalated", "revoked", "expired")}
    return {**counts, "tried": tried} if tried else counts


def _plan_steps(live: list[Warning], gauge: Gauge) -> defaultdict[int, Plan]:
    """What becomes of the warnings there are, each by the rule it was issued under."""
    due = due_dates(live)
    plans: defaultdict[int, Plan] = defaultdict(Plan)
    for warning in live:
        measurement = gauge.measure(rule_of(warning), warning.merchant_id).get(warning.subject_key)
        action = Action.REVOKE
        if measurement is not None:
            action = decide(
                intensity=warning.intensity,
                is_submitted=warning.state == Warning.State.SUBMITTED,
                is_due=due[warning.pk] <= gauge.as_of,
                judgement=measurement.judgement,
            )
        if action != Action.NOTHING:
            plans[warning.merchant_id].steps.append((warning, action, measurement))
    return plans


def findings(policy: WarningRules, gauge: Gauge) -> list[Found]:
    """Everything that a policy finds beyond a limit, at shops that are not closed."""
    found = [
        Found(Subject(merchant_id, rule.code, key), rule, measurement)
        for rule in policy.rules
        for merchant_id, key, measurement in gauge.beyond(rule)
    ]
    shops = Merchant.objects.filter(pk__in={each.subject.merchant_id for each in found})
    open_shops = set(shops.exclude(state=Merchant.State.CLOSED).values_list("pk", flat=True))
    return [each for each in found if each.subject.merchant_id in open_shops]


def openings(policy: WarningRules, found: list[Found], as_of: dt.datetime) -> list[Found]:
    """Those of a policy's findings that open a warning: not blocked by an earlier or later one."""
    blocked = _blocked(policy, as_of, {each.subject.merchant_id for each in found})
    return [each for each in found if each.subject not in blocked]


def _blocked(policy: WarningRules, as_of: dt.datetime, merchant_ids: set[int]) -> set[Subject]:
    """Subjects that get no new warning now: there is one, or one was issued later than `as_of`, or it is quiet time.

    Quiet time follows an expiry or a revocation by a person, so that the same facts are not held against a shop twice
    and an analyst's decision is not undone by the next run.
    """
    quiet = Q()
    for rule in policy.rules:
        quiet |= Q(rule=rule.code, closed_at__gt=as_of - dt.timedelta(days=rule.quiet_days))
    ended = Q(state=Warning.State.EXPIRED) | Q(closed_by__isnull=False)
    rows = Warning.objects.filter(
        Q(state__in=Warning.LIVE) | Q(opened_at__gte=as_of) | (ended & quiet), merchant_id__in=merchant_ids
    )
    return {Subject(*row) for row in rows.values_list("merchant_id", "rule", "subject_key")}


@transaction.atomic
def _carry_out(plan: Plan, as_of: dt.datetime, policy_version_id: int) -> Counter[str]:
    """Do everything planned for one merchant, or nothing. What somebody else did meanwhile is left out."""
    done: Counter[str] = Counter()
    for warning, action, measurement in plan.steps:
        try:
            _take_step(warning, action, measurement, as_of)
        except TransitionRefused:
            continue
        done[_DONE[action]] += 1
    for subject, rule, measurement in plan.openings:
        opened = services.open_warning(
            subject=subject, rule=rule, measurement=measurement, at=as_of, policy_version_id=policy_version_id
        )
        done["opened"] += opened is not None
    return done


_DONE = {
    Action.ESCALATE: "escalated",
    Action.REVOKE: "revoked",
    Action.EXPIRE: "expired",
    Action.RETURN: "returned",
}


def _take_step(warning: Warning, action: Action, measurement: Measurement | None, at: dt.datetime) -> None:
    if action == Action.REVOKE:
        services.revoke(warning=warning, measurement=measurement, at=at)
    elif measurement is not None and action == Action.ESCALATE:
        services.escalate(warning=warning, measurement=measurement, at=at)
    elif measurement is not None and action == Action.EXPIRE:
        services.expire(warning=warning, measurement=measurement, at=at)
    elif measurement is not None and action == Action.RETURN:
        services.return_to_rectifying(warning=warning, measurement=measurement, at=at)
