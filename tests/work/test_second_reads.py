"""Blind second reads: the sample, the other person, the figures."""

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from shopops.work import second_reads
from shopops.work import services as work
from shopops.work.agreeing import figures
from shopops.work.agreement import agreement
from shopops.work.models import SecondRead, WorkItem
from shopops.work.queues import SecondReads
from tests.work.conftest import VERDICTS, page_of

SECOND = "test.second"


@pytest.fixture
def decided(put, targets, workers):
    """A decision that was drawn: (first reader, another, the object)."""
    ann, bob = workers(2)
    target = next(targets)
    put(target=target)
    work.leave(queue="test", target=target, actor=ann, verdict="yes")
    return ann, bob, target


@pytest.mark.django_db
def test_another_person_reads_it_and_nothing_else_changes(decided, queue):
    ann, bob, _target = decided
    assert work.next_for(ann, SECOND) is None
    item = work.next_for(bob, SECOND)
    with pytest.raises(ValueError, match="no verdict"):
        second_reads.record(item=item, user=bob, verdict="perhaps")
    with pytest.raises(work.NotForYou):
        second_reads.record(item=item, user=ann, verdict="no")
    read = second_reads.record(item=item, user=bob, verdict="no", note="Licence")
    assert (read.first_by, read.first_verdict, read.second_by, read.second_verdict) == (ann, "yes", bob, "no")
    assert read.agrees is False
    with pytest.raises(work.LeftAlready):
        second_reads.record(item=item, user=bob, verdict="yes")
    found = figures(queue)
    assert (found.all.reads, found.all.agreed, found.waiting) == (1, 0, 0)
    assert [(str(user), each.reads) for user, each in found.by_person] == [(str(ann), 1)]


@pytest.mark.django_db
def test_what_changed_is_not_compared(decided, put):
    _ann, bob, target = decided
    put(target=target)
    assert work.next_for(bob, SECOND) is None
    assert SecondRead.objects.get().second_at is None


@pytest.mark.django_db
def test_the_database_refuses_the_same_person_twice(decided):
    ann, _bob, _target = decided
    from django.utils import timezone

    with pytest.raises(IntegrityError), transaction.atomic():
        SecondRead.objects.update(second_by=ann, second_verdict="no", second_at=timezone.now())


def test_the_sample_is_as_large_as_asked_and_always_the_same():
    items = [WorkItem(pk=number, queue="test") for number in range(20_000)]
    sample = SecondReads(0.1, VERDICTS, page_of)
    drawn = [item.pk for item in items if sample.takes(item)]
    assert 0.09 < len(drawn) / len(items) < 0.11
    assert drawn == [item.pk for item in items if sample.takes(item)]
    more = SecondReads(0.2, VERDICTS, page_of)
    assert set(drawn) <= {item.pk for item in items if more.takes(item)}
    assert not any(SecondReads(0.0, VERDICTS, page_of).takes(item) for item in items[:500])
    assert all(SecondReads(1.0, VERDICTS, page_of).takes(item) for item in items[:500])


def test_kappa_of_the_textbook():
    """Wikipedia, "Cohen's kappa", simple example: 50 grants, kappa 0.4."""
    found = agreement({("yes", "yes"): 20, ("yes", "no"): 5, ("no", "yes"): 10, ("no", "no"): 15})
    assert (found.reads, found.agreed, found.ratio) == (50, 35, 0.7)
    assert found.kappa == pytest.approx(0.4)


def test_kappa_without_ground_is_not_made_up():
    assert agreement([]).kappa is None and agreement([]).ratio is None
    assert agreement([("yes", "yes")] * 3).kappa is None


@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("abc")), max_size=60))
def test_kappa_is_one_exactly_for_full_agreement_and_never_more(pairs):
    found = agreement(pairs)
    if found.kappa is not None:
        assert found.kappa <= 1
        assert (found.kappa == 1) == (found.agreed == found.reads)
