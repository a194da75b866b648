"""The policy document: the pack that ships, and what a version must not say."""

import copy
import tomllib

import pytest

from shopops.metrics.registry import metrics
from shopops.policies.kinds import kinds
from shopops.policies.services import InvalidPolicy, validated
from warning_center.evidence import SOURCES
from warning_center.policy import rules_in_force

KIND = kinds.get("warning_rules")
PACK = tomllib.loads(KIND.pack.read_text(encoding="utf-8"))


def changed(rule: int = 0, **fields: object) -> dict:
    body = copy.deepcopy(PACK)
    body["rules"][rule].update(fields)
    return body


def test_the_pack_has_the_four_rules_in_both_languages(policies):
    version, policy = rules_in_force()
    assert [rule.code for rule in policy.rules] == [
        "late_shipment",
        "cancellation",
        "review_score",
        "expiring_document",
    ]
    assert version.number == 1
    for rule in policy.rules:
        assert rule.steps
        assert rule.not_rectified
        assert all(text.en and text.zh for text in rule.texts)


@pytest.mark.parametrize(
    ("body", "complaint"),
    [
        (changed(metric="late_parcels"), "there is no metric “late_parcels”; there are: "),
        (
            changed(clear=0.05, bands=[{"beyond": 0.04, "intensity": "weak"}]),
            "lies on the wrong side of the limit",
        ),
        (changed(clear=0.04), "“clears at” must be better than the limit"),
        (changed(limit=0.05), "the first band starts at the limit"),
        (changed(bands=[]), "the first band starts at the limit"),
        (
            changed(bands=[{"beyond": 0.04, "intensity": "strong"}, {"beyond": 0.08, "intensity": "weak"}]),
            "with rising intensity",
        ),
        (changed(minimum_sample=0), "minimum sample must be at least 1"),
        (changed(confidence=1.0), "confidence must not be negative"),
        (changed(2, confidence=0.9), "a confidence is for shares"),
        (changed(hours=0), "time to rectify must be at least 1 hour"),
        (changed(paused_by=["moon"]), "“paused by” has moon"),
        (changed(title={"en": "{buyer} complains", "zh": "某"}), "mentions buyer; there are: "),
        (changed(title={"en": "only English"}), "zh"),
        (changed(type="weather"), "type"),
        (changed(colour="red"), "colour"),
        (changed(1, code="late_shipment"), "Every code of a rule may be there once"),
        (changed(3, bands=[{"within": 7, "intensity": "weak"}, {"within": 15, "intensity": "strong"}]), "fewest"),
    ],
)
def test_a_document_that_makes_no_sense_is_refused_with_the_reason(body, complaint):
    with pytest.raises(InvalidPolicy, match=r"^warning_rules: ") as refused:
        validated(KIND, body)
    assert complaint in str(refused.value)


def test_every_rule_can_list_its_proof(policies):
    _version, policy = rules_in_force()
    assert {metrics.get(rule.metric).numerator for rule in policy.metric_rules} <= set(SOURCES)
