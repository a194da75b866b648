"""Writers, slides and recounts at the same time: nothing is lost, nobody waits for ever."""

import datetime as dt
import random
import threading

import pytest
from django.db import OperationalError, connection, transaction

from orders import counters
from orders.models import Order, WindowCounter
from tests.orders.factories import DAY, at, make_merchant, make_order, make_review, order

pytestmark = pytest.mark.django_db(transaction=True)

START = at("2026-03-01 12:00")
TODAY = dt.date(2026, 3, 20)


def together(*works):
    """Run each in a thread of its own with a connection of its own; raise what any of them raised."""
    errors = []

    def guarded(work):
        try:
            work()
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=guarded, args=[work]) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
        assert not thread.is_alive()
    if errors:
        raise errors[0]


def test_concurrent_statements_slides_and_recounts_leave_exact_counters():
    counters.slide(TODAY)
    merchants = [make_merchant() for _ in range(5)]

    def writer(seed):
        rng = random.Random(seed)

        def work():
            for n in range(25):
                if rng.random() < 0.6:
                    rows = [
                        order(rng.choice(merchants), START + rng.randrange(40) * DAY, external_id=f"{seed}-{n}-{i}")
                        for i in range(rng.randrange(1, 12))
                    ]
                    Order.objects.bulk_create(rows)
                elif rng.random() < 0.5:
                    make_review(rng.choice(merchants), START + rng.randrange(40) * DAY, rng.randrange(1, 6))
                else:
                    mine = Order.objects.filter(external_id__startswith=f"{seed}-")
                    mine.filter(pk__in=list(mine.values_list("pk", flat=True)[:10])).update(shipped_at=START)

        return work

    def slider():
        for step in (1, 2, 3, 30, 4, 5, -20, 0, 1, 2):
            counters.slide(TODAY + step * DAY)

    def recounter():
        for _ in range(5):
            counters.recount()

    together(*(writer(seed) for seed in range(4)), slider, recounter)
    assert Order.objects.exists()
    assert not counters.recount()


def test_writers_of_the_same_merchant_on_crossed_days_do_not_block_each_other_for_ever():
    counters.slide(TODAY)
    merchant = make_merchant()
    mine = [make_order(merchant, START + n * DAY) for n in range(20)]

    def ship(ids):
        def work():
            for _ in range(15):
                for at_ in (START, None):
                    Order.objects.filter(pk__in=ids).update(shipped_at=at_)

        return work

    together(ship([o.pk for o in mine[::2]]), ship([o.pk for o in mine[1::2]]))
    assert not counters.recount()


def test_locking_first_keeps_long_transactions_apart():
    counters.slide(TODAY)
    merchants = [make_merchant() for _ in range(4)]
    ids = [merchant.pk for merchant in merchants]

    def long(chosen, name):
        def work():
            for n in range(10):
                with transaction.atomic():
                    counters.lock(ids)
                    for index in chosen:
                        make_order(merchants[index], START + n * DAY, external_id=f"{name}-{n}-{index}")

        return work

    together(long([0, 1, 2, 3], "up"), long([3, 2, 1, 0], "down"))
    assert (
        sum(WindowCounter.objects.values_list("orders_30", flat=True))
        == Order.objects.filter(placed_at__lt=at("2026-03-17 00:00")).count()
    )
    assert not counters.recount()


def test_without_the_lock_crosswise_writers_are_told_to_try_again():
    """Why `counters.lock` exists: PostgreSQL ends one of the two, and nothing is half done."""
    counters.slide(TODAY)
    merchants = [make_merchant() for _ in range(2)]
    both_started = threading.Barrier(2, timeout=20)

    def crosswise(first, second, name):
        def work():
            with transaction.atomic():
                make_order(first, START, external_id=f"{name}-1")
                both_started.wait()
                make_order(second, START, external_id=f"{name}-2")

        return work

    with pytest.raises(OperationalError, match="deadlock"):
        together(crosswise(*merchants, "a"), crosswise(*reversed(merchants), "b"))
    assert Order.objects.count() == 2
    assert not counters.recount()
