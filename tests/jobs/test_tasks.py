"""How work is handed to workers."""

import datetime as dt
import re
from pathlib import Path

import pytest
from celery import shared_task
from django.db import transaction
from kombu.exceptions import OperationalError

from shopops.celery import app
from shopops.jobs.base import NotPlain, PlainTask
from shopops.jobs.starting import after_commit, start

seen: list[tuple] = []


@shared_task(name="tests.note")
def note(*ids) -> None:
    seen.append(ids)


@pytest.fixture(autouse=True)
def _eager(settings):
    seen.clear()
    app.conf.task_always_eager = True
    yield
    app.conf.task_always_eager = False


def test_every_task_of_ours_is_a_plain_one():
    app.loader.import_default_modules()
    ours = [task for name, task in app.tasks.items() if name.startswith("shopops.")]
    assert len(ours) > 5
    assert all(isinstance(task, PlainTask) for task in ours)


@pytest.mark.parametrize(
    "bad", [dt.datetime(2026, 1, 1), {1, 2}, (1, 2), object(), {1: "x"}, b"bytes"], ids=lambda bad: type(bad).__name__
)
def test_what_changes_on_its_way_is_refused_where_it_is_sent(bad):
    for send in (lambda: note.delay(bad), lambda: note.apply(args=[bad]), lambda: note.apply_async(args=[bad])):
        with pytest.raises(NotPlain, match=r"tests\.note"):
            send()
    assert seen == []


def test_ids_texts_and_plain_structures_pass():
    note.delay(1, "a", None, [1, {"k": 2.5}])
    assert seen == [(1, "a", None, [1, {"k": 2.5}])]


@pytest.mark.django_db(transaction=True)
def test_a_task_starts_after_the_commit_and_once():
    with transaction.atomic():
        for _time in range(3):
            after_commit(note, 7)
        after_commit(note, 8)
        assert seen == []
    assert seen == [(7,), (8,)]


@pytest.mark.django_db(transaction=True)
def test_nothing_starts_when_the_transaction_is_taken_back():
    with pytest.raises(RuntimeError), transaction.atomic():
        after_commit(note, 7)
        raise RuntimeError
    assert seen == []


@pytest.mark.django_db(transaction=True)
def test_a_broker_that_is_away_breaks_no_page(caplog):
    """A real connection to a port where nobody listens."""
    app.conf.task_always_eager = False

    class Away(PlainTask):
        name = "tests.away"

        def apply_async(self, *args, **options):
            with app.connection_for_write("redis://127.0.0.1:1/0") as connection:
                return super().apply_async(*args, connection=connection, **options)

    away = Away()
    away.bind(app)
    with pytest.raises(OperationalError):
        away.apply_async(retry=False)
    with transaction.atomic():
        after_commit(away)
    assert "waits for the next sweep" in caplog.text
    assert start(away) is False


def test_nobody_starts_a_task_past_the_helper():
    """`.delay` and `.apply_async` inside a transaction start work on rows that nobody can see yet."""
    root = Path(__file__).resolve().parents[2]
    places = [
        f"{path.relative_to(root)}:{number}"
        for folder in ("shopops", "merchants", "orders", "warnings", "complaints", "maintenance")
        for path in (root / folder).rglob("*.py")
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if re.search(r"\.(delay|apply_async)\(", line)
    ]
    allowed = ("shopops/jobs/base.py", "shopops/jobs/starting.py", "shopops/health.py")
    assert [place for place in places if not place.startswith(allowed)] == []
