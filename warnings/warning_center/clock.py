"""When the time to rectify ends: start + allowed time − pauses of the features the rule names. Computed on read."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from shopops.clocks.models import Feature
from shopops.clocks.models import Pause as StoredPause
from shopops.clocks.pure import Interval, deadline
from shopops.ui.clockview import ClockView, Pause
from warning_center.texts import rule_of

if TYPE_CHECKING:
    from warning_center.models import Warning


def due_at(warning: "Warning") -> dt.datetime:
    """Return when the warning's time to rectify ends."""
    return due_dates([warning])[warning.pk]


def due_dates(warnings: Iterable["Warning"]) -> dict[int, dt.datetime]:
    """Return the same for many warnings, by id, with one query for the pauses."""
    every = list(warnings)
    features = {feature for warning in every for feature in rule_of(warning).paused_by}
    stops: dict[str, list[Interval]] = defaultdict(list)
    if features:
        since = min(warning.opened_at for warning in every)
        for pause in StoredPause.objects.filter(feature__in=features, end__gt=since):
            stops[pause.feature].append(Interval(pause.start, pause.end))
    return {
        warning.pk: deadline(
            warning.opened_at,
            warning.allowed,
            pauses=[pause for feature in rule_of(warning).paused_by for pause in stops[feature]],
        )
        for warning in every
    }


def clock_of(warning: "Warning", now: dt.datetime) -> ClockView:
    """Return the clock as the page shows it; of a closed warning as it stood when it was closed."""
    moment = warning.closed_at or now
    return ClockView.of(
        warning.opened_at, warning.allowed, _pauses(warning), moment, closed=warning.closed_at is not None
    )


def _pauses(warning: "Warning") -> Sequence[Pause]:
    stored = StoredPause.objects.filter(feature__in=rule_of(warning).paused_by, end__gt=warning.opened_at)
    return [Pause(each.start, each.end, str(Feature(each.feature).label)) for each in stored.order_by("start")]
