"""Endpoints, events and a real receiver."""

import pytest

from shopops.webhooks import outbox, services
from shopops.webhooks.models import Endpoint, OutboxEvent
from tests.webhooks.receiver import Receiver, receiving

UPHELD = "complaints.complaint.upheld"


@pytest.fixture(autouse=True)
def _local_receivers(settings) -> None:
    settings.WEBHOOK_ALLOWED_NETWORKS = ["127.0.0.0/8"]


@pytest.fixture(autouse=True)
def woken(monkeypatch) -> list[int]:
    """No worker runs in these tests: how often one was woken is counted, and tests deliver by hand."""
    from shopops.jobs import starting

    calls: list[int] = []
    monkeypatch.setattr(starting, "start", lambda task, *ids: calls.append(1))
    return calls


@pytest.fixture
def receiver():
    with receiving() as started:
        yield started


@pytest.fixture
def supervisor(make_user):
    return make_user("boss", roles=["supervisor"])


@pytest.fixture
def make_endpoint(supervisor):
    def make(receiver: Receiver | None = None, merchant_id: int | None = None, **fields) -> Endpoint:
        fields.setdefault("url", receiver.url if receiver else "https://127.0.0.1:9/hooks")
        fields.setdefault("events", [])
        return services.add_endpoint(actor=supervisor, merchant_id=merchant_id, **fields)

    return make


@pytest.fixture
def happen():
    """Write an event as a transition does, of any object of a merchant."""

    def write(type: str = UPHELD, merchant_id: int | None = None, is_internal: bool = False, **data) -> OutboxEvent:
        from shopops.webhooks.models import Delivery

        event = outbox.write(type=type, data=data, merchant_id=merchant_id, is_internal=is_internal)
        Delivery.objects.bulk_create([Delivery(endpoint=each, event=event) for each in outbox.wanting(event)])
        return event

    return write
