"""The policy document: what it must be, and what it says when it is not."""

import tomllib
from typing import Any

import msgspec
import pytest

from merchants.credit.policy import KIND, CreditPolicy
from shopops.policies.kinds import kinds
from shopops.policies.models import PolicyVersion
from shopops.policies.services import InvalidPolicy, load_pack, validated
from tests.merchants.credit.conftest import item, parsed, policy_body

pytestmark = pytest.mark.usefixtures("test_metrics")


def body_with(line: dict[str, Any]) -> dict[str, Any]:
    """The small policy with its service item replaced."""
    body = policy_body()
    body["components"][1]["items"] = [line]
    return body


@pytest.mark.django_db
def test_the_shipped_policy_is_valid_and_becomes_the_first_version():
    version = load_pack(kinds.get(KIND))
    assert version is not None and version.number == 1
    assert version.state == PolicyVersion.State.ACTIVE
    weights = [line["weight"] for part in version.body["components"] for line in part["items"]]
    assert sum(weights) == 1000


def test_every_text_of_the_shipped_policy_is_in_both_languages():
    pack = tomllib.loads(kinds.get(KIND).pack.read_text(encoding="utf-8"))
    for _part, line in msgspec.convert(pack, CreditPolicy).items:
        for text in (line.name, line.description):
            assert text.en.isascii() and not text.zh.isascii()


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        (item(metric="tset_late_30d"), "there is no metric 'tset_late_30d'; there are: "),
        (item(metric="", trait="height", prior_strength=0), "there is no trait 'height'"),
        (item(trait="years_on_platform"), "give either a metric or a trait"),
        (item(metric=""), "give either a metric or a trait"),
        (item(weight=300), "the weights add up to 300, not to 400"),
        (item(curve=[[0.0, 1.0]]), "at least two points"),
        (item(curve=[[0.0, 1.0], [0.0, 0.0]]), "must rise from point to point"),
        (item(curve=[[0.0, 1.2], [0.2, 0.0]]), "between 0 and 1"),
        (item(curve=[[0.0, 1.0], [0.1, 0.0], [0.2, 0.5]]), "all rise or all fall"),
        (item(curve=[[0.0, 0.0], [0.2, 1.0]]), "lower is better, but the curve runs the other way"),
        (item(minimum_volume=0), "minimum_volume must be at least 1"),
        (item(prior_strength=-1), "must not be negative"),
        (item(wieght=400), "no field “wieght”"),
        (item(metric="", trait="years_on_platform", curve=[[0, 0], [1, 1]]), "prior_strength must be 0"),
    ],
)
def test_a_wrong_item_is_refused_with_its_reason(line, complaint):
    with pytest.raises(InvalidPolicy, match="credit_score: ") as caught:
        validated(kinds.get(KIND), body_with(line))
    assert complaint in str(caught.value)


def grades(*pairs: tuple[str, int]) -> list[dict[str, Any]]:
    return [{"code": code, "floor": floor} for code, floor in pairs]


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"grades": grades(("A", 700), ("B", 700), ("E", 0))}, "floors falling to 0"),
        ({"grades": grades(("A", 700), ("B", 1))}, "floors falling to 0"),
        ({"grades": grades(("B", 700), ("A", 0))}, "A comes before B"),
        ({"grades": grades(("A", 1001), ("B", 0))}, "nobody could reach it"),
        ({"grades": grades(("A", 10), ("A", 0))}, "A is there twice"),
        ({"grades": grades(("Z", 10), ("E", 0))}, "Invalid enum value 'Z'"),
        (
            {"grace": {"days": 30, "volume_metric": "no", "minimum_volume": 1}},
            "grace.volume_metric: there is no metric",
        ),
        ({"components": policy_body()["components"][:2]}, "the maxima add up to 600, not to 1000"),
    ],
)
def test_a_wrong_document_is_refused_with_its_reason(changes, complaint):
    with pytest.raises(InvalidPolicy) as caught:
        validated(kinds.get(KIND), policy_body(**changes))
    assert complaint in str(caught.value)


def test_an_old_version_stays_readable_after_its_metric_was_retired():
    body = body_with(item(metric="retired_30d"))
    assert msgspec.convert(body, CreditPolicy).items[1][1].code == "retired_30d"


@pytest.mark.parametrize(
    ("score", "grade", "above"), [(0, "E", "D"), (299, "E", "D"), (300, "D", "C"), (749, "B", "A"), (750, "A", None)]
)
def test_grades_start_at_their_floor(score, grade, above):
    policy = parsed(policy_body())
    assert policy.grade_of(score) == grade
    following = policy.next_grade(score)
    assert (following.code if following else None) == above
