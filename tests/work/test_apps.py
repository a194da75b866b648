"""The apps on the engine: applications read twice, what their items say, complaints taken over."""

import dataclasses
import datetime as dt
import re

import pytest
from django.urls import reverse
from django.utils import timezone

from complaints import services as complaints
from merchants import selectors, services
from merchants.models import Application, Member, Merchant
from merchants.policy import ONBOARDING
from shopops.clocks.models import Pause
from shopops.policies.services import load_pack, load_packs
from shopops.work import services as work
from shopops.work.models import SecondRead, WorkItem
from shopops.work.queues import queues
from shopops.work.sla import Clocks
from tests.merchants.factories import submitted

pytestmark = pytest.mark.django_db


@pytest.fixture
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def every_decision_is_drawn(monkeypatch):
    queue = queues.get("applications")
    sample = dataclasses.replace(queue.second_reads, fraction=1.0)
    monkeypatch.setitem(queues._items, "applications", dataclasses.replace(queue, second_reads=sample))


@pytest.fixture
def people(media, make_user):
    load_pack(ONBOARDING)
    lin, zhou = (make_user(name, roles=["reviewer"]) for name in ("lin", "zhou"))
    return make_user("chen"), lin, zhou


def test_an_application_says_why_it_waits_and_when_it_is_due_also_after_a_pause(people):
    application = submitted(people[0], category="food", scope="食品销售")
    item = services.item_of(application)
    assert {"new", "high_risk"} <= {reason.code for reason in item.reasons.all()}
    assert Clocks().due(item) == selectors.promised_at(application)
    now = timezone.now()
    Pause.objects.create(feature="onboarding", start=now - dt.timedelta(days=3), end=now + dt.timedelta(days=9))
    assert Clocks().due(item) == selectors.promised_at(application) > now + dt.timedelta(days=9)


def test_a_second_reader_gives_a_verdict_without_seeing_the_first(client, people, every_decision_is_drawn):
    chen, lin, zhou = people
    application = submitted(chen)
    services.reject(application=application, actor=lin, reason_codes=["prohibited"])
    item = WorkItem.objects.get(queue="applications.second")
    address = reverse("review:second", args=[item.pk])

    client.force_login(lin)
    assert client.get(address).status_code == 302, "nobody reads their own decision again"
    client.force_login(zhou)
    assert client.post(reverse("work:next", args=["applications.second"]))["Location"] == address
    page = client.get(address).content.decode()
    assert "Blind second read" in page and application.shop_name in page
    told = [match.group() for match in re.finditer(r".{0,60}([Rr]ejected|\blin\b).{0,30}", page)]
    assert told == []
    assert client.post(address, {"verdict": "perhaps"}).status_code == 404
    client.post(address, {"verdict": "approve", "note": "Looks fine"})
    read = SecondRead.objects.get()
    assert (read.first_verdict, read.second_verdict, read.second_by) == ("reject", "approve", zhou)
    application.refresh_from_db()
    assert application.state == Application.State.REJECTED
    assert not Merchant.objects.exists()


def test_what_the_applicant_changed_meanwhile_is_not_compared(client, people, every_decision_is_drawn):
    chen, lin, zhou = people
    application = submitted(chen)
    services.ask_for_corrections(application=application, actor=lin, reason_codes=["scope"])
    address = reverse("review:second", args=[WorkItem.objects.get(queue="applications.second").pk])
    client.force_login(zhou)
    page = client.get(address).content.decode()
    assert "Corrections asked for" not in page and "Corrections needed" not in page
    (request,) = services.open_requests(application)
    services.answer(request=request, value="体育用品零售")
    assert client.get(address, follow=True).redirect_chain
    assert WorkItem.objects.get(queue="applications.second").left_at is not None


def test_the_workbench_says_who_has_a_case_since_when_and_asks_before_a_take_over(client, people, make_user):
    chen, lin, _zhou = people
    application = submitted(chen)
    services.open_case(application=application, user=lin)
    client.force_login(make_user("sue", roles=["supervisor"]))
    page = client.get(reverse("review:case", args=[application.pk])).content.decode()
    assert "lin has worked on it since" in page and 'popovertarget="take-over"' in page
    client.post(reverse("review:take_over", args=[application.pk]))
    client.force_login(lin)
    page = client.get(reverse("review:case", args=[application.pk])).content.decode()
    assert f"sue took {services.item_of(application).label} over from you" in page


def test_a_supervisor_takes_a_complaint_over(client, make_user):
    load_packs()
    shop = Merchant.objects.create(shop_name="Wren")
    agents = [make_user(f"a{number}", roles=["complaint_agent"]) for number in (1, 2)]
    Member.objects.create(merchant=shop, user=make_user("owner"))
    complaint = complaints.file_complaint(
        merchant=shop, order_reference="A-1", kind="payment", text="x", buyer_name="W", buyer_contact="1"
    )
    complaints.answer(complaint=complaint, actor=shop.members.get().user, text="y")
    assert work.next_for(agents[0], "complaints").reasons.count() == 2
    address = reverse("complaints:take_over", args=[complaint.pk])
    client.force_login(agents[1])
    assert client.post(address).status_code == 403
    sue = make_user("sue", roles=["supervisor"])
    client.force_login(sue)
    page = client.get(reverse("complaints:bench", args=[complaint.pk])).content.decode()
    assert "a1 has worked on it since" in page
    client.post(address)
    assert WorkItem.objects.get().claimed_by == sue
    assert 'name="decision"' in client.get(reverse("complaints:bench", args=[complaint.pk])).content.decode()
