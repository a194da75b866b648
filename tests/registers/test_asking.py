"""Questions to registers: asked once, kept with their date, asked again when there was no answer."""

import datetime as dt
import threading

import pytest
from django.db import connection, connections
from django.utils import timezone

from merchants.registers import jobs, services
from merchants.registers.models import Enquiry, RegisterAnswer
from shopops.jobs.services import run_job

pytestmark = pytest.mark.django_db
CODE = "91330100799655058B"


def test_both_registers_are_asked_once_and_answers_are_kept(register):
    assert services.owe(CODE) == 2
    assert services.owe(CODE) == 0
    assert services.ask_due() == {"answered": 2, "away": 0}
    assert services.ask_due() == {"answered": 0, "away": 0}
    answer = services.answer(CODE, "registration")
    assert answer is not None and answer.facts.name == "杭州北岭户外用品有限公司"
    assert answer.expires_at - answer.asked_at == dt.timedelta(days=30)
    assert len(register.asked) == 2


def test_an_answer_that_counts_is_not_asked_for_again_and_one_that_expired_is(register):
    services.owe(CODE)
    services.ask_due()
    assert services.owe(CODE) == 0
    long_ago = timezone.now() - dt.timedelta(days=40)
    RegisterAnswer.objects.update(asked_at=long_ago, expires_at=long_ago + dt.timedelta(days=30))
    assert services.owe(CODE) == 2
    services.ask_due()
    assert RegisterAnswer.objects.filter(uscc=CODE).count() == 4  # the old ones stay as dated facts


def test_somebody_can_ask_although_an_answer_counts(register):
    services.owe(CODE)
    services.ask_due()
    assert services.owe(CODE, again=True) == 2


def test_a_register_that_is_away_is_asked_again_later_and_then_answers(register):
    register.status = 503
    services.owe(CODE)
    assert services.ask_due() == {"answered": 0, "away": 2}
    question = Enquiry.objects.get(uscc=CODE, kind="registration")
    wait = question.due_at - question.asked_at
    assert dt.timedelta(seconds=50) < wait < dt.timedelta(seconds=70)
    assert question.problem == "HTTP 503"
    assert services.ask_due() == {"answered": 0, "away": 0}  # not before it is due
    register.status = 200
    Enquiry.objects.update(due_at=timezone.now())
    run = run_job("ask_registers")
    assert run.result == {"answered": 2, "away": 0}
    assert not Enquiry.objects.filter(due_at__isnull=False).exists()


def test_a_register_says_when_it_wants_to_be_asked_again(register):
    register.status, register.headers = 429, {"Retry-After": "7200"}
    services.owe(CODE)
    services.ask_due()
    question = Enquiry.objects.get(uscc=CODE, kind="registration")
    assert question.due_at - question.asked_at > dt.timedelta(minutes=119)


def test_after_many_attempts_it_is_left_to_a_person(register):
    register.status = 500
    services.owe(CODE)
    for _attempt in range(len(services.WAITS) + 1):
        Enquiry.objects.update(due_at=timezone.now() - dt.timedelta(seconds=1))
        services.ask_due()
    assert not Enquiry.objects.filter(due_at__isnull=False).exists()
    assert services.owe(CODE) == 0  # a rerun of the checks does not begin anew
    register.status = 200
    assert services.owe(CODE, again=True) == 2  # a person does
    assert services.ask_due()["answered"] == 2


def test_a_worker_that_died_leaves_its_question_due_again(register):
    services.owe(CODE)
    taken = services._take(timezone.now())
    assert taken is not None
    others = services.ask_due()
    assert others["answered"] == 1  # the one that was not taken
    assert services.ask_due(timezone.now() + services.LEASE + dt.timedelta(seconds=1))["answered"] == 1


def test_a_provider_that_breaks_costs_nobody_else_their_answer(register, monkeypatch):
    from merchants.registers.http import HttpProvider

    asked = HttpProvider.ask

    def broken(self, uscc, kind):
        if uscc == CODE:
            raise RuntimeError("a bug")
        return asked(self, uscc, kind)

    monkeypatch.setattr(HttpProvider, "ask", broken)
    services.owe(CODE)
    services.owe("914403001922038216")
    assert services.ask_due() == {"answered": 2, "away": 2}
    assert Enquiry.objects.get(uscc=CODE, kind="registration").problem == "RuntimeError"


def test_without_a_register_nothing_is_owed(settings):
    settings.REGISTER_PROVIDER = ""
    assert services.owe(CODE) == 0
    assert services.ask_due() == {"answered": 0, "away": 0}
    assert not services.connected()


def test_what_a_register_says_is_encrypted_at_rest(register):
    services.owe(CODE)
    services.ask_due()
    with connection.cursor() as cursor:
        cursor.execute("SELECT content FROM registers_registeranswer WHERE kind = 'registration'")
        assert "林志远" not in cursor.fetchone()[0]


def test_the_job_says_what_it_did(register):
    services.owe(CODE)
    assert jobs.ask(timezone.now(), _Quiet()) == {"answered": 2, "away": 0}


class _Quiet:
    cursor: dict = {}

    def __call__(self, done, total=None, *, cursor=None):
        return None


@pytest.mark.django_db(transaction=True)
def test_two_workers_ask_each_question_once(register):
    for code in (CODE, "914403001922038216", "9144030071526726XG"):
        services.owe(code)
    counts = []

    def work():
        try:
            counts.append(services.ask_due()["answered"])
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(counts) == 6
    assert len({(each["uscc"], each["kind"]) for each in register.asked}) == len(register.asked) == 6
