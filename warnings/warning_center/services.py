"""What can be done to a warning. Each verb is one transaction: state, audit entry, finding, facts, messages."""

import datetime as dt

from django.db import IntegrityError, connection, transaction

from shopops.accounts.models import User
from shopops.metrics.selectors import marketplace_day
from shopops.transitions.handler import TransitionRefused, announce, perform
from warning_center import effects, evidence
from warning_center.measuring import Gauge, Measurement, Subject
from warning_center.models import Finding, Warning, WarningFact
from warning_center.policy import Rule
from warning_center.rules import Verdict
from warning_center.texts import rule_of

#: Constraints that say: this warning is there already.
_TWICE = ("warnings_one_live_per_subject", "warnings_once_per_moment")


class ReasonMissing(Exception):
    """A person who revokes a warning has to say why."""


def open_warning(
    *, subject: Subject, rule: Rule, measurement: Measurement, at: dt.datetime, policy_version_id: int
) -> Warning | None:
    """Issue a warning with its facts and tell the merchant; None when it was issued already (then nothing happens)."""
    try:
        with transaction.atomic():
            return _open(subject, rule, measurement, at, policy_version_id)
    except IntegrityError as error:
        if any(name in str(error) for name in _TWICE):
            return None
        raise


def _open(subject: Subject, rule: Rule, measurement: Measurement, at: dt.datetime, policy_version_id: int) -> Warning:
    assert measurement.judgement.intensity is not None
    pk = _next_id()
    warning = Warning.objects.create(
        pk=pk,
        number=f"W-{marketplace_day(at):%m%d}-{pk:04d}",
        merchant_id=subject.merchant_id,
        rule=rule.code,
        subject_key=subject.key,
        type=rule.type,
        cause=rule.cause,
        intensity=measurement.judgement.intensity,
        policy_version_id=policy_version_id,
        opened_at=at,
        found_at=at,
        allowed=_time_to_rectify(rule, measurement, at),
        **measurement.figure,
    )
    _keep(warning, measurement, Finding.Outcome.OPENED, at, rule)
    announce(warning, effects.BIRTH, actor=None, policy_version_id=policy_version_id)
    return warning


def _next_id() -> int:
    """Return the next id, which is also the running part of the number."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence(%s, 'id'))", [Warning._meta.db_table])
        return int(cursor.fetchone()[0])


def _time_to_rectify(rule: Rule, measurement: Measurement, at: dt.datetime) -> dt.timedelta:
    """The rule's hours; for a document until the end of its last day, if that is later."""
    hours = dt.timedelta(hours=rule.hours)
    return hours if measurement.ends_at is None else max(hours, measurement.ends_at - at)


def _keep(
    warning: Warning, measurement: Measurement, outcome: str, at: dt.datetime, rule: Rule, *, facts: bool = True
) -> None:
    """Keep what a check measured and the facts behind it, as they stand now."""
    finding = Finding.objects.create(
        warning=warning, at=at, outcome=outcome, intensity=measurement.judgement.intensity, **measurement.figure
    )
    if facts:
        rows = evidence.collect(rule, warning.merchant_id, measurement, at)
        WarningFact.objects.bulk_create(
            WarningFact(finding=finding, kind=row.kind, object_id=row.object_id, label=row.label, data=row.data)
            for row in rows
        )


@transaction.atomic
def escalate(*, warning: Warning, measurement: Measurement, at: dt.datetime) -> Warning:
    """Raise the intensity, keep the new numbers and their facts, tell the merchant."""
    warning = perform(
        warning,
        "escalate",
        actor=None,
        policy_version_id=warning.policy_version_id,
        intensity=measurement.judgement.intensity,
        at=at,
        figure=measurement.figure,
    )
    _keep(warning, measurement, Finding.Outcome.ESCALATED, at, rule_of(warning))
    return warning


@transaction.atomic
def revoke(*, warning: Warning, measurement: Measurement | None, at: dt.datetime) -> Warning:
    """End a warning whose finding no longer holds. `measurement` None: the thing it was about is gone (a document)."""
    warning = perform(warning, "revoke", actor=None, policy_version_id=warning.policy_version_id, at=at)
    if measurement is not None:
        _keep(warning, measurement, Finding.Outcome.REVOKED, at, rule_of(warning), facts=False)
    return warning


@transaction.atomic
def expire(*, warning: Warning, measurement: Measurement, at: dt.datetime) -> Warning:
    """Record that time ran out while the finding still holds, with the facts of that moment."""
    warning = perform(warning, "expire", actor=None, policy_version_id=warning.policy_version_id, at=at)
    _keep(warning, measurement, Finding.Outcome.EXPIRED, at, rule_of(warning))
    return warning


@transaction.atomic
def return_to_rectifying(*, warning: Warning, measurement: Measurement, at: dt.datetime) -> Warning:
    """Answer a re-check that did not find the warning clear."""
    warning = perform(warning, "return_to_rectifying", actor=None, policy_version_id=warning.policy_version_id)
    _keep(warning, measurement, Finding.Outcome.RETURNED, at, rule_of(warning), facts=False)
    return warning


def acknowledge(*, warning: Warning, actor: User) -> Warning:
    """Record that the merchant has read it; raises TransitionRefused when that was recorded already."""
    return perform(warning, "acknowledge", actor=actor)


def start_rectifying(*, warning: Warning, actor: User) -> Warning:
    """Record that the merchant works on it; raises TransitionRefused when it does already, or it is closed."""
    return perform(warning, "start_rectifying", actor=actor)


def submit(*, warning: Warning, actor: User, note: str, seen: int, at: dt.datetime) -> Warning:
    """Ask for the re-check, which follows at once. Returns the warning revoked, or back in rectifying.

    `seen` is the id of the newest finding the asker was shown: a second press of the same button, which comes after
    the check, raises TransitionRefused like any request in a state other than rectifying. The request is committed
    before the check, so that `check_risks` makes up for a check that dies.
    """
    with transaction.atomic():
        Warning.objects.select_for_update().get(pk=warning.pk)
        if newest_finding_id(warning) != seen:
            raise TransitionRefused(f"{warning}: a check came in between.")
        warning = perform(warning, "submit", actor=actor, reason=note)
    return recheck(warning=warning, at=at)


def newest_finding_id(warning: Warning) -> int:
    """Return the id of the last check that changed something; there is always one, the opening."""
    return warning.findings.order_by("-id").values_list("id", flat=True)[0]


def recheck(*, warning: Warning, at: dt.datetime) -> Warning:
    """Measure a submitted warning now, by the rule it was issued under; revoke it or send it back to rectifying."""
    rule = rule_of(warning)
    gauge = Gauge.of_rule(rule, as_of=at, merchant_id=warning.merchant_id)
    measurement = gauge.measure(rule, warning.merchant_id).get(warning.subject_key)
    try:
        if measurement is None or measurement.judgement.verdict == Verdict.CLEAR:
            return revoke(warning=warning, measurement=measurement, at=at)
        return return_to_rectifying(warning=warning, measurement=measurement, at=at)
    except TransitionRefused:
        # check_risks was faster and gave the same answer
        return Warning.objects.get(pk=warning.pk)


def withdraw(*, warning: Warning, actor: User, reason: str, at: dt.datetime) -> Warning:
    """A risk analyst takes a warning back. Raises ReasonMissing, and TransitionRefused when it is closed already."""
    if not reason.strip():
        raise ReasonMissing
    return perform(
        warning,
        "withdraw",
        actor=actor,
        reason=reason.strip(),
        policy_version_id=warning.policy_version_id,
        at=at,
        by=actor,
    )
