"""Warning rules in shadow: what they would find and open, beside the rules in force. Reads only."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from merchants.models import Merchant
from shopops.policies.kinds import Shown, Trial
from shopops.ui import formats
from warning_center.checking import Found, findings, openings
from warning_center.choices import Intensity
from warning_center.measuring import Gauge
from warning_center.policy import WarningRules

#: Findings that are kept one by one, the strongest first; all of them are counted.
MOST_KEPT = 50


def run(shadow: WarningRules, in_force: WarningRules, as_of: dt.datetime) -> dict[str, Any]:
    """Compare what both find beyond a limit, and what both would open, at the shops that are open now."""
    gauge = Gauge([in_force, shadow], as_of=as_of)
    now, then = findings(in_force, gauge), findings(shadow, gauge)
    before, after = {each.subject: each for each in now}, {each.subject: each for each in then}
    new = [each for each in then if each.subject not in before]
    gone = [each for each in now if each.subject not in after]
    both = [(before[subject], after[subject]) for subject in before.keys() & after.keys()]
    found = _by_rule(now), _by_rule(then)
    opened = _by_rule(openings(in_force, now, as_of)), _by_rule(openings(shadow, then, as_of))
    added, dropped = _by_rule(new), _by_rule(gone)
    names = {rule.code: {"en": rule.name.en, "zh": rule.name.zh} for rule in (*in_force.rules, *shadow.rules)}
    return {
        "checked": len(gauge.merchant_ids),
        "stronger": sum(_intensity(late) > _intensity(early) for early, late in both),
        "weaker": sum(_intensity(late) < _intensity(early) for early, late in both),
        "rules": [
            {
                "name": name,
                "found": [side[code] for side in found],
                "opened": [side[code] for side in opened],
                "new": added[code],
                "gone": dropped[code],
            }
            for code, name in names.items()
        ],
        "new": _kept(new),
        "gone": _kept(gone),
    }


def _by_rule(found: Iterable[Found]) -> Counter[str]:
    return Counter(each.rule.code for each in found)


def _intensity(found: Found) -> Intensity:
    """The intensity of a finding; what is beyond a limit always has one."""
    assert found.measurement.judgement.intensity is not None
    return found.measurement.judgement.intensity


def _kept(found: list[Found]) -> list[dict[str, Any]]:
    strongest = sorted(found, key=lambda each: (-_intensity(each), each.subject))[:MOST_KEPT]
    return [
        {
            "merchant": each.subject.merchant_id,
            "rule": {"en": each.rule.name.en, "zh": each.rule.name.zh},
            "intensity": int(_intensity(each)),
        }
        for each in strongest
    ]


def show(result: dict[str, Any]) -> Shown:
    """Say a trial: totals, the rules one by one, and which shops would be warned newly or no more."""
    rules = result["rules"]

    def total(what: str, side: int) -> str:
        return formats.num(sum(each[what][side] for each in rules))

    figures = (
        (_("Findings beyond a limit"), total("found", 0), total("found", 1)),
        (_("Warnings opened that night"), total("opened", 0), total("opened", 1)),
        (_("Found by both, stronger in shadow"), "", formats.num(result["stronger"])),
        (_("Found by both, weaker in shadow"), "", formats.num(result["weaker"])),
    )
    by_rule = (
        _("By rule"),
        (
            _("Rule"),
            _("Findings in force"),
            _("Findings in shadow"),
            _("New with the shadow"),
            _("Gone with the shadow"),
            _("Opened in force"),
            _("Opened in shadow"),
        ),
        [
            (
                _said(each["name"]),
                *map(formats.num, each["found"]),
                formats.num(each["new"]),
                formats.num(each["gone"]),
                *map(formats.num, each["opened"]),
            )
            for each in rules
        ],
    )
    lists = ((_("Only the shadow finds"), result["new"]), (_("Only the rules in force find"), result["gone"]))
    names = dict(
        Merchant.objects.filter(pk__in={each["merchant"] for _caption, found in lists for each in found}).values_list(
            "pk", "shop_name"
        )
    )
    shops = [
        (
            caption,
            (_("Shop"), _("Rule"), _("Intensity")),
            [
                (
                    names.get(each["merchant"], str(each["merchant"])),
                    _said(each["rule"]),
                    str(Intensity(each["intensity"]).label),
                )
                for each in found
            ],
        )
        for caption, found in lists
        if found
    ]
    return Shown(figures, (by_rule, *shops))


def _said(words: dict[str, str]) -> str:
    return words["zh" if (get_language() or "").startswith("zh") else "en"]


TRIAL = Trial(run, show)
