"""What a warning says, in the reader's language: the rule's texts with the warning's numbers filled in.

Warnings store numbers, never sentences: a reader of either language, today or years later, gets the same finding.
"""

import datetime as dt
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils import translation
from django.utils.translation import gettext as _

from shopops.metrics.registry import Better, metrics
from shopops.policies.kinds import Text
from shopops.ui import formats
from shopops.ui.items import Line
from warning_center.choices import Unit
from warning_center.policy import DocumentRule, MetricRule, Rule, rules_of

if TYPE_CHECKING:
    from warning_center.models import Figure, Finding, Warning

_PLACEHOLDER = re.compile(r"{(\w+)}")

#: Languages of texts that are stored for several readers, by the name that `Text` and messages use.
_LANGUAGES = {"en": "en", "zh": "zh-hans"}


def fill(text: Text, values: Mapping[str, str]) -> str:
    """Return the text in the language in use, its {names} replaced. Not str.format: policies are data, not code."""
    return _PLACEHOLDER.sub(lambda match: values[match[1]], str(text))


def rule_of(warning: "Warning") -> Rule:
    """Return the rule as it was when the warning was issued or last raised."""
    return rules_of(warning.policy_version_id).get(warning.rule)


def say(value: float | None, unit: str, *, decimals: int | None = None) -> str:
    """Say a number in its unit, without the word: 7.1%, 3.42, 12."""
    if unit == Unit.PERCENT:
        return formats.percent(value, decimals=decimals)
    if unit == Unit.STARS and value is not None:
        said = formats.num(value, decimals=2 if decimals is None else decimals)
        return said.rstrip("0").rstrip(".") if decimals is None else said
    return formats.num(value)


def say_alone(value: float | None, unit: str) -> str:
    """Say a number that stands by itself, with the sign of its unit: 7.1%, 3.42 ★."""
    said = say(value, unit)
    return f"{said} ★" if unit == Unit.STARS and value is not None else said


def _say_apart(value: float | None, limit: float, unit: str) -> str:
    """Say a value so that it does not look like the limit it passed: 4.03%, not 4% over a limit of 4%."""
    said = say(value, unit)
    if value is None or value == limit or said != say(limit, unit):
        return said
    for decimals in (2, 3, 4):
        said = say(value, unit, decimals=decimals)
        if said != say(limit, unit, decimals=decimals):
            break
    return said


def values(rule: Rule, figure: "Figure") -> dict[str, str]:
    """Return what the texts of a rule may mention, in words of the language in use."""
    if isinstance(rule, DocumentRule):
        return {
            "document": str(Text(**figure.params["document"])),
            "date": formats.day(dt.date.fromisoformat(figure.params["expires_on"]), year="always"),
        }
    unit = figure.unit
    return {
        "value": _say_apart(figure.ratio, rule.limit, unit),
        "numerator": formats.num(figure.numerator),
        "denominator": formats.num(figure.denominator),
        "limit": say(rule.limit, unit),
        "clear": say(rule.clear, unit),
        "window": formats.num(metrics.get(rule.metric).window),
        "minimum": formats.num(rule.minimum_sample),
    }


def title(warning: "Warning") -> str:
    """State the finding with its numbers."""
    rule = rule_of(warning)
    text = rule.title
    if isinstance(rule, DocumentRule) and warning.numerator < 0:
        text = rule.title_expired
    return fill(text, values(rule, warning))


@dataclass(frozen=True)
class RuleWords:
    """A rule's texts about one warning, filled in, in the language in use."""

    name: str
    clause: str
    why: str
    steps: list[Line]
    not_rectified: list[str]
    consequence: str

    @classmethod
    def of(cls, warning: "Warning") -> "RuleWords":
        """Fill in the texts of the rule the warning was issued under."""
        rule = rule_of(warning)
        known = values(rule, warning)
        return cls(
            name=str(rule.name),
            clause=str(rule.clause),
            why=fill(rule.why, known),
            steps=[Line(fill(step.title, known), fill(step.text, known)) for step in rule.steps],
            not_rectified=[fill(text, known) for text in rule.not_rectified],
            consequence=fill(rule.consequence, known),
        )


def figure(warning: "Warning", finding: "Finding") -> str:
    """Say what one check measured: 7.1% (12 of 169 orders)."""
    rule = rule_of(warning)
    return fill(rule.figure, values(rule, finding))


def not_clear_because(warning: "Warning", finding: "Finding") -> str:
    """Say why a re-check did not revoke the warning."""
    rule = rule_of(warning)
    measured = figure(warning, finding)
    if isinstance(rule, MetricRule):
        if finding.denominator < rule.minimum_sample:
            return _("%(minimum)s cases are needed to tell; the window has %(count)s.") % {
                "minimum": formats.num(rule.minimum_sample),
                "count": formats.num(finding.denominator),
            }
        target = say(rule.clear, finding.unit)
        if rule.better == Better.LOWER:
            return _("Measured: %(figure)s. It must be below %(target)s.") % {"figure": measured, "target": target}
        return _("Measured: %(figure)s. It must be above %(target)s.") % {"figure": measured, "target": target}
    return _("The document in force is %(figure)s. A newer one must be accepted first.") % {"figure": measured}


def in_all_languages(say_it: Callable[[], str]) -> dict[str, str]:
    """Return a sentence in every language, for messages that are rendered per reader."""
    result = {}
    for name, language in _LANGUAGES.items():
        with translation.override(language):
            result[name] = say_it()
    return result


def message_context(warning: "Warning") -> dict[str, Any]:
    """Return what the messages about a warning show."""
    rule = rule_of(warning)
    return {
        "title": in_all_languages(lambda: title(warning)),
        "why": in_all_languages(lambda: fill(rule.why, values(rule, warning))),
        "consequence": in_all_languages(lambda: fill(rule.consequence, values(rule, warning))),
        "number": warning.number,
        "shop": warning.merchant.shop_name,
        "intensity": warning.intensity,
        "due": warning.due_at,
    }
