"""An exit in words and parts of a page, for the portal and the console."""

from django.utils.translation import gettext as _

from merchants.exits import conditions as registry
from merchants.exits import selectors
from merchants.exits.models import Exit, State
from merchants.exits.policy import ExitPolicy
from merchants.models import Merchant
from shopops.ui import formats
from shopops.ui.items import Step, TimelineItem

_TONES = {
    State.REQUESTED: "info",
    State.CHECKING: "info",
    State.NOTICE: "caution",
    State.SETTLING: "caution",
    State.CLOSED: "neutral",
    State.CANCELLED: "ok",
    State.REFUSED: "danger",
}


def tone(state: str) -> str:
    """The tone of a state's tag."""
    return _TONES[State(state)]


def conditions(merchant: Merchant, leaving: Exit | None, body: ExitPolicy) -> list[registry.Standing]:
    """The conditions as they stand: of an exit, else those that one would have."""
    if leaving is not None:
        leaving.merchant = merchant
        return selectors.standing(leaving)
    return registry.standing(merchant, body.voluntary.conditions)


def progress(leaving: Exit) -> list[Step]:
    """The way of an exit, for the line of steps."""
    names = [
        (State.REQUESTED, _("Requested"), leaving.requested_at),
        (State.CHECKING, _("Checked"), leaving.decided_at),
        (State.NOTICE, _("Notice"), leaving.notice_from),
        (State.SETTLING, _("Settlement"), leaving.settling_at),
        (State.CLOSED, _("Closed"), leaving.closed_at),
    ]
    if leaving.is_platforms:
        names = [(State.REQUESTED, _("Decided"), leaving.decided_at), *names[2:]]
    order = [state for state, _name, _at in names]
    at = order.index(leaving.state) if leaving.state in order else -1
    over = leaving.state == State.CLOSED
    return [
        Step(
            name,
            note=formats.day(moment) if moment else "",
            state="done" if over or index < at else "current" if index == at else "next",
        )
        for index, (_state, name, moment) in enumerate(names)
    ]


def timeline(leaving: Exit) -> list[TimelineItem]:
    """What happened to an exit and what comes, oldest first."""
    effects = Exit.EFFECTS
    decided = effects["terminate" if leaving.is_platforms else "accept"].label
    ended = {State.CLOSED: "close", State.CANCELLED: "cancel", State.REFUSED: "refuse"}.get(State(leaving.state))
    past = [
        (leaving.requested_at if not leaving.is_platforms else None, str(effects["request"].label)),
        (leaving.notice_from, str(decided)),
        (leaving.settling_at, str(effects["settle"].label)),
        (leaving.ended_at, str(effects[ended].label) if ended else ""),
    ]
    items = [TimelineItem(moment, text) for moment, text in past if moment]
    if leaving.state in (State.REQUESTED, State.CHECKING) and leaving.cooling_off_until:
        items.append(TimelineItem(leaving.cooling_off_until, _("Cooling-off ends"), is_next=True))
    if leaving.state == State.NOTICE and leaving.notice_until:
        items.append(TimelineItem(leaving.notice_until, _("Notice ends"), is_next=True))
    return items
