"""Until when an opinion is asked for: whole working days of the onboarding policy, computed on read."""

import datetime as dt
from collections.abc import Iterable, Sequence

from merchants import policy
from merchants.screening.models import OpinionRequest
from shopops.clocks.models import Feature
from shopops.clocks.pure import Interval, working_days
from shopops.clocks.services import pauses_of


def due_at(request: OpinionRequest, pauses: Sequence[Interval] | None = None) -> dt.datetime:
    """The end of the last working day, without days on which reviewing was down."""
    return working_days(
        request.asked_at,
        request.days,
        calendar=policy.of(request.application.policy_version).calendar(),
        pauses=pauses_of(Feature.ONBOARDING, request.asked_at) if pauses is None else pauses,
    )


def due_dates(requests: Iterable[OpinionRequest]) -> dict[int, dt.datetime]:
    """`due_at` of each by id, with one query for the pauses; the applications' policy versions should be joined."""
    known = list(requests)
    if not known:
        return {}
    pauses = pauses_of(Feature.ONBOARDING, min(each.asked_at for each in known))
    return {each.pk: due_at(each, pauses) for each in known}
