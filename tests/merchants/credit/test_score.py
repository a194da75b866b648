"""Scoring, pure: properties that hold for any policy and any numbers."""

import dataclasses

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from merchants.credit.policy import Item
from merchants.credit.score import adjusted, contribution, pooled_priors, score, share
from shopops.metrics.selectors import Value
from tests.merchants.credit.conftest import item, parsed, policy_body

pytestmark = pytest.mark.usefixtures("test_metrics")


@pytest.fixture(scope="module")
def policy():
    """The small policy; the metrics it names are not needed to compute."""
    from merchants.credit.policy import CreditPolicy

    return msgspec.convert(policy_body(), CreditPolicy)


shares = st.lists(st.floats(0, 1), min_size=2, max_size=6, unique=True)
places = st.lists(st.floats(0, 10), min_size=6, max_size=6, unique=True)
ratios = st.floats(0, 10)
counts = st.integers(0, 10_000).flatmap(lambda whole: st.tuples(st.integers(0, whole), st.just(whole)))


@st.composite
def items(draw) -> Item:
    """An item with any valid curve."""
    heights = sorted(draw(shares), reverse=draw(st.booleans()))
    values = sorted(draw(places))[: len(heights)]
    line = item(
        curve=list(zip(values, heights, strict=True)),
        weight=draw(st.integers(1, 1000)),
        minimum_volume=draw(st.integers(1, 50)),
        prior_strength=draw(st.floats(0, 200)),
        prior=draw(st.floats(0, 5)),
    )
    return msgspec.convert(line, Item)


@given(items(), ratios, ratios)
def test_a_curve_runs_in_one_direction_and_stays_between_its_ends(line, one, other):
    low, high = sorted((one, other))
    first, second = share(line.curve, low), share(line.curve, high)
    assert min(first, second) >= 0 and max(first, second) <= 1
    assert (first <= second) if line.rises else (first >= second)


@given(items())
def test_a_curve_goes_through_its_points(line):
    for value, height in line.curve:
        assert share(line.curve, value) == pytest.approx(height, abs=1e-9)


@given(items(), counts, st.floats(0, 5))
def test_points_are_whole_and_within_the_weight(line, pair, prior):
    row = contribution("service", line, Value(*pair), prior)
    assert isinstance(row.points, int) and 0 <= row.points <= row.max_points == line.weight


@given(items(), counts, st.floats(0, 5), st.integers(1, 1000))
def test_a_better_number_never_lowers_the_points(line, pair, prior, more):
    numerator, denominator = pair
    fewer = contribution("service", line, Value(numerator, denominator), prior).points
    higher = contribution("service", line, Value(numerator + more, denominator), prior).points
    assert (fewer <= higher) if line.rises else (fewer >= higher)


@given(items(), counts, st.floats(0, 5))
def test_shrinkage_moves_the_number_towards_the_prior_and_not_past_it(line, pair, prior):
    value = Value(*pair)
    judged = adjusted(line, value, prior)
    if value.denominator < line.minimum_volume:
        assert judged == pytest.approx(prior, abs=1e-6)
    else:
        low, high = sorted((value.ratio, prior))
        assert low - 1e-6 <= judged <= high + 1e-6


@given(items(), counts.filter(lambda pair: pair[1] > 0), st.floats(0, 5), st.integers(2, 20))
def test_more_of_the_same_moves_the_number_away_from_the_prior(line, pair, prior, times):
    line = msgspec.structs.replace(line, minimum_volume=1)
    numerator, denominator = pair
    few, many = (adjusted(line, Value(numerator * n, denominator * n), prior) for n in (1, times))
    own = numerator / denominator
    assert abs(many - own) <= abs(few - own) + 1e-6


@given(counts, counts, counts)
def test_the_score_is_the_sum_of_its_lines_and_the_same_every_time(policy, months, late, stars):
    values = {"years_on_platform": Value(*months), "test_late_30d": Value(*late), "test_stars_90d": Value(*stars)}
    priors = {"years_on_platform": 0.0, "test_late_30d": 0.04, "test_stars_90d": 4.0}
    result = score(policy, values, priors)
    assert result.score == sum(line.points for line in result.contributions)
    assert 0 <= result.score <= 1000
    assert result.grade == policy.grade_of(result.score)
    assert score(policy, dict(values), dict(priors)) == result


@given(counts, counts)
def test_a_line_changes_only_when_its_own_number_does(policy, late, stars):
    values = {"test_late_30d": Value(*late), "test_stars_90d": Value(12, 12)}
    priors = {"years_on_platform": 0.0, "test_late_30d": 0.04, "test_stars_90d": 4.0}
    before = score(policy, values, priors).contributions
    after = score(policy, values | {"test_stars_90d": Value(*stars)}, priors).contributions
    assert before[:2] == after[:2]


def test_a_merchant_without_any_numbers_is_judged_by_the_priors(policy):
    priors = {"years_on_platform": 1.0, "test_late_30d": 0.05, "test_stars_90d": 4.0}
    result = score(policy, {}, priors)
    assert [line.points for line in result.contributions] == [100, 300, 200]
    assert all(line.by_prior for line in result.contributions)


def test_a_line_can_be_recomputed_from_what_is_kept_of_it(policy):
    line = contribution("service", policy.items[1][1], Value(3, 40), 1 / 30)
    assert line.adjusted == round((3 + 20 * line.prior) / (40 + 20), 6)
    again = contribution("service", policy.items[1][1], Value(3, 40), line.prior)
    assert again == dataclasses.replace(line)


def test_the_prior_is_the_pooled_ratio_of_the_category(policy):
    shops = [{"test_late_30d": Value(1, 100)}, {"test_late_30d": Value(8, 200)}, {}]
    assert pooled_priors(policy, shops)["test_late_30d"] == 0.03


def test_a_category_with_few_orders_takes_the_policys_own_prior(policy):
    assert pooled_priors(policy, [{"test_late_30d": Value(50, 99)}])["test_late_30d"] == 0.04
    assert pooled_priors(policy, [{"years_on_platform": Value(120, 12)}])["years_on_platform"] == 0.0


def test_the_policy_in_use_needs_its_metrics_to_exist():
    assert parsed(policy_body()).metric_codes == ["test_late_30d", "test_stars_90d"]
