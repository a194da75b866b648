"""Until when an opinion is asked for: whole working days of the onboarding policy, computed on read."""

import datetime as dt
from collections.abc import Iterable, Sequence

from merchants import policy
from merchants.screening.models import OpinionRequest
from shopops.clocks.models import Feature
from shopops.clocks.pure import Calendar, Interval, working_days
from shopops.clocks.selectors import calendar
from shopops.clocks.services import pauses_of


def due_at(
    request: OpinionRequest, pauses: Sequence[Interval] | None = None, known: Calendar | None = None
) -> dt.datetime:
    """The end of the last working day, without days on which reviewing was down. `pauses`: those days, and the policy's
    calendar (`known`), for callers who ask about many requests."""
    return working_days(
        request.asked_at,
        request.days,
        calendar=known or policy.of(request.application.policy_version).calendar(),
        pauses=pauses_of(Feature.ONBOARDING, request.asked_at) if pauses is None else pauses,
    )


def due_dates(requests: Iterable[OpinionRequest]) -> dict[int, dt.datetime]:
    """`due_at` of each by id, with one query for the pauses and one for each calendar; the applications' policy
    versions should be joined."""
    rows = list(requests)
    if not rows:
        return {}
    pauses = pauses_of(Feature.ONBOARDING, min(each.asked_at for each in rows))
    used = {each.pk: policy.of(each.application.policy_version).promise.calendar for each in rows}
    calendars = {code: calendar(code) for code in set(used.values())}
    return {each.pk: due_at(each, pauses, calendars[used[each.pk]]) for each in rows}
