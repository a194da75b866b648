"""What makes a sign-in suspicious: pure, so that tests can hold it; facts in, reasons out."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

#: Failures count when they happened within this time before the success.
FAILURES_WITHIN = dt.timedelta(hours=1)
MANY_FAILURES = 5
#: Neighbouring zones are crossed by a short drive; from this difference on only a journey explains it.
TRAVEL_HOURS_APART = 2
#: The least time in which an hour of zone difference can be travelled: 15 degrees of longitude are 1,070 km at 50°
#: north, 1.2 hours at the 900 km/h of an airliner. Rounded down, in favour of the traveller.
TRAVEL_PER_HOUR_APART = dt.timedelta(hours=1)


class Reason(TextChoices):
    """Why a sign-in is suspicious."""

    NEW_DEVICE_AND_NETWORK = "new_device_and_network", _("New device in a new network")
    MANY_FAILURES = "many_failures", _("Many failed attempts just before")
    IMPOSSIBLE_TRAVEL = "impossible_travel", _("Too far away from the last sign-in")


@dataclass(frozen=True)
class Seen:
    """One attempt to sign in. `zone` is the IANA time zone of the network, empty when it is not known."""

    at: dt.datetime
    succeeded: bool
    device: str
    network: str
    zone: str = ""


def judge(history: Sequence[Seen], this: Seen) -> tuple[Reason, ...]:
    """Say why the successful sign-in `this` is suspicious after `history`; empty means it is not.

    The order of the history does not matter. A first sign-in is never strange by its device, network or place; what
    comes from a device that signed in before is not blamed for mistyped passwords.
    """
    before = [seen for seen in history if seen.at <= this.at]
    successes = [seen for seen in before if seen.succeeded]
    device_known = bool(this.device) and any(seen.device == this.device for seen in successes)
    network_known = any(seen.network == this.network for seen in successes)
    reasons = []
    if successes and not device_known and not network_known:
        reasons.append(Reason.NEW_DEVICE_AND_NETWORK)
    if not device_known and _failures(before, this) >= MANY_FAILURES:
        reasons.append(Reason.MANY_FAILURES)
    if not network_known and _impossible(successes, this):
        reasons.append(Reason.IMPOSSIBLE_TRAVEL)
    return tuple(reasons)


def _failures(before: Sequence[Seen], this: Seen) -> int:
    return sum(not seen.succeeded and this.at - seen.at <= FAILURES_WITHIN for seen in before)


def _impossible(successes: Sequence[Seen], this: Seen) -> bool:
    """Whether nobody can have come here since the last sign-in of a known place."""
    placed = [seen for seen in successes if seen.zone]
    if not placed or not this.zone:
        return False
    last = max(placed, key=lambda seen: seen.at)
    apart = hours_apart(last.zone, this.zone, this.at)
    return apart >= TRAVEL_HOURS_APART and this.at - last.at < apart * TRAVEL_PER_HOUR_APART


def hours_apart(one: str, other: str, at: dt.datetime) -> float:
    """How many hours two zones differ at a moment, the short way round the earth (0 to 12); 0 for unknown zones."""
    try:
        offsets = [at.astimezone(ZoneInfo(zone)).utcoffset() for zone in (one, other)]
    except (ZoneInfoNotFoundError, ValueError):
        return 0.0
    first, second = (offset.total_seconds() / 3600 if offset else 0.0 for offset in offsets)
    difference = abs(first - second) % 24
    return min(difference, 24 - difference)
