"""Ends of documents: told at 30, 15 and 7 days and once they ended, each once; a renewal stops the rest."""

import datetime as dt

import pytest
from django.utils import timezone

from merchants.changes import services
from merchants.changes.jobs import tell_of_ends
from merchants.changes.models import ExpiryNotice
from merchants.models import Document, Member, Merchant
from shopops.jobs.models import JobRun
from shopops.jobs.services import resume_killed_jobs, run_job
from shopops.notifications.models import Delivery, Message
from tests.changes.conftest import add_document, make_shop
from tests.changes.factories import approve, licence

pytestmark = pytest.mark.django_db


class Quiet:
    """Progress that nobody looks at; `stop_after` dies at that report."""

    def __init__(self, stop_after: int | None = None, cursor: dict | None = None) -> None:
        self.cursor = cursor or {}
        self.reports, self.stop_after = 0, stop_after

    def __call__(self, done, total=None, *, cursor=None):
        self.reports += 1
        if cursor is not None:
            self.cursor = cursor
        if self.stop_after is not None and self.reports >= self.stop_after:
            raise KeyboardInterrupt


def noon(days: int = 0) -> dt.datetime:
    """Noon of a marketplace day."""
    day = timezone.localdate() + dt.timedelta(days=days)
    return timezone.make_aware(dt.datetime.combine(day, dt.time(12)), timezone.get_default_timezone())


def steps() -> list[tuple[int, int]]:
    """Which step was told, on which day from today on."""
    first = timezone.localdate()
    return [
        (each.step, (timezone.localtime(each.as_of, timezone.get_default_timezone()).date() - first).days)
        for each in ExpiryNotice.objects.order_by("id")
    ]


def test_each_step_is_told_once_on_its_day(shop, owner):
    Document.objects.update(expires_on=timezone.localdate() + dt.timedelta(days=32))
    for day in range(41):
        tell_of_ends(noon(day), Quiet())
        tell_of_ends(noon(day), Quiet())
    assert steps() == [(30, 2), (15, 17), (7, 25), (0, 33)]
    assert Message.objects.filter(kind="changes.document_expiring").count() == 4


def test_owner_and_managers_are_told_and_viewers_are_not(shop, owner, make_user):
    manager, viewer = make_user("manager"), make_user("viewer")
    Member.objects.create(merchant=shop, user=manager, role="manager")
    Member.objects.create(merchant=shop, user=viewer, role="viewer")
    Document.objects.update(expires_on=timezone.localdate() + dt.timedelta(days=12))
    tell_of_ends(noon(), Quiet())
    told = Delivery.objects.filter(message__kind="changes.document_expiring", channel="in_app")
    assert set(told.values_list("recipient", flat=True)) == {owner.pk, manager.pk}


def test_steps_that_were_missed_are_not_made_up_for(shop):
    Document.objects.update(expires_on=timezone.localdate() + dt.timedelta(days=5))
    tell_of_ends(noon(), Quiet())
    assert [step for step, _day in steps()] == [7]


def test_an_approved_renewal_stops_the_later_steps(shop, owner, reviewer):
    old = Document.objects.get()
    Document.objects.update(expires_on=timezone.localdate() + dt.timedelta(days=20))
    tell_of_ends(noon(), Quiet())
    request = services.renew_document(merchant=shop, paper=licence(shop), actor=owner, replaces=old)
    tell_of_ends(noon(6), Quiet())
    assert [step for step, _day in steps()] == [30, 15], "until the renewal is approved the old one counts"
    approve(request, reviewer)
    for day in range(7, 40):
        tell_of_ends(noon(day), Quiet())
    assert [step for step, _day in steps()] == [30, 15]


def test_a_corrected_date_begins_anew(shop):
    Document.objects.update(expires_on=timezone.localdate() + dt.timedelta(days=5))
    tell_of_ends(noon(), Quiet())
    Document.objects.update(expires_on=timezone.localdate() + dt.timedelta(days=28))
    tell_of_ends(noon(), Quiet())
    assert [step for step, _day in steps()] == [7, 30]


def test_closed_shops_and_endless_documents_hear_nothing(shop, owner):
    Merchant.objects.filter(pk=shop.pk).update(state="closed")
    Document.objects.update(expires_on=timezone.localdate())
    add_document(make_shop(owner, 5), owner, days=None)
    tell_of_ends(noon(), Quiet())
    assert steps() == []


def test_forty_days_with_200_shops(owner):
    """Every shop's document ends on another day; over 40 days each hears each step that falls into them, once."""
    shops = [make_shop(owner, number) for number in range(1, 201)]
    for number, each in enumerate(shops):
        add_document(each, owner, days=number % 60)
    first = Document.objects.get(merchant=shops[20])
    for day in range(40):
        if day == 3:
            Document.objects.filter(pk=first.pk).update(replaced_at=timezone.now())
        tell_of_ends(noon(day), Quiet())
    expected = 0
    for number in range(200):
        days = number % 60
        reached: list[int] = []
        for day in range(3 if number == 20 else 40):
            left = days - day
            step = 0 if left < 0 else min((s for s in (30, 15, 7) if s >= left), default=None)
            if step is not None and step not in reached:
                reached.append(step)
        expected += len(reached)
    assert ExpiryNotice.objects.count() == expected
    assert Message.objects.filter(kind="changes.document_expiring").count() == expected


def test_a_killed_job_tells_the_rest_and_nobody_twice(owner):
    for number in range(1, 61):
        add_document(make_shop(owner, number), owner, days=10)
    broken = Quiet(stop_after=1)
    with pytest.raises(KeyboardInterrupt):
        tell_of_ends(noon(), broken)
    told = ExpiryNotice.objects.count()
    assert 0 < told < 60
    tell_of_ends(noon(), Quiet(cursor=broken.cursor))
    assert ExpiryNotice.objects.count() == 60
    assert Message.objects.filter(kind="changes.document_expiring").count() == 60


@pytest.mark.django_db(transaction=True)
def test_the_job_resumes_by_itself_after_a_kill(owner, shop):
    Document.objects.update(expires_on=timezone.localdate() + dt.timedelta(days=5))
    JobRun.objects.create(
        job="tell_of_ends", as_of=timezone.now(), trigger="beat", heartbeat_at=timezone.now() - dt.timedelta(minutes=5)
    )
    assert resume_killed_jobs() == ["tell_of_ends"]
    assert ExpiryNotice.objects.count() == 1
    assert run_job("tell_of_ends").result["told"] == 0
