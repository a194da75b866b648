"""Which events are written and who is owed them."""

import pytest
from django.db import transaction

from shopops.webhooks import outbox, services
from shopops.webhooks.catalogue import PING, event_types
from shopops.webhooks.models import Delivery, Endpoint, OutboxEvent

pytestmark = pytest.mark.django_db

PROPOSED = "merchants.application.approval_proposed"


def owed(endpoint) -> list[str]:
    return list(endpoint.deliveries.order_by("event_id").values_list("event__uid", flat=True))


def test_a_merchants_endpoint_gets_that_merchants_events_only(make_endpoint, happen):
    platform, one, two = make_endpoint(), make_endpoint(merchant_id=1), make_endpoint(merchant_id=2)
    of_one, of_two, of_nobody = happen(merchant_id=1), happen(merchant_id=2), happen(merchant_id=None)
    assert owed(platform) == [of_one.uid, of_two.uid, of_nobody.uid]
    assert owed(one) == [of_one.uid]
    assert owed(two) == [of_two.uid]


def test_internal_events_stay_with_the_platform(make_endpoint, happen):
    platform, one = make_endpoint(), make_endpoint(merchant_id=1)
    event = happen(PROPOSED, merchant_id=1, is_internal=True)
    assert owed(platform) == [event.uid]
    assert owed(one) == []


def test_only_chosen_events(make_endpoint, happen):
    chosen = make_endpoint(events=["complaints.complaint.filed"])
    happen("complaints.complaint.upheld")
    event = happen("complaints.complaint.filed")
    assert owed(chosen) == [event.uid]


def test_a_switched_off_endpoint_is_owed_nothing_new(make_endpoint, happen, supervisor):
    endpoint = make_endpoint()
    services.switch_off(endpoint=endpoint, why=Endpoint.Why.BY_HAND, actor=supervisor)
    happen()
    assert owed(endpoint) == []


def test_replay_never_reaches_for_other_merchants_or_internal_events(make_endpoint, happen, supervisor):
    foreign, internal = happen(merchant_id=2), happen(PROPOSED, merchant_id=1, is_internal=True)
    own = happen(merchant_id=1)
    endpoint = make_endpoint(merchant_id=1)
    assert services.replay(endpoint=endpoint, actor=supervisor, since=foreign.occurred_at) == 1
    for other in (foreign, internal):
        assert services.replay(endpoint=endpoint, actor=supervisor, since=other.occurred_at, uid=other.uid) == 0
    assert owed(endpoint) == [own.uid]


def test_nothing_is_owed_when_the_transaction_is_taken_back(make_endpoint, happen):
    make_endpoint()
    with pytest.raises(RuntimeError), transaction.atomic():
        happen()
        raise RuntimeError
    assert not OutboxEvent.objects.exists() and not Delivery.objects.exists()


def test_workers_are_woken_once_per_transaction(make_endpoint, django_capture_on_commit_callbacks, woken):
    with django_capture_on_commit_callbacks(execute=True):
        for _number in range(3):
            outbox.wake()
    assert len(woken) == 1


def test_merchants_are_offered_no_internal_events():
    types = event_types()
    assert types["merchants.application.approved"].for_merchants
    assert not types[PROPOSED].for_merchants
    assert not types["maintenance.window.announced"].for_merchants
    assert types[PING].for_merchants


def test_the_body_is_the_same_bytes_every_time(db):
    event = outbox.write(type=PING, data={"b": 1, "a": {"y": 1, "x": "店"}}, merchant_id=None)
    assert event.body == OutboxEvent.objects.get().body
    assert "店".encode() in event.body
