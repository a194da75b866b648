"""What the database itself refuses, whoever writes."""

import pytest
from django.db import IntegrityError, connection, transaction

from merchants.credit.models import ScoreContribution, ScoreSnapshot
from tests.merchants.credit.conftest import run

pytestmark = pytest.mark.django_db


@pytest.fixture
def snapshot(policy, make_shop, count):
    """A written score."""
    count(make_shop(), late=3, orders=60)
    run()
    return ScoreSnapshot.objects.get()


def commit() -> None:
    """Have the deferred checks run as they do at a commit."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def refused(name: str):
    return pytest.raises(IntegrityError, match=name)


def test_a_score_that_is_not_the_sum_of_its_lines(snapshot):
    with refused("credit_score_is_sum"), transaction.atomic():
        ScoreSnapshot.objects.update(score=snapshot.score - 1)
        commit()


def test_a_score_without_lines(snapshot):
    with refused("credit_score_is_sum"), transaction.atomic():
        snapshot.pk, snapshot.is_current, snapshot.day = None, False, "2020-01-01"
        snapshot.save(force_insert=True)
        commit()


def test_a_line_that_is_added_changed_or_taken_away(snapshot):
    line = snapshot.contributions.filter(points__gt=0).first()
    with refused("credit_score_is_sum"), transaction.atomic():
        ScoreContribution.objects.filter(pk=line.pk).update(points=line.points - 1)
        commit()
    with refused("credit_score_is_sum"), transaction.atomic():
        ScoreContribution.objects.filter(pk=line.pk).delete()
        commit()
    with refused("credit_score_is_sum"), transaction.atomic():
        line.pk, line.item = None, "another"
        line.save(force_insert=True)


def test_a_score_may_go_with_all_its_lines(snapshot):
    snapshot.delete()
    commit()
    assert not ScoreContribution.objects.exists()


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"score": 1001}, "credit_score_0_to_1000"),
        ({"score": -1}, "check constraint"),
        ({"grade": "F"}, "credit_known_grade"),
        ({}, "credit_one_score_per_day"),
        ({"day": "2020-01-01"}, "credit_one_current_score"),
    ],
)
def test_scores_out_of_range_and_doubles(snapshot, fields, name):
    with refused(name), transaction.atomic():
        snapshot.pk = None
        for field, value in fields.items():
            setattr(snapshot, field, value)
        snapshot.save(force_insert=True)


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"points": 201}, "credit_points_in_range"),
        ({"denominator": -1}, "credit_counts_not_negative"),
        ({"item": "test_late_30d"}, "credit_item_once"),
    ],
)
def test_lines_out_of_range_and_doubles(snapshot, fields, name):
    line = snapshot.contributions.get(item="years_on_platform")
    with refused(name), transaction.atomic():
        ScoreContribution.objects.filter(pk=line.pk).update(**fields)
