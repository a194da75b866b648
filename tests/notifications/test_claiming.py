"""Many hands at one queue."""

import threading
from collections import Counter

import pytest
from django.db import connection, connections

from shopops.accounts.models import User
from shopops.notifications import delivery
from shopops.notifications.models import Delivery
from shopops.notifications.services import notify_many

THREADS = 32


@pytest.mark.django_db(transaction=True)
def test_32_threads_claiming_the_same_deliveries_get_each_once(make_kind, monkeypatch):
    make_kind()
    monkeypatch.setattr(delivery, "BATCH", 7)
    User.objects.bulk_create(User(email=f"u{n}@example.com", name=str(n), password="!") for n in range(600))
    people = User.objects.values_list("pk", "pk")
    notify_many(kind="test.note", key="all", recipients=people, context={"name": "x"})
    ready, claimed = threading.Barrier(THREADS), []

    def work():
        try:
            ready.wait()
            while batch := delivery.claim():
                claimed.extend(row.pk for row in batch)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(Counter(claimed).values()) == {1}
    assert len(claimed) == 600 == Delivery.objects.filter(channel="email", state="sending").count()


@pytest.mark.django_db(transaction=True)
def test_what_left_is_marked_when_the_database_comes_back(make_user, tell, sink, monkeypatch):
    """The server ends the worker's connection in the middle of a batch, as a restart does."""
    users = [make_user(name) for name in "abcd"]
    tell(users)
    mark, marked = delivery._mark_sent, []

    def cut(row, following):
        marked.append(row.pk)
        if len(marked) == 2:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_backend_pid()")
                (pid,) = cursor.fetchone()
            other = connection.copy()
            with other.cursor() as cursor:
                cursor.execute("SELECT pg_terminate_backend(%s)", [pid])
            other.close()
        return mark(row, following)

    monkeypatch.setattr(delivery, "_mark_sent", cut)
    with pytest.raises(delivery.DATABASE_GONE):
        delivery.deliver_queued()
    monkeypatch.setattr(delivery, "_mark_sent", mark)
    assert Delivery.objects.filter(channel="email", state="sent").count() == 2, "both that left are marked"
    Delivery.objects.filter(state="sending").update(claimed_at="2026-01-01T00:00Z")
    delivery.requeue_stuck()
    delivery.deliver_queued()
    assert sorted(address for address, _mail in sink.mails) == sorted(user.email for user in users)
