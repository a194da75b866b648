"""Entering, reasons, history, leaving: what the rows say afterwards."""

import datetime as dt

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy

from shopops.work import services as work
from shopops.work.models import WorkClock, WorkEvent, WorkItem
from shopops.work.reasons import Reason
from shopops.work.selectors import Filters, page, waiting
from shopops.work.sla import Clocks
from tests.work.conftest import DAY, HOUR, fill

pytestmark = pytest.mark.django_db


def kinds(item):
    return list(item.events.order_by("id").values_list("kind", flat=True))


def test_the_same_reason_twice_is_one_row_and_several_sources_add_to_an_open_item(put, targets):
    target = next(targets)
    item = put(target=target, reasons=[Reason("late", {"en": "Late", "zh-hans": "迟"})])
    again = put(target=target, reasons=[Reason("late", {"en": "Late"}), Reason("new", {"en": "New"}, {"n": 2})])
    work.add_reasons(item=item, reasons=[Reason("new", {"en": "Another"})])
    assert again == item
    assert [(each.code, each.text) for each in item.reasons.all()] == [("late", "Late"), ("new", "New")]
    with translation.override("zh-hans"):
        assert item.reasons.first().text == "迟"


def test_a_lazy_reason_is_kept_in_both_languages(put):
    item = put(reasons=[Reason("risk", gettext_lazy("High risk"))])
    assert item.reasons.get().words == {"en": "High risk", "zh-hans": "高风险"}


def test_history_tells_what_happened_in_order(put, targets, supervisor, workers):
    (worker,) = workers(1)
    target = next(targets)
    item = put(target=target)
    put(target=target, due_at=timezone.now() + 2 * DAY)
    work.add_reasons(item=item, reasons=[Reason("more", {"en": "More"})])
    work.claim(item=item, user=worker)
    work.claim(item=item, user=worker)
    work.claim(item=item, user=supervisor, take_over=True)
    work.release(item=item, user=supervisor)
    work.leave(queue="test", target=target, actor=supervisor)
    assert kinds(item) == ["entered", "due_changed", "reason", "claimed", "taken_over", "released", "left"]
    taken = item.events.get(kind="taken_over")
    assert (taken.actor, taken.other) == (supervisor, worker)


def test_entering_again_without_a_change_is_no_event(put, targets):
    target, due = next(targets), timezone.now() + DAY
    item = put(target=target, due_at=due)
    put(target=target, due_at=due)
    assert kinds(item) == ["entered"]


def test_events_can_neither_be_changed_nor_deleted(put):
    event = put().events.get()
    with pytest.raises(DatabaseError), transaction.atomic():
        WorkEvent.objects.filter(pk=event.pk).update(kind="left")
    with pytest.raises(DatabaseError), transaction.atomic():
        event.delete()


def test_an_item_that_enters_later_is_not_waiting_until_then(put, targets):
    target, later = next(targets), timezone.now() + DAY
    item = put(target=target, entered_at=later)
    assert not waiting("test").exists()
    assert waiting("test", later).exists()
    work.bring_forward(queue="test", target=target)
    assert waiting("test").get() == item
    work.bring_forward(queue="test", target=target)
    assert kinds(item) == ["entered", "moved"]


@pytest.mark.parametrize("given", [{}, {"due_at": timezone.now(), "seconds": 5}, {"seconds": 5, "days": 1}])
def test_an_item_is_due_by_one_thing(queue, targets, given):
    with pytest.raises(ValueError, match="give one"):
        work.enter(queue="test", target=next(targets), label="A", **given)


def test_the_database_holds_what_an_item_must_be(put):
    item = put()
    clock = WorkClock.objects.create(seconds=60)
    for changes in (
        {"due_at": None},
        {"clock": clock},
        {"claimed_by": item.target},
        {"risk": 4},
        {"due_at": None, "clock": clock},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            WorkItem.objects.filter(pk=item.pk).update(**changes)
    for fields in ({"seconds": 60}, {"seconds": 60, "days": 1}, {}):
        with pytest.raises(IntegrityError), transaction.atomic():
            WorkClock.objects.create(**fields)


def test_the_same_length_is_one_clock(put):
    first, second = put(seconds=3600, feature="shipping"), put(seconds=3600, feature="shipping")
    assert first.clock == second.clock and first.due_at is None


def test_a_clock_runs_on_when_the_item_enters_again(put, targets):
    target = next(targets)
    first = put(target=target, seconds=3600)
    assert put(target=target, seconds=3600, risk=3).started_at == first.started_at


def test_pages_by_key_show_every_item_once_in_order(queue):
    now = timezone.now()
    fill(5, entered_at=now - HOUR)
    fill(5, entered_at=now - 3 * HOUR)
    seen, cursor = [], ""
    while True:
        shown = page(waiting("test"), Clocks(), cursor, 3)
        seen += [row.item.pk for row in shown.rows]
        if not shown.next:
            break
        cursor = shown.next
    assert seen == list(waiting("test").values_list("pk", flat=True)) and len(seen) == 10
    assert len(page(waiting("test"), Clocks(), "nonsense", 3).rows) == 3


def test_filters_narrow(put, workers):
    ann, bob = workers(2)
    late = put(due_at=timezone.now() - HOUR, risk=3)
    hers, law, clocked = put(), put(skill="test.law"), put(seconds=60, started_at=timezone.now() - HOUR)
    work.claim(item=hers, user=ann)
    clocks = Clocks()

    def found(user=ann, **given):
        return set(Filters(**given).apply(waiting("test"), user, clocks))

    assert found() == {late, hers, law, clocked}
    assert found(mine=True) == {hers} and found(user=bob, mine=True) == set()
    assert found(unclaimed=True) == {late, law, clocked}
    assert found(overdue=True) == {late, clocked}
    assert found(skill="test.law") == {law}
    assert found(risk=3) == {late}


def test_a_claim_that_lapsed_is_nobodys(put, workers):
    (ann,) = workers(1)
    item = put()
    work.claim(item=item, user=ann)
    WorkItem.objects.update(claimed_at=timezone.now() - work.CLAIM_LIFE - dt.timedelta(seconds=1))
    assert set(Filters(unclaimed=True).apply(waiting("test"), ann, Clocks())) == {item}
    assert not Filters(mine=True).apply(waiting("test"), ann, Clocks()).exists()
