"""How modes, states, matrices and the progress of windows look: tags and steps for the public page and the portal."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from maintenance.models import Audience, Mode, Window
from maintenance.status.snapshot import Row
from shopops.ui import formats
from shopops.ui.items import Step

#: tone and icon of a mode; harmless ones are shown without ground
MODE_LOOKS = {
    Mode.WORKS: ("ok", "ok"),
    Mode.DOWN: ("danger", "cross"),
    Mode.READ_ONLY: ("caution", "eye"),
    Mode.FROZEN: ("caution", "lock"),
    Mode.DELAYED: ("info", "clock"),
    Mode.MESSAGES_LOST: ("danger", "mail"),
    Mode.NOT_USED: ("neutral", "neutral"),
}
STATE_LOOKS = {
    Window.State.ANNOUNCED: ("info", "calendar"),
    Window.State.IN_PROGRESS: ("caution", "wrench"),
    Window.State.VERIFYING: ("info", "eye"),
    Window.State.COMPLETED: ("ok", "ok"),
    Window.State.CANCELLED: ("neutral", "cross"),
}


@dataclass(frozen=True)
class Look:
    """A tag: tone, words, icon, and whether it has no ground."""

    tone: str
    text: str
    icon: str = ""
    plain: bool = False


def mode_look(mode: str) -> Look:
    """How a mode is shown."""
    tone, icon = MODE_LOOKS[Mode(mode)]
    return Look(tone, str(Mode(mode).label), icon, plain=mode in (Mode.WORKS, Mode.NOT_USED))


def state_look(state: str) -> Look:
    """How a window's state is shown."""
    tone, icon = STATE_LOOKS[Window.State(state)]
    return Look(tone, str(Window.State(state).label), icon)


def rows(matrix: Iterable[Row]) -> list[tuple[str, list[tuple[str, Look, str]]]]:
    """A matrix as its template takes it: service, then audience, look and note per cell."""
    return [
        (
            row.label,
            [(str(Audience(cell.audience).label), mode_look(cell.mode), str(cell.note)) for cell in row.cells],
        )
        for row in matrix
    ]


def progress(
    *,
    state: str,
    revision: int,
    scheduled_at: dt.datetime | None,
    announced_at: dt.datetime,
    starts_at: dt.datetime,
    ends_at: dt.datetime,
) -> list[Step]:
    """Where a window stands: what is done with its day, what comes with its time."""
    reached = _ORDER.index(Window.State(state))
    announced = formats.day(announced_at)
    if revision == 1 and starts_at > announced_at:
        lead = formats.duration(_rounded(starts_at - announced_at))
        announced = _("%(day)s, %(lead)s before") % {"day": announced, "lead": lead}
    checked = pgettext("maintenance step", "when everything is checked")
    notes = [formats.day(scheduled_at), announced, formats.at(starts_at), formats.at(ends_at), checked]
    found = []
    for index, (each, note) in enumerate(zip(_ORDER, notes, strict=True)):
        is_going_on = index == reached and each in (Window.State.IN_PROGRESS, Window.State.VERIFYING)
        found.append(Step(str(each.label), note, "current" if is_going_on else "done" if index <= reached else "next"))
    return found


_ORDER = [
    Window.State.SCHEDULED,
    Window.State.ANNOUNCED,
    Window.State.IN_PROGRESS,
    Window.State.VERIFYING,
    Window.State.COMPLETED,
]


def _rounded(span: dt.timedelta) -> dt.timedelta:
    """Round down to days from 4 days on, else to hours, below one hour to minutes."""
    unit = next(unit for least, unit in _UNITS if span >= least)
    return max(span // unit, 1) * unit


_UNITS = [
    (dt.timedelta(days=4), dt.timedelta(days=1)),
    (dt.timedelta(hours=1), dt.timedelta(hours=1)),
    (dt.timedelta.min, dt.timedelta(minutes=1)),
]
