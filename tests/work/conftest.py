"""A queue of its own, people who work on it, and items."""

import datetime as dt
import itertools
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from shopops.accounts.models import User
from shopops.work import services as work
from shopops.work.models import WorkItem
from shopops.work.queues import Queue, SecondReads, Skill, queues

HOUR = dt.timedelta(hours=1)
DAY = dt.timedelta(days=1)
_NUMBERS = itertools.count(1_000_000)
VERDICTS = {"yes": "Yes", "no": "No"}


def page_of(item: WorkItem) -> str:
    return f"/admin/work/item/{item.pk}/"


@pytest.fixture
def queue(monkeypatch: Any) -> Queue:
    """A queue that every auditor and supervisor may work on (they may read the audit log)."""
    monkeypatch.setattr(queues, "_items", {})
    return queues.register(
        Queue(
            "test",
            "Test",
            "audit.view_entry",
            "",
            item_url=page_of,
            skills=(Skill("test.law", "Law"), Skill("test.math", "Math")),
            second_reads=SecondReads(1.0, VERDICTS, page_of),
        )
    )


@pytest.fixture
def workers(make_user: Any) -> Callable[[int], list[User]]:
    """People who may work on the queue."""
    return lambda count: [make_user(f"w{number:02d}", roles=["auditor"]) for number in range(count)]


@pytest.fixture
def supervisor(make_user: Any) -> User:
    return make_user("sue", roles=["supervisor"])


@pytest.fixture
def targets(make_user: Any) -> Iterator[User]:
    """Objects that can wait: users, since everybody has them."""
    number = 0

    def more() -> Iterator[User]:
        nonlocal number
        while True:
            number += 1
            yield make_user(f"target{number}")

    return more()


@pytest.fixture
def put(queue: Queue, targets: Iterator[User]) -> Callable[..., WorkItem]:
    """Let a new object wait, due in a day unless said otherwise."""

    def enter(**given: Any) -> WorkItem:
        given.setdefault("target", next(targets))
        if not given.keys() & {"due_at", "seconds", "days"}:
            given["due_at"] = timezone.now() + DAY
        return work.enter(queue="test", **{"label": "A", **given})

    return enter


def fill(count: int, queue: str = "test", **fields: Any) -> list[WorkItem]:
    """Write many items at once; they point at objects that need not exist."""
    from django.contrib.contenttypes.models import ContentType

    now = timezone.now()
    kind = ContentType.objects.get_for_model(User)
    given = {"due_at": now + DAY, "entered_at": now - HOUR} | fields
    return WorkItem.objects.bulk_create(
        [
            WorkItem(
                queue=queue, content_type=kind, object_id=next(_NUMBERS), label=f"Item {n}", risk=1 + n % 3, **given
            )
            for n in range(count)
        ],
        batch_size=5000,
    )


def in_threads(work_: Callable[[int], Any], count: int) -> list[Any]:
    """Run it in so many threads at once; return what each brought, exceptions included."""
    import threading

    found: list[Any] = [None] * count
    start = threading.Barrier(count)

    def run(number: int) -> None:
        try:
            start.wait()
            found[number] = work_(number)
        except Exception as error:
            found[number] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[number]) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found
