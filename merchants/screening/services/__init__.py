"""What is done about applications above the review: verdicts, automatic approvals, opinions."""

from merchants.screening.services.deciding import Outcome, decide, may_approve_now
from merchants.screening.services.opinions import (
    AlreadyAsked,
    NotOpen,
    OpinionError,
    ask,
    give,
    people_to_ask,
    withdraw,
    withdraw_all,
)
from merchants.screening.services.recording import judge_application, judge_waiting
from merchants.screening.services.stopping import AlreadyStopped, lift, standing_stop, stop

__all__ = [
    "AlreadyAsked",
    "AlreadyStopped",
    "NotOpen",
    "OpinionError",
    "Outcome",
    "ask",
    "decide",
    "give",
    "judge_application",
    "judge_waiting",
    "lift",
    "may_approve_now",
    "people_to_ask",
    "standing_stop",
    "stop",
    "withdraw",
    "withdraw_all",
]
