"""Several people, and orders, at the same moment."""

import threading
import time

import pytest
from django.db import connection, transaction
from django.utils import timezone

from merchants.exits.errors import AlreadyLeaving, ConditionsOpen, ExitError
from merchants.exits.models import Exit
from merchants.exits.services import asking, closing, deciding
from merchants.models import Member, Merchant
from orders.models import Order
from shopops.policies.services import load_packs
from shopops.transitions.handler import TransitionRefused
from tests.exits.conftest import DAY, all_recorded, asked, in_notice, order, settling

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def shop(db):
    load_packs()
    return Merchant.objects.create(shop_name="Wren", opened_at=timezone.now() - 400 * DAY)


@pytest.fixture
def owner(shop, make_user):
    user = make_user("owner")
    Member.objects.create(merchant=shop, user=user)
    return user


def at_once(*works):
    """Run all at the same moment in threads of their own; returns what each returned or raised."""
    barrier, results = threading.Barrier(len(works)), [None] * len(works)

    def run(index, work):
        try:
            barrier.wait()
            results[index] = work()
        except Exception as error:
            results[index] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=each) for each in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def test_of_many_requests_at_once_one_lands(shop, owner):
    results = at_once(*[lambda: asked(shop, owner)] * 6)
    assert Exit.objects.count() == 1
    assert sum(isinstance(each, AlreadyLeaving) for each in results) == 5


def test_taking_back_and_settling_at_once_leave_one_truth(shop, owner, reviewer):
    leaving = in_notice(shop, owner, reviewer, days_ago=31)
    results = at_once(
        lambda: asking.take_back(leaving=leaving, actor=owner), lambda: closing.settle(leaving=leaving, actor=reviewer)
    )
    exit_state, shop_state = Exit.objects.get().state, Merchant.objects.get().state
    assert (exit_state, shop_state) in {("cancelled", "active"), ("settling", "exiting")}
    assert sum(isinstance(each, ExitError | TransitionRefused) for each in results) == 1


def test_closing_and_calling_off_at_once_leave_one_truth(shop, owner, reviewer):
    leaving = settling(shop, owner, reviewer)
    all_recorded(leaving, reviewer)
    at_once(
        lambda: closing.close(leaving=leaving, actor=reviewer),
        lambda: deciding.call_off(leaving=leaving, actor=reviewer, why="Stays."),
    )
    assert (Exit.objects.get().state, Merchant.objects.get().state) in {("cancelled", "active"), ("closed", "closed")}


def test_an_order_written_just_before_the_closing_keeps_the_shop_open(shop, owner, reviewer):
    """The order's transaction holds the shop's row; the closing waits for it, then sees the order."""
    leaving = settling(shop, owner, reviewer)
    all_recorded(leaving, reviewer)
    written, result = threading.Event(), []

    def write():
        with transaction.atomic(), connection.cursor() as cursor:
            order(shop)
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # takes the lock on the shop that a commit would take
            written.set()
            time.sleep(0.5)
        connection.close()

    def close():
        written.wait()
        try:
            closing.close(leaving=leaving, actor=reviewer)
        except ConditionsOpen as error:
            result.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=write), threading.Thread(target=close)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert result and Merchant.objects.get().state == "exiting" and Order.objects.count() == 1


def test_two_terminations_at_once_are_one(shop, owner, analyst, supervisor, make_user):
    leaving = asking.propose(
        merchant=shop, actor=analyst, reasons=["inactive"], facts="No order since May.", clause="9.4"
    )
    second = make_user("second", roles=["supervisor"])
    results = at_once(
        lambda: deciding.terminate(leaving=leaving, actor=supervisor),
        lambda: deciding.terminate(leaving=leaving, actor=second),
    )
    assert sum(isinstance(each, TransitionRefused) for each in results) == 1
