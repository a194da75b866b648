"""What the page of a warning shows besides its texts: steps, history, proof of notice."""

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from shopops.audit.models import Entry
from shopops.audit.selectors import history
from shopops.notifications.kinds import message_kinds
from shopops.notifications.models import Delivery
from shopops.notifications.selectors import proof_of_notice
from shopops.ui import formats
from shopops.ui.parts import Step, TimelineItem
from warning_center import effects, texts
from warning_center.models import Finding, Warning

#: Tone of each event in the history.
_TONES = {
    effects.OPENED: "danger",
    effects.ESCALATED: "danger",
    effects.RETURNED: "caution",
    effects.REVOKED: "ok",
    effects.WITHDRAWN: "ok",
    effects.EXPIRED: "danger",
    effects.ACKNOWLEDGED: "ok",
    effects.RECTIFYING: "info",
    effects.SUBMITTED: "info",
}

#: Which kind of finding belongs to which event; both are written in one transaction, in the same order.
_FINDINGS = {
    effects.OPENED: Finding.Outcome.OPENED,
    effects.ESCALATED: Finding.Outcome.ESCALATED,
    effects.RETURNED: Finding.Outcome.RETURNED,
    effects.REVOKED: Finding.Outcome.REVOKED,
    effects.EXPIRED: Finding.Outcome.EXPIRED,
}


@dataclass(frozen=True)
class Event:
    """Something that happened to a warning: the audit entry and, if a check did it, what was measured."""

    entry: Entry
    finding: Finding | None

    @property
    def at(self) -> dt.datetime:
        """When it happened; for a check, the moment it was made for."""
        return self.finding.at if self.finding else self.entry.at


def events(warning: Warning, findings: Sequence[Finding]) -> list[Event]:
    """The warning's history with its measurements, in the order in which it was recorded."""
    waiting: dict[str, list[Finding]] = defaultdict(list)
    for finding in findings:
        waiting[finding.outcome].append(finding)
    found = []
    for entry in history(warning).select_related("actor"):
        outcome = _FINDINGS.get(entry.action)
        found.append(Event(entry, waiting[outcome].pop(0) if outcome and waiting[outcome] else None))
    return found


def steps(warning: Warning, happened: Sequence[Event]) -> list[Step]:
    """Where the warning stands: what was done, where it is, what comes."""
    when = {event.entry.action: event.at for event in happened}
    times = {
        Warning.State.OPEN: warning.opened_at,
        Warning.State.ACKNOWLEDGED: when.get(effects.ACKNOWLEDGED),
        Warning.State.RECTIFYING: when.get(effects.RECTIFYING),
        Warning.State.SUBMITTED: when.get(effects.SUBMITTED),
    }
    names = {
        Warning.State.OPEN: _("Issued"),
        Warning.State.ACKNOWLEDGED: _("Acknowledged"),
        Warning.State.RECTIFYING: _("Rectifying"),
        Warning.State.SUBMITTED: _("Re-check"),
    }
    if warning.closed_at:
        name = pgettext("warning", "Expired") if warning.state == Warning.State.EXPIRED else _("Revoked")
        done = [Step(names[state], formats.at(at), "done") for state, at in times.items() if at]
        return [*done, Step(name, formats.at(warning.closed_at), "done")]
    path = list(times)
    here = path.index(Warning.State(warning.state))
    result = []
    for index, state in enumerate(path):
        at = times[state]
        note = formats.at(at) if at and index <= here else ""
        if state == Warning.State.SUBMITTED and index > here:
            note = _("at once when you submit")
        result.append(Step(names[state], note, "done" if index < here else "current" if index == here else "next"))
    return [*result, Step(_("Revoked"), _("when the re-check passes"), "next")]


def timeline(warning: Warning, happened: Sequence[Event], due: dt.datetime) -> list[TimelineItem]:
    """What happened, in sentences, and for a live warning when time runs out."""
    items = [
        TimelineItem(event.at, _sentence(warning, event), _TONES.get(event.entry.action, "")) for event in happened
    ]
    if warning.is_live:
        items.append(TimelineItem(due, _("Time to rectify ends"), is_next=True))
    return items


def _sentence(warning: Warning, event: Event) -> str:
    entry = event.entry
    who = {"name": entry.actor_name, "reason": entry.reason}
    measured = texts.figure(warning, event.finding) if event.finding else ""
    if entry.action == effects.OPENED:
        return _("Warning issued by the rule “%(rule)s”") % {"rule": texts.rule_of(warning).name}
    if entry.action == effects.ESCALATED and event.finding:
        level = event.finding.get_intensity_display()
        return _("Raised to %(level)s: %(figure)s") % {"level": level.lower(), "figure": measured}
    if entry.action == effects.RETURNED and event.finding:
        return _("Re-check not passed. %(why)s") % {"why": texts.not_clear_because(warning, event.finding)}
    if entry.action == effects.REVOKED:
        return _("Revoked: %(figure)s") % {"figure": measured} if measured else _("Revoked: it no longer applies")
    if entry.action == effects.EXPIRED and measured:
        return _("Time ran out: %(figure)s") % {"figure": measured}
    if entry.action == effects.WITHDRAWN:
        return _("Revoked by the platform: %(reason)s") % who
    if entry.action == effects.ACKNOWLEDGED:
        return _("%(name)s acknowledged it") % who
    if entry.action == effects.RECTIFYING:
        return _("%(name)s started to rectify") % who
    if entry.action == effects.SUBMITTED:
        submitted = _("%(name)s submitted it for re-check: “%(reason)s”") if entry.reason else ""
        return (submitted or _("%(name)s submitted it for re-check")) % who
    return entry.action


@dataclass(frozen=True)
class Told:
    """A line of the proof of notice. `tone` and `result` are its tag."""

    what: str
    who: str
    channel: str
    sent_at: dt.datetime | None
    tone: str
    result: str


def told(warning: Warning) -> list[Told]:
    """Who was told by which channel, when, and with what outcome."""
    return [
        Told(
            what=str(message_kinds.get(delivery.message.kind).label),
            who=str(delivery.recipient),
            channel=delivery.get_channel_display(),
            sent_at=delivery.sent_at,
            tone=_DELIVERY_TONES.get(delivery.state, "neutral"),
            result=_result(delivery),
        )
        for delivery in proof_of_notice(warning)
    ]


#: The others wait.
_DELIVERY_TONES: dict[str, str] = {
    Delivery.State.SENT: "ok",
    Delivery.State.READ: "ok",
    Delivery.State.DIGESTED: "ok",
    Delivery.State.BOUNCED: "caution",
    Delivery.State.FAILED: "caution",
}


def _result(delivery: Delivery) -> str:
    if delivery.state == Delivery.State.READ:
        return _("Read %(when)s") % {"when": formats.at(delivery.read_at)}
    return delivery.get_state_display()
