"""Asking for a reading, keeping it, losing and finding it again; with a stand-in for the reader where time matters."""

import datetime as dt
import threading
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from merchants import reading
from merchants.models import Reading
from merchants.ocr import bounded
from shopops.audit.models import Entry
from shopops.policies.services import load_packs
from tests.merchants import factories

ANSWER: dict[str, Any] = {
    "fields": {
        "uscc": {
            "text": "91330100799655058B",
            "value": "91330100799655058B",
            "score": 1.0,
            "box": [0.1, 0.2, 0.2, 0.03],
        },
        "address": {"text": "某地", "value": "某地", "score": 0.3, "box": [0.1, 0.5, 0.2, 0.03]},
        "expires_on": {"text": "长期", "value": "open", "score": 1.0, "box": [0.1, 0.6, 0.2, 0.03]},
    },
    "rotation": 90,
    "aspect": 1.41,
    "engine": "test",
    "peak_mb": 400,
}


@pytest.fixture
def licence(db: None, make_user: Any, settings: Any) -> Any:
    settings.OCR = True
    load_packs()
    application = factories.draft(make_user("chen"))
    return application.documents.get(type="business_licence")


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What the child process says next; an exception is raised."""
    waiting: list[Any] = []

    def read(content: bytes, **_limits: int) -> dict[str, Any]:
        assert content
        answer = waiting.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return dict(answer)

    monkeypatch.setattr(bounded, "read", read)
    return waiting


def again(licence: Any) -> Reading:
    return Reading.objects.get(document=licence)


def test_a_licence_waits_to_be_read_and_other_documents_do_not(licence):
    assert again(licence).state == Reading.State.WAITING
    assert Reading.objects.count() == 1
    assert reading.request(licence) == again(licence)


def test_what_was_read_is_kept_encrypted_and_announced(licence, answers):
    answers.append(ANSWER)
    reading.read(licence.pk)
    kept = again(licence)
    assert (kept.state, kept.rotation, kept.peak_mb, kept.attempts) == (Reading.State.DONE, 90, 400, 1)
    assert kept.fields == ANSWER["fields"]
    with connection.cursor() as cursor:
        cursor.execute("SELECT content FROM merchants_reading")
        assert "91330100799655058B" not in cursor.fetchone()[0]
    assert Entry.objects.filter(action="merchants.document.read").count() == 1


def test_the_values_for_the_form_are_those_read_with_some_certainty(licence, answers):
    assert reading.values(licence.application) == {}
    answers.append(ANSWER)
    reading.read(licence.pk)
    assert reading.values(licence.application) == {"uscc": "91330100799655058B"}


@pytest.mark.parametrize(
    ("problem", "state"),
    [
        ("damaged", "failed"),
        ("too_big", "failed"),
        ("too_long", "failed"),
        ("nothing", "failed"),
        ("pdf", "unavailable"),
    ],
)
def test_what_could_not_be_read_says_why_and_is_not_tried_again(licence, answers, problem, state):
    answers.append({"problem": problem})
    reading.read(licence.pk)
    assert (again(licence).state, again(licence).problem) == (state, problem)
    assert reading.read(licence.pk) is None
    assert reading.sweep(timezone.now() + dt.timedelta(hours=1)) == 0


def test_a_reader_that_ends_without_an_answer_is_tried_three_times(licence, answers):
    answers.extend(bounded.Crashed("killed") for _each in range(3))
    for _attempt in range(3):
        reading.read(licence.pk)
        assert again(licence).state == Reading.State.WAITING
    reading.read(licence.pk)
    assert (again(licence).state, again(licence).problem) == ("failed", "crashed")


def test_a_file_that_is_gone_fails_clearly(licence, answers):
    licence.file.storage.delete(licence.file.name)
    reading.read(licence.pk)
    assert (again(licence).state, again(licence).problem) == ("failed", "missing")


def test_the_same_file_is_read_once(licence, answers, make_user):
    answers.append(ANSWER)
    reading.read(licence.pk)
    other = factories.draft(make_user("zhou"))
    copy = other.documents.get(type="business_licence")
    assert copy.sha256 == licence.sha256
    assert again(copy).state == Reading.State.DONE
    assert again(copy).fields == ANSWER["fields"]


def test_switched_off_nothing_waits_and_switched_on_it_is_read_later(licence, settings, make_user, monkeypatch):
    settings.OCR = False
    Reading.objects.all().delete()
    assert reading.request(licence).state == Reading.State.UNAVAILABLE
    later = timezone.now() + dt.timedelta(minutes=5)
    assert reading.sweep(later) == 0
    settings.OCR = True
    sent = started(monkeypatch)
    reading.sweep(timezone.now())
    assert again(licence).state == Reading.State.WAITING
    reading.sweep(later)
    assert sent == [licence.pk]


def started(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    sent: list[int] = []

    def start(_task: object, pk: int) -> bool:
        sent.append(pk)
        return True

    monkeypatch.setattr(reading, "start", start)
    return sent


def test_the_sweep_finds_what_a_killed_worker_left_and_leaves_what_is_under_way(
    licence, answers, monkeypatch, settings
):
    sent = started(monkeypatch)
    now = timezone.now()
    Reading.objects.update(state="reading", started_at=now - dt.timedelta(seconds=20), attempts=1)
    assert reading.sweep(now) == 0
    assert reading.read(licence.pk) is None
    Reading.objects.update(started_at=now - dt.timedelta(seconds=4 * settings.OCR_SECONDS + 60))
    assert reading.sweep(now) == 1
    assert sent == [licence.pk]
    answers.append(ANSWER)
    reading.read(licence.pk)
    assert (again(licence).state, again(licence).attempts) == ("done", 2)


def test_a_document_taken_away_meanwhile_leaves_nothing(licence, monkeypatch):
    def read(_content: bytes, **_limits: int) -> dict[str, Any]:
        licence.delete()
        return dict(ANSWER)

    pk = licence.pk
    monkeypatch.setattr(bounded, "read", read)
    assert reading.read(pk) is None
    assert not Reading.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_workers_with_the_same_message_read_once(licence, monkeypatch):
    calls, held = [], threading.Event()

    def read(_content: bytes, **_limits: int) -> dict[str, Any]:
        calls.append(1)
        held.wait(5)
        return dict(ANSWER)

    monkeypatch.setattr(bounded, "read", read)

    def work() -> None:
        try:
            reading.read(licence.pk)
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _each in range(2)]
    for thread in threads:
        thread.start()
    threads[1].join(1)
    held.set()
    for thread in threads:
        thread.join()
    assert len(calls) == 1
    assert again(licence).state == Reading.State.DONE
