"""Who gets what: claims, lapses, take-overs, the next item, four eyes, skills."""

import collections
import datetime as dt
import os
import signal
import subprocess
import sys
import time

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone

from shopops.work import services as work
from shopops.work.claiming import holder_of, news_for
from shopops.work.models import OperatorSkill, WorkEvent, WorkItem
from tests.work.conftest import HOUR, fill, in_threads

pytestmark = pytest.mark.django_db


@pytest.mark.django_db(transaction=True)
def test_of_32_who_claim_the_same_item_at_once_one_gets_it(put, workers):
    item, people = put(), workers(32)
    found = in_threads(lambda n: work.claim(item=item, user=people[n]), 32)
    won = [n for n, each in enumerate(found) if isinstance(each, WorkItem)]
    assert len(won) == 1
    assert all(isinstance(each, work.ClaimedByAnother) for n, each in enumerate(found) if n not in won)
    assert WorkEvent.objects.filter(kind="claimed").count() == 1
    assert WorkItem.objects.get().claimed_by == people[won[0]]


@pytest.mark.django_db(transaction=True)
def test_twenty_people_empty_a_queue_of_2000_none_twice_none_left(queue, workers):
    fill(2000)
    people = workers(20)

    def empty(number):
        mine = []
        while item := work.next_for(people[number], "test"):
            mine.append(item.pk)
            WorkItem.objects.filter(pk=item.pk, left_at=None).update(left_at=timezone.now())
        return mine

    found = in_threads(empty, 20)
    assert not [each for each in found if isinstance(each, Exception)]
    taken = collections.Counter(pk for each in found for pk in each)
    assert len(taken) == 2000 and set(taken.values()) == {1}
    assert not WorkItem.objects.filter(left_at=None).exists()
    assert WorkEvent.objects.filter(kind="claimed").count() == 2000
    assert min(len(each) for each in found) > 0


def test_the_next_item_is_the_riskiest_then_the_oldest(put, workers):
    (ann,) = workers(1)
    now = timezone.now()
    young, old = (put(risk=2, entered_at=now - hours * HOUR) for hours in (1, 2))
    risky = put(risk=3, entered_at=now)
    put(risk=3, entered_at=now + HOUR)
    order = []
    for _turn in range(3):
        item = work.next_for(ann, "test")
        assert work.next_for(ann, "test") == item, "what one holds comes first"
        order.append(item)
        work.leave(queue="test", target=item.target)
    assert order == [risky, old, young]
    assert work.next_for(ann, "test") is None


def test_a_claim_lapses_and_then_anybody_may_have_it(put, workers):
    ann, bob = workers(2)
    item = work.claim(item=put(), user=ann)
    with pytest.raises(work.ClaimedByAnother) as caught:
        work.claim(item=item, user=bob)
    assert (caught.value.by, caught.value.since) == (ann, item.claimed_at)
    assert work.next_for(bob, "test") is None
    WorkItem.objects.update(claimed_at=timezone.now() - work.CLAIM_LIFE)
    assert work.next_for(bob, "test") == item
    with pytest.raises(work.ClaimedByAnother):
        work.claim(item=item, user=ann)


def test_a_take_over_is_recorded_and_told_once(put, workers):
    ann, bob = workers(2)
    item = work.claim(item=put(), user=ann)
    work.claim(item=item, user=bob, take_over=True)
    assert item.events.get(kind="taken_over").other == ann
    (news,) = news_for(ann)
    assert (news.taken_by, news.item) == (bob, item)
    assert news_for(ann) == [] and news_for(bob) == []


def test_taking_over_what_nobody_has_is_a_claim(put, workers):
    (ann,) = workers(1)
    item = work.claim(item=put(), user=ann, take_over=True)
    assert [each.kind for each in item.events.all()] == ["entered", "claimed"]


def test_who_had_a_part_in_it_never_gets_it(put, workers):
    ann, bob = workers(2)
    item = put(not_for=[ann.pk])
    for take_over in (False, True):
        with pytest.raises(work.NotForYou):
            work.claim(item=item, user=ann, take_over=take_over)
    assert work.next_for(ann, "test") is None
    assert work.next_for(bob, "test") == item
    work.bar(item=item, user=bob)
    assert holder_of(WorkItem.objects.get()) is None
    assert work.next_for(bob, "test") is None


def test_what_left_cannot_be_claimed(put, targets, workers):
    (ann,) = workers(1)
    target = next(targets)
    item = put(target=target)
    work.leave(queue="test", target=target)
    with pytest.raises(work.LeftAlready):
        work.claim(item=item, user=ann)
    assert not work.release(item=item, user=ann)


def test_release_gives_back_only_ones_own(put, workers):
    ann, bob = workers(2)
    item = work.claim(item=put(), user=ann)
    assert not work.release(item=item, user=bob)
    assert work.release(item=item, user=ann)
    for each in (put(), put()):
        work.claim(item=each, user=ann)
    others = work.claim(item=put(), user=bob)
    assert work.release_all(user=ann) == 2
    assert [each.pk for each in WorkItem.objects.filter(claimed_by__isnull=False)] == [others.pk]


def test_skills_decide_what_comes_next_but_not_what_may_be_opened(put, workers):
    ann, bob = workers(2)
    law = put(skill="test.law")
    assert work.next_for(ann, "test") == law, "a skill that nobody was given is everybody's"
    work.release(item=law, user=ann)
    OperatorSkill.objects.create(user=bob, skill="test.law")
    assert work.next_for(ann, "test") is None
    assert work.next_for(bob, "test") == law
    work.release(item=law, user=bob)
    assert work.claim(item=law, user=ann).claimed_by == ann


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("committed", [True, False])
def test_a_worker_killed_while_it_holds_a_claim_blocks_nobody(put, workers, committed):
    ann, bob = workers(2)
    item = put()
    code = f"""
import time
import django
from django.conf import settings
settings.DATABASES["default"]["NAME"] = {connection.settings_dict["NAME"]!r}
django.setup()
from django.db import transaction
from shopops.accounts.models import User
from shopops.work.services import next_for
def wait():
    print("held", flush=True)
    time.sleep(60)
with transaction.atomic():
    assert next_for(User.objects.get(pk={ann.pk}), "test").pk == {item.pk}
    if not {committed}:
        wait()
wait()
"""
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "shopops.settings"}
    holder = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-c", code], cwd=settings.BASE_DIR, env=environment, stdout=subprocess.PIPE
    )
    assert holder.stdout is not None and b"held" in holder.stdout.readline()
    assert work.next_for(bob, "test") is None
    holder.send_signal(signal.SIGKILL)
    holder.wait()
    if committed:
        later = timezone.now() + work.CLAIM_LIFE + dt.timedelta(seconds=1)
        assert work.next_for(bob, "test") is None
        assert work.next_for(bob, "test", later) == item
        return
    for _attempt in range(50):  # the server notices a lost connection by itself
        if found := work.next_for(bob, "test"):
            assert found == item
            return
        time.sleep(0.1)
    raise AssertionError("The row of a killed worker stayed locked.")
