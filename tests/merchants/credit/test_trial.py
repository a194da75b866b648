"""A credit policy in shadow: both scores of every merchant, by the real scoring, written nowhere."""

import pytest

from merchants.credit.models import ScoreSnapshot
from merchants.credit.policy import KIND
from shopops.policies.kinds import kinds
from shopops.policies.models import PolicyTrial
from shopops.policies.services import create_draft, start_shadow
from tests.merchants.credit.conftest import policy_body, run


@pytest.fixture
def shadow_of(policy, make_user):
    def make(**changes):
        author = make_user("ines", roles=["risk_analyst"])
        draft = create_draft(kind=kinds.get(KIND), author=author, body=policy_body(**changes))
        return start_shadow(version=draft, actor=author)

    return make


@pytest.fixture
def shops(make_shop, count):
    """One without a fault, one that is late every fifth time with middling reviews, one too new to count."""
    made = [make_shop("Best", months=36), make_shop("Middling", months=36), make_shop("New", months=0)]
    for shop, late, stars in zip(made, (0, 20, 0), (500, 400, 500), strict=True):
        count(shop, late=late, orders=100, stars=stars, reviews=100)
    return made


def grades(**floors):
    return [{"code": code, "floor": floor} for code, floor in floors.items()]


def test_stricter_grades_move_merchants_and_write_nothing(shops, shadow_of):
    shadow_of(grades=grades(A=999, B=600, C=450, D=300, E=0))
    result = run().result
    assert (result["scored"], result["tried"]) == (3, 1)
    written = {each.merchant_id: each for each in ScoreSnapshot.objects.filter(is_current=True)}
    best, middling = written[shops[0].pk], written[shops[1].pk]
    assert best.grade == "A"
    trial = PolicyTrial.objects.get().result
    new_grade = "A" if best.score >= 999 else "B"
    assert sorted(trial["moves"]) == sorted([["A", new_grade, 1], [middling.grade, middling.grade, 1]])
    assert trial["difference"] == [0, 0.0, 0]
    assert (trial["scored"], trial["provisional"], trial["compared"]) == ([3, 3], [1, 1], 2)
    assert trial["mean"][0] == round((best.score + middling.score) / 2, 2)


def test_other_curves_give_the_scores_that_they_would_give_in_force(shops, shadow_of, publish):
    body = policy_body()
    body["components"][1]["items"][0]["curve"] = [[0.0, 1.0], [0.1, 0.0]]
    shadow_of(components=body["components"])
    before = run()
    trial = PolicyTrial.objects.get().result
    assert before.result["scored"] == 3
    first = dict(ScoreSnapshot.objects.filter(is_current=True, provisional=False).values_list("merchant_id", "score"))
    PolicyTrial.objects.all().delete()
    publish(body)
    run()
    second = dict(ScoreSnapshot.objects.filter(is_current=True, provisional=False).values_list("merchant_id", "score"))
    differences = [second[pk] - first[pk] for pk in first]
    assert trial["mean"] == [round(sum(each.values()) / 2, 2) for each in (first, second)]
    assert trial["difference"] == [min(differences), round(sum(differences) / 2, 2), max(differences)]
    assert min(differences) < 0


def test_the_page_of_the_version_shows_the_matrix(shops, shadow_of, client, make_user):
    version = shadow_of(grades=grades(A=999, B=600, C=450, D=300, E=0))
    run()
    client.force_login(make_user("zhou", roles=["supervisor"]))
    page = client.get(f"/admin/policies/policyversion/{version.pk}/change/").content.decode()
    for words in ("what it would have done", "Grades that change", "Grade in force (rows) and in shadow (columns)"):
        assert words in page
