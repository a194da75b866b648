"""kill -9 of the delivery workers at random moments over 2,000 e-mails: none missing, at most one double per kill."""

import datetime as dt
import os
import random
import signal
import subprocess
import sys
import time

import pytest
from django.utils import timezone

from shopops.accounts.models import User
from shopops.notifications.models import Delivery
from shopops.notifications.services import notify_many
from tests.faults.conftest import wait_for

pytestmark = pytest.mark.slow

EMAILS = 2000
ROUNDS = 4
PROCESSES = 2


@pytest.fixture
def queued(transactional_db):
    """A notice to 2,000 people that is about to leave by e-mail."""
    User.objects.bulk_create(
        User(email=f"owner{n}@example.com", name=f"Owner {n}", language="en", password="!") for n in range(EMAILS)
    )
    moment = timezone.now()
    notify_many(
        kind="notifications.catch_up",
        key="two-thousand",
        recipients=User.objects.order_by("pk").values_list("pk", "pk"),
        context={"count": 1, "items": [], "more": 0, "start": moment, "end": moment},
        url="/portal/messages/",
    )
    assert Delivery.objects.filter(channel="email", state="queued").count() == EMAILS


class Carriers:
    """Workers of one process each, so that every kill hits one hand that may hold one e-mail."""

    COMMAND = (sys.executable, "-m", "celery", "-A", "shopops", "worker", "-c", "1", "-P", "solo", "-l", "ERROR")

    def __init__(self, environment):
        self._environment = environment
        self._running = []

    def start(self):
        for _ in range(PROCESSES):
            process = subprocess.Popen(self.COMMAND, env=self._environment, start_new_session=True)
            self._running.append(process)

    def kill(self):
        """kill -9 of each; returns how many."""
        count = len(self._running)
        while self._running:
            process = self._running.pop()
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        return count


def test_workers_killed_at_random_moments_lose_no_email_and_double_at_most_one_per_kill(workers, mailbox, queued):
    sink, _port = mailbox
    dice, carriers, kills = random.Random(20), Carriers(workers._environment), 0
    try:
        for _round in range(ROUNDS):
            goal = len(sink.mails) + dice.randrange(20, 300)
            carriers.start()
            for _worker in range(PROCESSES):
                workers.send("shopops.sweep_deliveries")
            wait_for(lambda goal=goal: len(sink.mails) >= goal)
            time.sleep(dice.random() / 50)
            kills += carriers.kill()
            assert len(sink.mails) < EMAILS, "the kill came too late to prove anything"
            # What time does after a crash: the claims of the dead lapse.
            past = timezone.now() - dt.timedelta(minutes=10)
            Delivery.objects.filter(state="sending").update(claimed_at=past)
        carriers.start()
        workers.send("shopops.sweep_deliveries")
        wait_for(lambda: not Delivery.objects.exclude(state__in=["sent", "read"]).exists())
    finally:
        carriers.kill()
    ids = [mail["Message-ID"] for _address, mail in sink.mails]
    rows = Delivery.objects.filter(channel="email", state="sent", sent_at__isnull=False)
    assert rows.count() == EMAILS, "the ledger says that all left"
    assert {address for address, _mail in sink.mails} == set(rows.values_list("address", flat=True)), "none is missing"
    assert len(set(ids)) == EMAILS, "a double is the same e-mail, which mail systems can drop"
    assert len(ids) - EMAILS <= kills, "at most one double per kill"
