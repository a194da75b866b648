"""An auto-approval policy in shadow: what it would do with the applications that wait, beside the one in force, and
what people decided where it was recorded. Reads only."""

import datetime as dt
from collections import Counter
from typing import Any

from django.utils.translation import gettext as _

from merchants.models import Application
from merchants.screening import facts as gathering
from merchants.screening import record
from merchants.screening.judging import judge
from merchants.screening.policy import AutoApprovalPolicy
from merchants.screening.words import SHORT
from shopops.policies.kinds import Shown, Trial
from shopops.ui import formats

#: As many waiting applications as a trial looks at, the oldest first.
MOST = 2000


def run(shadow: AutoApprovalPolicy, in_force: AutoApprovalPolicy, as_of: dt.datetime) -> dict[str, Any]:
    """Judge what waits under both, and count the records that both have so far."""
    waiting = Application.objects.filter(state__in=Application.WITH_REVIEW).order_by("submitted_at", "pk")[:MOST]
    facts = gathering.gather(waiting, as_of).values()
    moves: Counter[tuple[bool, bool]] = Counter()
    why: Counter[str] = Counter()
    for each in facts:
        late = judge(each, shadow)
        moves[judge(each, in_force).would_approve, late.would_approve] += 1
        why.update({reason.code for reason in late.reasons})
    records = [record.of_policy(each, as_of) for each in (in_force, shadow)]
    return {
        "waiting": len(facts),
        "would": [moves[True, True] + moves[True, False], moves[True, True] + moves[False, True]],
        "to_yes": moves[False, True],
        "to_no": moves[True, False],
        "met": [each.met for each in records],
        "right": [each.right for each in records],
        "why": dict(why.most_common()),
    }


def show(result: dict[str, Any]) -> Shown:
    """Say a trial: what changes, how good both are so far, and what keeps the shadow from approving."""
    now, then = result["would"]
    figures = (
        (_("Applications waiting"), formats.num(result["waiting"]), formats.num(result["waiting"])),
        (_("Would be approved"), formats.num(now), formats.num(then)),
        (_("From people to the rule"), "", formats.num(result["to_yes"])),
        (_("From the rule to people"), "", formats.num(result["to_no"])),
        (_("Verdicts that met a person's decision"), formats.num(result["met"][0]), formats.num(result["met"][1])),
        (_("Precision"), _ratio(result["right"][0], result["met"][0]), _ratio(result["right"][1], result["met"][1])),
    )
    rows = [(str(SHORT.get(code, code)), formats.num(count)) for code, count in result["why"].items()]
    return Shown(figures, ((_("Why the shadow leaves applications to people"), (_("Reason"), _("Count")), rows),))


def _ratio(right: int, met: int) -> str:
    return formats.percent(right / met) if met else formats.NOTHING


TRIAL = Trial(run, show)
