"""What the rule says, from facts alone. No database."""

from dataclasses import replace

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from merchants.checks import CHECKS
from merchants.screening.judging import Facts, drawn_for_people, judge
from merchants.screening.kind import AUTO_APPROVAL
from merchants.screening.policy import ALWAYS_PASSED, NEVER, AutoApprovalPolicy, CurrentAutoApprovalPolicy
from tests.screening.conftest import PLAIN

ORDER = ("pass", "unsure", "fail")
CODES = sorted(CHECKS)


def policy(**changes):
    return msgspec.convert({**PLAIN, **changes}, AutoApprovalPolicy)


GOOD = Facts(
    shop_type="multi_brand",
    category="sports",
    checks=dict.fromkeys(["credit_code", "names", "scope", *sorted(ALWAYS_PASSED)], "pass"),
    register_days={"registration": 1.0},
    agreement=1.0,
)
STRICT = policy(registers=["registration"], register_days=30, min_agreement=0.9)


def codes(facts, body=STRICT):
    return [reason.code for reason in judge(facts, body).reasons]


def test_what_fits_in_everything_would_be_approved():
    assert judge(GOOD, STRICT).would_approve
    assert codes(GOOD) == []


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"needs_second_person": True}, "high_risk"),
        ({"shop_type": "individual"}, "shop_type"),
        ({"category": "jewellery"}, "category"),
        ({"checks": {**GOOD.checks, "names": "unsure"}}, "check"),
        ({"checks": {**GOOD.checks, "scope": "fail"}}, "check"),
        ({"checks": {**GOOD.checks, "a_new_check": "unsure"}}, "check"),
        ({"checks": {k: v for k, v in GOOD.checks.items() if k != "names"}}, "check_missing"),
        ({"checks": {k: v for k, v in GOOD.checks.items() if k != "related"}}, "check_missing"),
        ({"checks": {**GOOD.checks, "related": "unsure"}}, "check"),
        ({"register_days": {}}, "register_missing"),
        ({"register_days": {"registration": 30.1}}, "register_old"),
        ({"agreement": None}, "not_read"),
        ({"agreement": 0.89}, "agreement"),
    ],
)
def test_each_obstacle_is_named_alone(changes, reason):
    facts = replace(GOOD, **changes)
    assert codes(facts) == [reason]
    assert not judge(facts, STRICT).would_approve


def test_a_check_that_may_be_unsure_may_not_fail():
    assert judge(replace(GOOD, checks={**GOOD.checks, "scope": "unsure"}), STRICT).would_approve
    assert not judge(replace(GOOD, checks={**GOOD.checks, "scope": "fail"}), STRICT).would_approve


outcomes = st.dictionaries(st.sampled_from(CODES), st.sampled_from(ORDER))
facts = st.builds(
    Facts,
    shop_type=st.sampled_from(["multi_brand", "individual"]),
    category=st.sampled_from(["sports", "home", "food"]),
    needs_second_person=st.booleans(),
    checks=st.one_of(outcomes, outcomes.map(lambda some: {**dict.fromkeys(CODES, "pass"), **some})),
    register_days=st.dictionaries(st.sampled_from(["registration", "credit_record"]), st.floats(0, 400)),
    agreement=st.none() | st.floats(0, 1),
)
bodies = st.builds(
    lambda must, unsure, registers, agreement: policy(
        must_pass=sorted(must), may_be_unsure=sorted(unsure - must - ALWAYS_PASSED), registers=sorted(registers),
        min_agreement=agreement,
    ),
    st.sets(st.sampled_from(CODES)), st.sets(st.sampled_from(CODES)),
    st.sets(st.sampled_from(["registration", "credit_record"])), st.sampled_from([0.0, 0.5, 0.95]),
)  # fmt: skip


@given(facts, bodies, st.data())
def test_worse_facts_never_turn_a_no_into_a_yes(before, body, data):
    """One fact gets worse: a check, an answer's age, the agreement; or is lost altogether."""
    kind = data.draw(st.sampled_from(["check", "lost", "age", "unanswered", "agreement", "risk"]))
    after = before
    if kind == "check" and before.checks:
        code = data.draw(st.sampled_from(sorted(before.checks)))
        worse = data.draw(st.sampled_from(ORDER[ORDER.index(before.checks[code]) :]))
        after = replace(before, checks={**before.checks, code: worse})
    elif kind == "lost" and before.checks:
        code = data.draw(st.sampled_from(sorted(before.checks)))
        # A check that nobody asked for and that said no may vanish; one that passed or is owed may not help by it.
        if code in body.must_pass or code in ALWAYS_PASSED or before.checks[code] == "pass":
            after = replace(before, checks={k: v for k, v in before.checks.items() if k != code})
    elif kind == "age":
        after = replace(
            before, register_days={k: v + data.draw(st.floats(0, 100)) for k, v in before.register_days.items()}
        )
    elif kind == "unanswered":
        after = replace(before, register_days={})
    elif kind == "agreement" and before.agreement is not None:
        after = replace(before, agreement=data.draw(st.none() | st.floats(0, before.agreement)))
    elif kind == "risk":
        after = replace(before, needs_second_person=True)
    if not judge(before, body).would_approve:
        assert not judge(after, body).would_approve


@given(facts, bodies)
def test_a_no_always_says_why_and_a_yes_never_does(some, body):
    judgement = judge(some, body)
    assert judgement.would_approve == (not judgement.reasons)


@given(st.text(max_size=20), st.floats(0.05, 1), st.floats(0.05, 1))
def test_the_draw_can_be_repeated_and_a_larger_share_only_adds(number, one, other):
    small, large = sorted((one, other))
    assert drawn_for_people(number, small) == drawn_for_people(number, small)
    assert drawn_for_people(number, small) <= drawn_for_people(number, large)
    assert drawn_for_people(number, 1.0)


def test_the_draw_takes_the_share_it_is_told():
    drawn = sum(drawn_for_people(f"A-{number}", 0.2) for number in range(5000))
    assert 0.18 < drawn / 5000 < 0.22


@pytest.mark.parametrize("category", sorted(NEVER))
def test_no_policy_can_name_a_category_of_life_and_health(category):
    with pytest.raises(msgspec.ValidationError, match=category):
        policy(categories=["home", category])


@pytest.mark.parametrize("code", sorted(ALWAYS_PASSED))
def test_no_policy_can_be_lenient_about_related_shops_and_identity(code):
    with pytest.raises(msgspec.ValidationError, match=code):
        policy(must_pass=[], may_be_unsure=[code])


def test_a_check_that_does_not_exist_is_refused_in_new_versions_only():
    body = {**PLAIN, "must_pass": ["no_such_check"]}
    with pytest.raises(msgspec.ValidationError, match="no_such_check"):
        msgspec.convert(body, CurrentAutoApprovalPolicy)
    assert msgspec.convert(body, AutoApprovalPolicy).must_pass == ["no_such_check"]


def test_versions_that_judge_alike_share_their_criteria_and_others_do_not():
    plain = policy()
    assert policy(mode="approve", daily_cap=99, min_precision=0.99, to_people=0.5).criteria == plain.criteria
    assert policy(categories=["home", "sports"]).criteria == plain.criteria, "the order of a list decides nothing"
    assert policy(categories=["home"]).criteria != plain.criteria
    assert policy(min_agreement=0.5).criteria != plain.criteria


def test_what_ships_records_only():
    import tomllib

    body = msgspec.convert(tomllib.loads(AUTO_APPROVAL.pack.read_text(encoding="utf-8")), AUTO_APPROVAL.type)
    assert body.mode == "record"
