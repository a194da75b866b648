"""The judgement of rules, and what follows for warnings. No database."""

from typing import Any

import pytest

from shopops.metrics.intervals import wilson
from shopops.metrics.selectors import Value
from shopops.policies.kinds import Text
from shopops.policies.services import load_packs
from warning_center.choices import Intensity
from warning_center.policy import Band, Countdown, DocumentRule, MetricRule, rules_in_force
from warning_center.rules import CLEAR, UNDECIDED, Action, Judgement, Verdict, decide, judge, judge_document

WORDS = Text(en="x", zh="某")
COMMON: dict[str, Any] = {
    "name": WORDS,
    "clause": WORDS,
    "title": WORDS,
    "figure": WORDS,
    "why": WORDS,
    "steps": (),
    "not_rectified": (),
    "consequence": WORDS,
    "hours": 24,
    "quiet_days": 30,
}
LATE = MetricRule(
    code="late",
    type="order",
    cause="logistics",
    metric="late_shipment_30d",
    limit=0.04,
    clear=0.03,
    minimum_sample=20,
    bands=(Band(0.04, "weak"), Band(0.08, "medium"), Band(0.16, "strong")),
    **COMMON,
)
STARS = MetricRule(
    code="stars",
    type="behaviour",
    cause="service_attitude",
    metric="review_average_90d",
    limit=3.8,
    clear=4.0,
    minimum_sample=10,
    bands=(Band(3.8, "weak"), Band(3.0, "strong")),
    **COMMON,
)
PAPERS = DocumentRule(
    code="papers",
    type="shop",
    cause="qualification",
    title_expired=WORDS,
    bands=(Countdown(30, "weak"), Countdown(15, "medium"), Countdown(7, "strong")),
    **COMMON,
)


def beyond(level: Intensity) -> Judgement:
    return Judgement(Verdict.BEYOND, level)


@pytest.mark.parametrize(
    ("late", "of", "judgement"),
    [
        (0, 0, UNDECIDED),
        (19, 19, UNDECIDED),  # one order short of the minimum sample, even if all are late
        (0, 19, UNDECIDED),  # too few speak for the merchant neither
        (0, 20, CLEAR),
        (2, 100, CLEAR),
        (3, 100, UNDECIDED),  # clear means better than 3 %, not 3 %
        (4, 100, UNDECIDED),  # at the limit is within it
        (5, 100, beyond(Intensity.WEAK)),
        (8, 100, beyond(Intensity.WEAK)),
        (9, 100, beyond(Intensity.MEDIUM)),
        (16, 100, beyond(Intensity.MEDIUM)),
        (17, 100, beyond(Intensity.STRONG)),
        (100, 100, beyond(Intensity.STRONG)),
    ],
)
def test_a_share_is_judged_by_limit_clearing_value_and_bands(late, of, judgement):
    assert judge(LATE, Value(late, of)) == judgement


@pytest.mark.parametrize(
    ("total", "reviews", "judgement"),
    [
        (30, 9, UNDECIDED),
        (41, 10, CLEAR),
        (40, 10, UNDECIDED),
        (38, 10, UNDECIDED),
        (37, 10, beyond(Intensity.WEAK)),
        (30, 10, beyond(Intensity.WEAK)),
        (29, 10, beyond(Intensity.STRONG)),
    ],
)
def test_where_more_is_better_everything_runs_the_other_way(total, reviews, judgement):
    assert judge(STARS, Value(total, reviews)) == judgement


def certain(confidence: float) -> MetricRule:
    import msgspec

    return msgspec.structs.replace(LATE, confidence=confidence)


def test_one_late_order_of_twenty_is_no_finding_with_confidence():
    assert judge(LATE, Value(1, 20)).verdict == Verdict.BEYOND
    assert judge(certain(0.9), Value(1, 20)) == UNDECIDED


def test_the_same_share_of_many_orders_is_a_finding():
    assert judge(certain(0.9), Value(12, 169)) == beyond(Intensity.WEAK)


def test_confidence_asks_for_nothing_to_clear():
    assert judge(certain(0.9), Value(0, 20)) == CLEAR


@pytest.mark.parametrize(
    # What R's prop.test(hits, cases, correct = FALSE) prints for its two-sided 95 % interval.
    ("hits", "cases", "low", "high"),
    [(1, 20, 0.00888, 0.23613), (0, 10, 0.0, 0.27753), (10, 10, 0.72247, 1.0)],
)
def test_wilsons_interval(hits, cases, low, high):
    assert wilson(hits, cases, 0.975) == pytest.approx((low, high), abs=5e-5)


@pytest.mark.parametrize(
    ("days", "judgement"),
    [
        (31, CLEAR),
        (30, beyond(Intensity.WEAK)),
        (16, beyond(Intensity.WEAK)),
        (15, beyond(Intensity.MEDIUM)),
        (8, beyond(Intensity.MEDIUM)),
        (7, beyond(Intensity.STRONG)),
        (0, beyond(Intensity.STRONG)),
        (-400, beyond(Intensity.STRONG)),
    ],
)
def test_a_document_is_judged_by_the_days_left(days, judgement):
    assert judge_document(PAPERS, days) == judgement


WEAK, STRONG = beyond(Intensity.WEAK), beyond(Intensity.STRONG)


@pytest.mark.parametrize(
    ("submitted", "due", "judgement", "action"),
    [
        (False, False, WEAK, Action.NOTHING),
        (False, False, STRONG, Action.ESCALATE),
        (False, False, UNDECIDED, Action.NOTHING),  # hysteresis: between clearing value and limit nothing happens
        (False, False, CLEAR, Action.REVOKE),
        (False, True, WEAK, Action.EXPIRE),
        (False, True, STRONG, Action.EXPIRE),
        (False, True, UNDECIDED, Action.REVOKE),  # only a finding that still holds counts against the merchant
        (False, True, CLEAR, Action.REVOKE),
        (True, False, CLEAR, Action.REVOKE),
        (True, False, UNDECIDED, Action.RETURN),
        (True, True, STRONG, Action.RETURN),  # nobody runs out of time while waiting for the re-check
    ],
)
def test_what_follows_for_a_medium_warning(submitted, due, judgement, action):
    assert decide(intensity=Intensity.MEDIUM, is_submitted=submitted, is_due=due, judgement=judgement) == action


def test_in_the_shipped_rules_a_single_order_never_warns(db):
    load_packs()
    _version, rules = rules_in_force()
    shares = {rule.code: rule for rule in rules.rules if rule.code in ("late_shipment", "cancellation")}
    assert len(shares) == 2
    for rule in shares.values():
        assert isinstance(rule, MetricRule)
        lower, _upper = wilson(1, rule.minimum_sample, rule.confidence)
        assert lower <= rule.limit, rule.code
