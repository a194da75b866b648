"""Delivering: order, retries, one slow receiver among many, giving up, replay."""

import datetime as dt
import threading
import time
from collections.abc import Callable
from itertools import pairwise

import pytest
from django.db import connection
from django.utils import timezone

from shopops.audit.models import Entry
from shopops.notifications.models import Message
from shopops.webhooks import calling, dispatch, services
from shopops.webhooks.dispatch import deliver_due, pause_after
from shopops.webhooks.models import Attempt, Delivery, Endpoint
from shopops.webhooks.signing import sign
from tests.webhooks.receiver import receiving

pytestmark = pytest.mark.django_db(transaction=True)


def uids(calls) -> list[str]:
    return [call.uid for call in calls]


def pauses_are_over() -> None:
    Endpoint.objects.update(next_attempt_at=timezone.now())


def test_an_event_arrives_signed(receiver, make_endpoint, happen):
    endpoint = make_endpoint(receiver)
    event = happen(merchant_id=4, number="C-1", state="upheld")
    assert deliver_due() == 1
    call = receiver.calls[0]
    assert call.json == {
        "type": event.type,
        "timestamp": event.occurred_at.isoformat(),
        "data": {"number": "C-1", "state": "upheld"},
    }
    assert call.uid == event.uid
    timestamp = int(call.headers["webhook-timestamp"])
    assert abs(time.time() - timestamp) < 60
    assert call.headers["webhook-signature"] == sign(
        endpoint.secret, uid=event.uid, timestamp=timestamp, body=call.body
    )
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.attempts) == ("delivered", 1)
    attempt = Attempt.objects.get()
    assert (attempt.status, attempt.response) == (200, "ok")


def test_after_a_rotation_both_secrets_sign_until_the_overlap_ends(receiver, make_endpoint, happen, supervisor):
    old = make_endpoint(receiver)
    new = services.rotate_secret(endpoint=old, actor=supervisor)
    assert new.secret != old.secret
    happen()
    deliver_due()
    assert len(receiver.calls[0].headers["webhook-signature"].split(" ")) == 2
    Endpoint.objects.update(previous_until=timezone.now())
    happen()
    deliver_due()
    call = receiver.calls[1]
    expected = sign(new.secret, uid=call.uid, timestamp=int(call.headers["webhook-timestamp"]), body=call.body)
    assert call.headers["webhook-signature"] == expected


def test_the_secret_is_encrypted_in_the_database(make_endpoint, supervisor):
    endpoint = make_endpoint()
    with connection.cursor() as cursor:
        cursor.execute("SELECT secret FROM webhooks_endpoint")
        assert endpoint.secret.removeprefix("whsec_") not in cursor.fetchone()[0]


def test_a_failed_event_holds_back_those_behind_it(receiver, make_endpoint, happen):
    make_endpoint(receiver)
    events = [happen(number=number) for number in range(4)]
    receiver.status = 500
    assert deliver_due() == 0
    assert uids(receiver.calls) == [events[0].uid]
    assert deliver_due() == 0, "called again before the pause was over"
    receiver.status = 200
    pauses_are_over()
    assert deliver_due() == 4
    assert uids(receiver.calls) == [events[0].uid, *[event.uid for event in events]]
    endpoint = Endpoint.objects.get()
    assert (endpoint.failures, endpoint.failing_since) == (0, None)


def test_pauses_grow_to_eight_hours_and_vary():
    pauses = [pause_after(failures).total_seconds() for failures in range(1, 20)]
    assert 4 <= pauses[0] <= 6
    assert all(early < late for early, late in pairwise(pauses[:7]))
    assert max(pauses) <= 8 * 3600 * 1.2
    assert len({pause_after(3) for _ in range(5)}) > 1


def test_one_hanging_receiver_does_not_hold_up_the_others(receiver, make_endpoint, happen, monkeypatch):
    monkeypatch.setattr(calling, "SILENCE_SECONDS", 60.0)
    with receiving() as slow:
        slow.hang = 60
        make_endpoint(slow)
        make_endpoint(receiver)
        happen()
        worker = threading.Thread(target=lambda: (deliver_due(), connection.close()))
        worker.start()
        _wait(lambda: receiver.taken and slow.calls)
        happen()  # written while the slow one is being waited for
        _wait(lambda: len(receiver.taken) == 2)
        assert len(slow.calls) == 1, "the slow receiver was let go before the others were served"
        slow.let_go.set()
        worker.join()
        assert len(slow.taken) == 2


def _wait(until: Callable[[], object], seconds: float = 30) -> None:
    ends = time.monotonic() + seconds
    while not until():
        assert time.monotonic() < ends, "the dispatcher waited for the slow receiver"
        time.sleep(0.01)


def test_many_dispatchers_call_once_each_and_in_order(receiver, make_endpoint, happen):
    make_endpoint(receiver)
    events = [happen(number=number) for number in range(40)]
    workers = [threading.Thread(target=lambda: (deliver_due(), connection.close())) for _ in range(8)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert uids(receiver.calls) == [event.uid for event in events]


def test_after_three_days_of_failure_it_is_switched_off_and_the_owner_told(receiver, make_endpoint, happen, supervisor):
    endpoint = make_endpoint(receiver)
    happen()
    receiver.status = 503
    deliver_due()
    Endpoint.objects.update(
        failing_since=timezone.now() - dispatch.GIVE_UP_AFTER + dt.timedelta(minutes=1), next_attempt_at=timezone.now()
    )
    deliver_due()
    assert Endpoint.objects.get().is_active
    Endpoint.objects.update(failing_since=timezone.now() - dispatch.GIVE_UP_AFTER, next_attempt_at=timezone.now())
    deliver_due()
    endpoint.refresh_from_db()
    assert (endpoint.state, endpoint.disabled_because) == ("disabled", "failing")
    message = Message.objects.get(kind="webhooks.endpoint_off")
    assert set(message.deliveries.values_list("recipient", flat=True)) == {supervisor.pk}
    assert message.context["answer"] == "503" and message.context["waiting"] == 1
    assert Entry.objects.filter(action="webhooks.endpoint.switched_off", actor=None).count() == 1
    pauses_are_over()
    deliver_due()
    assert len(receiver.calls) == 3, "a switched-off endpoint was called"

    receiver.status = 200
    services.switch_on(endpoint=endpoint, actor=supervisor)
    assert deliver_due() == 1, "what it was owed was lost"


def test_gone_means_gone(receiver, make_endpoint, happen):
    make_endpoint(receiver)
    happen()
    receiver.status = 410
    deliver_due()
    endpoint = Endpoint.objects.get()
    assert (endpoint.state, endpoint.disabled_because) == ("disabled", "gone")
    assert Message.objects.filter(kind="webhooks.endpoint_off").exists()


def test_replay_sends_a_period_again_with_the_same_ids(receiver, make_endpoint, happen, supervisor):
    before = happen(number=0)
    endpoint = make_endpoint(receiver)
    events = [happen(number=number) for number in (1, 2, 3)]
    deliver_due()
    receiver.calls.clear()
    count = services.replay(endpoint=endpoint, actor=supervisor, since=before.occurred_at, until=events[1].occurred_at)
    assert count == 3
    deliver_due()
    assert uids(receiver.calls) == [before.uid, events[0].uid, events[1].uid]
    receiver.calls.clear()
    services.replay(endpoint=endpoint, actor=supervisor, since=events[2].occurred_at, uid=events[2].uid)
    deliver_due()
    assert uids(receiver.calls) == [events[2].uid]
    assert Entry.objects.filter(action="webhooks.endpoint.replayed", actor=supervisor).count() == 2


def test_a_stuck_event_can_be_skipped(receiver, make_endpoint, happen, supervisor):
    make_endpoint(receiver)
    stuck, following = happen(number=1), happen(number=2)
    receiver.status = 422
    deliver_due()
    receiver.status = 200
    assert services.skip(delivery=Delivery.objects.get(event=stuck), actor=supervisor)
    assert not services.skip(delivery=Delivery.objects.get(event=stuck), actor=supervisor)
    assert deliver_due() == 1
    assert uids(receiver.taken) == [following.uid]
    assert Delivery.objects.get(event=stuck).state == "skipped"


def test_the_test_call_answers_at_once_and_wakes_a_pausing_queue(receiver, make_endpoint, happen, supervisor):
    endpoint = make_endpoint(receiver)
    waiting = happen()
    receiver.status = 500
    deliver_due()
    receiver.status = 200
    attempt = services.send_test(endpoint=endpoint, actor=supervisor)
    assert attempt.status == 200 and receiver.calls[-1].json["type"] == "webhooks.ping"
    assert services.send_test(endpoint=endpoint, actor=supervisor) is None, "the button can be used to flood somebody"
    assert deliver_due() == 1
    assert receiver.calls[-1].uid == waiting.uid


def test_an_address_that_became_private_is_refused_at_the_call(receiver, make_endpoint, happen, settings):
    make_endpoint(receiver)
    happen()
    settings.WEBHOOK_ALLOWED_NETWORKS = []
    assert deliver_due() == 0
    assert not receiver.calls
    assert "https" in Attempt.objects.get().error
