"""kill -9 of the workers in the middle of jobs: nothing is missing afterwards and nothing is doubled."""

import datetime as dt
from itertools import pairwise

import pytest
from django.utils import timezone

from maintenance.models import Impact, Window
from maintenance.services import announce, schedule
from merchants.models import Member, Merchant
from orders.models import Order
from shopops.accounts.models import User
from shopops.jobs.models import JobRun
from shopops.jobs.services import run_job
from shopops.notifications.models import Delivery
from shopops.webhooks import models as webhooks
from shopops.webhooks import services
from shopops.webhooks.models import OutboxEvent
from tests.faults.conftest import wait_for
from tests.webhooks.receiver import receiving
from warning_center.models import Warning

pytestmark = pytest.mark.slow

SHOPS = 150
HOUR = dt.timedelta(hours=1)


@pytest.fixture
def shops(transactional_db) -> list[Merchant]:
    """Shops whose owners want to be told in English."""
    merchants = Merchant.objects.bulk_create(Merchant(shop_name=f"Shop {n}") for n in range(SHOPS))
    owners = User.objects.bulk_create(
        User(email=f"owner{n}@example.com", name=f"Owner {n}", language="en", password="!") for n in range(SHOPS)
    )
    Member.objects.bulk_create(
        Member(merchant=merchant, user=owner) for merchant, owner in zip(merchants, owners, strict=True)
    )
    return merchants


def make_late(shops: list[Merchant], now: dt.datetime) -> None:
    """Forty orders each, every fourth shipped a day late."""
    Order.objects.bulk_create(
        Order(
            merchant=shop,
            external_id=f"{shop.pk}-{n}",
            placed_at=now - dt.timedelta(days=10) - n * HOUR,
            ship_by=now - dt.timedelta(days=8) - n * HOUR,
            shipped_at=now - dt.timedelta(days=8 if n % 4 else 7, hours=n + 1 if n % 4 else n),
            state="shipped",
            amount=1000,
        )
        for shop in shops
        for n in range(40)
    )


def is_done(job: str) -> bool:
    return JobRun.objects.filter(job=job, state="succeeded").exists()


def revive(workers, job: str) -> None:
    """What time and beat do after a crash: the run falls silent, its claims lapse, a worker starts."""
    past = timezone.now() - dt.timedelta(minutes=10)
    workers.start()
    JobRun.objects.filter(state="running").update(heartbeat_at=past)
    Delivery.objects.filter(state="sending").update(claimed_at=past)
    workers.send("shopops.resume_killed_jobs")
    wait_for(lambda: is_done(job))
    workers.send("shopops.sweep_deliveries")
    wait_for(lambda: not Delivery.objects.exclude(state__in=["sent", "read"]).exists())


def assert_everybody_told_once(sink, expected: int, kills: int) -> None:
    """One e-mail per delivery; a copy of the one in flight at a kill carries the same Message-ID."""
    ids = [mail["Message-ID"] for _address, mail in sink.mails]
    assert len(set(ids)) == expected
    assert len(ids) - len(set(ids)) <= kills
    assert Delivery.objects.filter(channel="email", state="sent").count() == expected


def test_check_risks_killed_in_the_middle_warns_every_shop_once(workers, mailbox, shops):
    now = timezone.now()
    make_late(shops, now)
    run_job("update_counters", as_of=now)
    workers.start()
    workers.send("shopops.run_job", "check_risks", now.isoformat())
    wait_for(lambda: Warning.objects.count() >= 15)
    workers.kill()
    assert 15 <= Warning.objects.count() < SHOPS, "the kill came too late to prove anything"
    revive(workers, "check_risks")
    assert sorted(Warning.objects.values_list("merchant_id", flat=True)) == sorted(shop.pk for shop in shops)
    assert Delivery.objects.filter(channel="in_app").count() == SHOPS
    assert_everybody_told_once(mailbox[0], SHOPS, kills=1)


def test_the_notice_job_killed_while_mail_leaves_tells_every_owner_once(workers, mailbox, shops, make_user):
    announcer = make_user("ann", roles=["announcer"])
    starts = timezone.now() + dt.timedelta(days=6)
    window = Window.objects.create(
        title_en="Database upgrade",
        title_zh="数据库升级",
        starts_at=starts,
        ends_at=starts + 3 * HOUR,
        created_by=announcer,
    )
    Impact.objects.create(window=window, service="shipping", audience="merchants", mode="down")
    announce(window=schedule(window=window, actor=announcer), actor=announcer)
    workers.start()
    workers.send("shopops.run_job", "send_due_notices", (timezone.now() + dt.timedelta(minutes=2)).isoformat())
    wait_for(lambda: len(mailbox[0].mails) >= 20)
    workers.kill()
    assert len(mailbox[0].mails) < SHOPS, "the kill came too late to prove anything"
    revive(workers, "send_due_notices")
    assert_everybody_told_once(mailbox[0], SHOPS, kills=1)


EVENTS = 400


def test_the_dispatcher_of_webhooks_killed_again_and_again_loses_nothing_and_keeps_the_order(
    workers, make_user, settings
):
    settings.WEBHOOK_ALLOWED_NETWORKS = ["127.0.0.0/8"]
    boss = make_user("boss", roles=["supervisor"])
    with receiving() as one, receiving() as two:
        endpoints = [services.add_endpoint(url=each.url, events=[], actor=boss) for each in (one, two)]
        events = OutboxEvent.objects.bulk_create(
            OutboxEvent(uid=f"evt_{number:04d}", type="complaints.complaint.filed", data={"number": number})
            for number in range(EVENTS)
        )
        webhooks.Delivery.objects.bulk_create(
            webhooks.Delivery(endpoint=endpoint, event=event) for endpoint in endpoints for event in events
        )
        kills = 0
        while kills < 3:
            arrived = len(one.calls) + len(two.calls)
            workers.start()
            workers.send("shopops.deliver_webhooks")
            wait_for(lambda arrived=arrived: len(one.calls) + len(two.calls) >= arrived + 60)
            workers.kill()
            kills += 1
        assert len(one.calls) + len(two.calls) < 2 * EVENTS, "the kills came too late to prove anything"
        workers.start()
        workers.send("shopops.deliver_webhooks")
        wait_for(lambda: not webhooks.Delivery.objects.filter(state="waiting").exists(), 90)
        for receiver in (one, two):
            uids = [call.uid for call in receiver.calls]
            assert list(dict.fromkeys(uids)) == [event.uid for event in events], "missing, or out of order"
            assert len(uids) - EVENTS <= kills
            assert all(before <= after for before, after in pairwise(uids)), "a repetition came after something newer"
