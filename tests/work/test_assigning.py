"""Supervisors give work to people; the engine spreads it by load."""

import pytest

from shopops.work import assigning
from shopops.work import services as work
from shopops.work.assigning import assign, loads, spread
from shopops.work.claiming import Refused, news_for
from shopops.work.models import OperatorSkill, WorkItem
from tests.work.conftest import fill

pytestmark = pytest.mark.django_db


def test_an_assigned_item_waits_for_its_person(put, workers, supervisor):
    ann, bob = workers(2)
    first, second = put(risk=3), put(risk=1)
    assign(item=second, to=ann, by=supervisor)
    assert work.next_for(ann, "test") == second
    with pytest.raises(work.ClaimedByAnother):
        work.claim(item=second, user=bob)
    assert work.next_for(bob, "test") == first
    assert second.events.get(kind="assigned").other == ann


def test_who_cannot_work_on_it_is_not_given_it(put, workers, supervisor, make_user):
    ann, bob = workers(2)
    item = put(not_for=[ann.pk])
    for wrong in (ann, make_user("clerk", roles=["announcer"])):
        with pytest.raises(Refused):
            assign(item=item, to=wrong, by=supervisor)
    work.claim(item=item, user=bob)
    with pytest.raises(work.ClaimedByAnother):
        assign(item=item, to=supervisor, by=supervisor)
    assign(item=item, to=supervisor, by=supervisor, take_over=True)
    assert [each.item for each in news_for(bob)] == [item]


def test_the_least_loaded_with_the_skill_gets_it_and_again_the_same_way(queue, workers, supervisor, put):
    ann, bob, cy = workers(3)
    OperatorSkill.objects.create(user=cy, skill="test.law")
    for _each in range(2):
        work.claim(item=put(), user=ann)
    fill(7)
    law = put(skill="test.law", not_for=[])
    math = put(skill="test.math", not_for=[cy.pk])
    barred = put(skill="test.law", not_for=[cy.pk])
    result = spread(queue="test", by=supervisor, people=[ann, bob, cy])
    assert sum(result.given.values()) == 9 and result.left_over == 1
    held = loads([ann, bob, cy])
    assert max(held.values()) - min(held.values()) <= 1
    owner = dict(WorkItem.objects.values_list("pk", "assigned_to"))
    assert owner[law.pk] == cy.pk and owner[math.pk] != cy.pk and owner[barred.pk] is None
    first = dict(WorkItem.objects.exclude(assigned_to=None).values_list("pk", "assigned_to"))
    for user in (ann, bob, cy):
        work.release_all(user=user)
    for item in WorkItem.objects.filter(label="A", skill="")[:2]:
        work.claim(item=item, user=ann)
    spread(queue="test", by=supervisor, people=[cy, bob, ann])
    assert dict(WorkItem.objects.exclude(assigned_to=None).values_list("pk", "assigned_to")) == first


def test_only_who_may_work_on_the_queue_gets_work(queue, supervisor, make_user, put):
    clerk = make_user("clerk", roles=["announcer"])
    put()
    assert clerk not in assigning.people_for(queue)
    assert spread(queue="test", by=supervisor, people=[clerk]).given == {}
