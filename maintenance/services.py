"""What people do with a window, one transaction each: schedule, announce, move, extend, complete, cancel.

Every verb checks its rule, moves the state through the one handler, and keeps the pauses of the clocks and the owed
notices in step. Rules raise ValidationError that names the field and the remedy; a window that somebody else moved
meanwhile raises TransitionRefused.
"""

import datetime as dt

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from maintenance import plan
from maintenance.models import Window
from maintenance.policy import notice_policy, policy_of
from maintenance.queues import enter_queue, leave_queue
from shopops.accounts.models import User
from shopops.audit import services as audit
from shopops.clocks.services import set_pauses
from shopops.transitions.handler import perform
from shopops.ui import formats

OVERRIDE = "maintenance.override_lead_time"


@transaction.atomic
def schedule(*, window: Window, actor: User, now: dt.datetime | None = None) -> Window:
    """Fix the plan and pause the clocks it hits; it waits in the queue of windows to announce."""
    now = now or timezone.now()
    window = _locked(window)
    _check_future(window.starts_at, now)
    if not window.impacts.exists():
        raise ValidationError(
            _("The window has no impacts: add a row for each service and audience that is hit, then schedule it.")
        )
    window = perform(window, "schedule", actor=actor, at=now)
    write_pauses(window)
    _version, policy = notice_policy()
    enter_queue(window, window.starts_at - policy.lead(window))
    return window


@transaction.atomic
def revise(*, window: Window, actor: User) -> Window:
    """Take a plan that is not announced yet back to draft; its pauses are lifted."""
    window = perform(window, "revise", actor=actor)
    write_pauses(window)
    leave_queue(window)
    return window


@transaction.atomic
def announce(*, window: Window, actor: User, emergency_reason: str = "", now: dt.datetime | None = None) -> Window:
    """Make the window public and owe its notices; the notice job sends them from its next minute on.

    With less than the policy's lead time the actor must be allowed to override it and give a reason, which is kept.
    """
    now = now or timezone.now()
    window = _locked(window)
    version, policy = notice_policy()
    reason = _checked_lead(window.starts_at, policy.lead(window), actor, emergency_reason, now)
    _check_end(window.ends_at, now)
    window = perform(
        window,
        "announce",
        actor=actor,
        reason=reason,
        policy_version_id=version.pk,
        at=now,
        by_id=actor.pk,
        under_id=version.pk,
        emergency_reason=reason,
    )
    write_pauses(window)
    plan.plan_announcement(window, policy, now)
    leave_queue(window)
    return window


@transaction.atomic
def move(
    *,
    window: Window,
    actor: User,
    starts_at: dt.datetime,
    ends_at: dt.datetime,
    emergency_reason: str = "",
    now: dt.datetime | None = None,
) -> Window:
    """Change the times before the start. Pauses move along; an announced window owes everybody the change."""
    now = now or timezone.now()
    window = _locked(window)
    _check_order(starts_at, ends_at)
    _check_future(starts_at, now)
    if (starts_at, ends_at) == (window.starts_at, window.ends_at):
        raise ValidationError({"starts_at": _("These are the present times: change the start or the end.")})
    version, policy = notice_policy()
    reason = ""
    if window.state == Window.State.ANNOUNCED:
        reason = _checked_lead(starts_at, policy.change_lead, actor, emergency_reason, now)
    before = window
    window = perform(
        window,
        "move",
        actor=actor,
        reason=reason,
        policy_version_id=version.pk,
        starts_at=starts_at,
        ends_at=ends_at,
        emergency_reason=reason,
    )
    _record_times(before, window, actor, reason)
    write_pauses(window)
    if window.state == Window.State.ANNOUNCED:
        plan.plan_changed_times(window, policy, now)
    else:
        enter_queue(window, starts_at - policy.lead(window))
    return window


@transaction.atomic
def extend(*, window: Window, actor: User, ends_at: dt.datetime, reason: str, now: dt.datetime | None = None) -> Window:
    """Promise a later end of work that is going on; clocks stay paused until then and everybody is told."""
    now = now or timezone.now()
    window = _locked(window)
    if ends_at <= window.ends_at:
        raise ValidationError(
            {
                "ends_at": _("The window ends at %(end)s already: give a later end, or complete the window.")
                % {"end": formats.due(window.ends_at, now=now)}
            }
        )
    _check_end(ends_at, now)
    before = window
    window = perform(window, "extend", actor=actor, reason=reason, ends_at=ends_at)
    _record_times(before, window, actor, reason)
    write_pauses(window)
    plan.plan_changed_times(window, policy_of(window), now)
    return window


@transaction.atomic
def complete(*, window: Window, actor: User, now: dt.datetime | None = None) -> Window:
    """Say that everything works again. The pauses stay as promised, also when the work was done sooner."""
    now = now or timezone.now()
    window = perform(window, "complete", actor=actor, at=now)
    plan.plan_end(window, now)
    return window


@transaction.atomic
def cancel(*, window: Window, actor: User, reason: str, now: dt.datetime | None = None) -> Window:
    """Call the window off before its start: pauses are lifted, owed notices dropped, who was told is told of this."""
    now = now or timezone.now()
    if not reason.strip():
        raise ValidationError({"reason": _("Say why the window is cancelled: merchants and the audit log read it.")})
    window = perform(window, "cancel", actor=actor, reason=reason, why=reason)
    write_pauses(window)
    plan.plan_cancellation(window, now)
    leave_queue(window)
    return window


def advance(as_of: dt.datetime) -> tuple[int, int, int]:
    """Start announced windows whose start has come, end those whose end has come; returns how many of each.

    A plan that nobody announced before its start cannot take place: it goes back to draft, its pauses are lifted. Their
    number comes third.
    """
    started = [_start(window) for window in Window.objects.filter(state="announced", starts_at__lte=as_of)]
    ended = [_end(window) for window in Window.objects.filter(state="in_progress", ends_at__lte=as_of)]
    lapsed = [_lapse(window) for window in Window.objects.filter(state="scheduled", starts_at__lte=as_of)]
    return sum(started), sum(ended), sum(lapsed)


@transaction.atomic
def _start(window: Window) -> bool:
    """Start a window unless it was moved or cancelled meanwhile; at its promised time, also when the job is late."""
    current = _locked(window)
    if current.state != Window.State.ANNOUNCED or current.starts_at != window.starts_at:
        return False
    perform(current, "start", actor=None, at=current.starts_at)
    return True


@transaction.atomic
def _end(window: Window) -> bool:
    """End a window's work unless it was extended meanwhile."""
    current = _locked(window)
    if current.state != Window.State.IN_PROGRESS or current.ends_at != window.ends_at:
        return False
    current = perform(current, "verify", actor=None)
    plan.drop(current, plan.Skipped.OVER, "The maintenance window was over before this could be sent.")
    return True


@transaction.atomic
def _lapse(window: Window) -> bool:
    """Take back a plan whose start passed unannounced, unless it was moved or announced meanwhile."""
    current = _locked(window)
    if current.state != Window.State.SCHEDULED or current.starts_at != window.starts_at:
        return False
    current = perform(current, "revise", actor=None, reason="Its start passed before it was announced.")
    write_pauses(current)
    leave_queue(current)
    return True


def write_pauses(window: Window) -> None:
    """Make the clocks' pauses those of the window: each service that merchants cannot work with, while it lasts."""
    pauses = []
    if window.state not in (Window.State.DRAFT, Window.State.CANCELLED):
        hit = {impact.service for impact in window.impacts.all() if impact.pauses_clocks}
        pauses = [(service, window.starts_at, window.ends_at) for service in sorted(hit)]
    set_pauses(window, pauses)


def _locked(window: Window) -> Window:
    """Lock a window and read it again; without joins, which would show the row as it was before a wait for the lock."""
    return Window.objects.select_for_update().get(pk=window.pk)


def _check_order(starts_at: dt.datetime, ends_at: dt.datetime) -> None:
    if ends_at <= starts_at:
        raise ValidationError({"ends_at": _("The window must end after it starts: change the end or the start.")})


def _check_future(starts_at: dt.datetime, now: dt.datetime) -> None:
    if starts_at <= now:
        raise ValidationError({"starts_at": _("The start has passed: choose a time after now.")})


def _check_end(ends_at: dt.datetime, now: dt.datetime) -> None:
    if ends_at <= now:
        raise ValidationError({"ends_at": _("The end has passed: choose a time after now.")})


def _checked_lead(
    starts_at: dt.datetime, lead: dt.timedelta, actor: User, emergency_reason: str, now: dt.datetime
) -> str:
    """Return the emergency reason to keep: empty when the notice is long enough. Raises ValidationError otherwise."""
    if starts_at - now >= lead:
        return ""
    if not emergency_reason.strip():
        raise ValidationError(
            {
                "emergency_reason": _(
                    "The start is %(left)s away, the policy asks for %(lead)s. Move the start to %(earliest)s or "
                    "later, or have a supervisor announce it with an emergency reason."
                )
                % {
                    "left": formats.duration(max(starts_at - now, dt.timedelta())),
                    "lead": formats.duration(lead),
                    "earliest": formats.due(_next_minute(now + lead), now=now),
                }
            }
        )
    if not actor.has_perm(OVERRIDE):
        raise ValidationError(
            {"emergency_reason": _("Only a supervisor may go below the policy's notice: have one announce it.")}
        )
    return emergency_reason.strip()


def _next_minute(moment: dt.datetime) -> dt.datetime:
    return moment.replace(second=0, microsecond=0) + dt.timedelta(minutes=1)


def _record_times(before: Window, after: Window, actor: User, reason: str) -> None:
    audit.record(
        action="maintenance.window.times",
        target=after,
        actor=actor,
        reason=reason,
        before={"starts_at": before.starts_at.isoformat(), "ends_at": before.ends_at.isoformat()},
        after={"starts_at": after.starts_at.isoformat(), "ends_at": after.ends_at.isoformat()},
        policy_version_id=after.policy_version_id,
    )
