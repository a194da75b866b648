"""A credit policy in shadow: the scores and grades that it would give, beside the one in force. Reads only."""

import datetime as dt
from collections import Counter
from typing import Any

from django.utils.translation import gettext as _

from merchants.credit.policy import CreditPolicy
from merchants.credit.services import Scoring
from shopops.policies.kinds import Shown, Trial
from shopops.ui import formats


def run(shadow: CreditPolicy, in_force: CreditPolicy, as_of: dt.datetime) -> dict[str, Any]:
    """Score every merchant under both. Grades and differences are those of merchants whose score counts in both."""
    now, then = _scored(in_force, as_of), _scored(shadow, as_of)
    both = [(now[pk], then[pk]) for pk in now.keys() & then.keys()]
    counting = [(early, late) for early, late in both if not (early[2] or late[2])]
    moves = Counter((early[1], late[1]) for early, late in counting)
    differences = [late[0] - early[0] for early, late in counting]
    return {
        "scored": [len(now), len(then)],
        "provisional": [sum(each[2] for each in now.values()), sum(each[2] for each in then.values())],
        "compared": len(counting),
        "mean": [_mean([early[0] for early, _late in counting]), _mean([late[0] for _early, late in counting])],
        "difference": [min(differences, default=0), _mean(differences), max(differences, default=0)],
        "grades": list(dict.fromkeys(each.code for each in (*in_force.grades, *shadow.grades))),
        "moves": [[before, after, count] for (before, after), count in sorted(moves.items())],
    }


def _scored(policy: CreditPolicy, as_of: dt.datetime) -> dict[int, tuple[int, str, bool]]:
    """Score, grade and whether it is provisional, by merchant; without the ledgers, which are many."""
    scoring = Scoring(policy, as_of)
    found = {}
    for shop in scoring.shops:
        each = scoring.score(shop)
        found[shop.pk] = each.result.score, each.result.grade, each.provisional
    return found


def _mean(values: list[int]) -> float:
    return round(sum(values) / len(values), 2) if values else 0.0


def show(result: dict[str, Any]) -> Shown:
    """Say a trial: totals, and how many merchants go from which grade to which."""
    grades = sorted(result["grades"])
    moves = {(before, after): count for before, after, count in result["moves"]}
    least, mean, most = result["difference"]
    changed = sum(count for (before, after), count in moves.items() if before != after)
    worse = sum(count for (before, after), count in moves.items() if before < after)
    figures = (
        (_("Merchants scored"), *_both(result["scored"])),
        (_("Scores that are provisional"), *_both(result["provisional"])),
        (_("Mean score"), *_both(result["mean"], decimals=1)),
        (_("Mean difference"), "", formats.signed(mean, decimals=1)),
        (
            _("Smallest and largest difference"),
            "",
            f"{formats.signed(least, decimals=0)} … {formats.signed(most, decimals=0)}",
        ),
        (_("Grades that change"), "", formats.num(changed)),
        (_("Grades that get worse"), "", formats.num(worse)),
    )
    matrix = (
        _("Grade in force (rows) and in shadow (columns)"),
        ("", *grades),
        [(before, *(formats.num(moves.get((before, after), 0)) for after in grades)) for before in grades],
    )
    return Shown(figures, (matrix,))


def _both(sides: list[float], decimals: int | None = None) -> tuple[str, str]:
    in_force, shadow = sides
    return formats.num(in_force, decimals=decimals), formats.num(shadow, decimals=decimals)


TRIAL = Trial(run, show)
