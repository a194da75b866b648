"""What is known of a shop on the day it closes, for the analysis. Apps beside this one register theirs."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from merchants.models import Merchant
from shopops.registry import Registry


@dataclass(frozen=True)
class Ending:
    """`code` is the field of Exit that keeps it; `find` returns its value, "" for none."""

    code: str
    find: Callable[[Merchant], str]


endings: Registry[Ending] = Registry("ending of an exit")


def at_end(merchant: Merchant, moment: dt.datetime) -> dict[str, Any]:
    """What the analysis keeps of a shop, by field of Exit: written when the exit begins and again when it closes."""
    return {
        "days_on_platform": max(0, (moment - merchant.opened_at).days),
        "category": merchant.category,
        "shop_type": merchant.shop_type,
        "channel": merchant.channel,
        **{each.code: each.find(merchant) for each in endings},
    }
