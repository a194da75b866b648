"""The console's work pages: who opens them, what the buttons do, what they cost."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from shopops.work import services as work
from shopops.work import viewing
from shopops.work.models import OperatorSkill, WorkItem
from shopops.work.reasons import Reason
from tests.work.conftest import HOUR, fill

pytestmark = pytest.mark.django_db


@pytest.fixture
def ann(workers, client):
    (ann,) = workers(1)
    client.force_login(ann)
    return ann


def url(name, *args):
    return reverse(f"work:{name}", args=args)


def test_a_queue_shows_what_waits_why_and_how_long(client, ann, put, supervisor):
    put(label="Shop A", reasons=[Reason("late", {"en": "Late", "zh-hans": "迟"})], due_at=timezone.now() - HOUR)
    held = work.claim(item=put(label="Shop B"), user=supervisor)
    page = client.get(url("queue", "test")).content.decode()
    assert "Shop A" in page and "Late" in page and "overdue by" in page
    assert "sue" in page and url("claim", held.pk) not in page
    assert "Assign" not in page and "style=" not in page.split("<main")[-1]
    page = client.get(url("queue", "test"), {"overdue": 1}).content.decode()
    assert "Shop A" in page and "Shop B" not in page


def test_claim_release_and_next(client, ann, put):
    item = put()
    assert client.post(url("claim", item.pk))["Location"] == url("item", item.pk)
    assert WorkItem.objects.get().claimed_by == ann
    client.post(url("release", item.pk))
    assert WorkItem.objects.get().claimed_by is None
    assert client.post(url("next", "test"))["Location"] == url("item", item.pk)
    assert client.post(url("release_mine"), {"next": "https://evil.example/"})["Location"] == reverse("admin:index")
    assert WorkItem.objects.get().claimed_by is None
    work.leave(queue="test", target=item.target)
    answer = client.post(url("next", "test"), follow=True)
    assert "nothing is free" in answer.content.decode()


def test_taking_over_asks_first_and_tells_the_other(client, ann, put, supervisor):
    item = work.claim(item=put(label="Shop A"), user=ann)
    assert client.get(url("take_over", item.pk)).status_code == 403
    client.force_login(supervisor)
    page = client.get(url("take_over", item.pk)).content.decode()
    assert "w00 has worked on it since" in page
    assert WorkItem.objects.get().claimed_by == ann, "asking changes nothing"
    client.post(url("take_over", item.pk))
    assert WorkItem.objects.get().claimed_by == supervisor
    client.force_login(ann)
    page = client.get(reverse("admin:index")).content.decode()
    assert "sue took Shop A over from you" in page
    assert "took Shop A over" not in client.get(reverse("admin:index")).content.decode()


def test_pages_are_for_who_may_work_on_the_queue(client, put, make_user):
    item = put()
    client.force_login(make_user("clerk", roles=["announcer"]))
    for address in (url("queue", "test"), url("item", item.pk), url("viewing", item.pk)):
        assert client.get(address).status_code == 403
    for address in (url("claim", item.pk), url("next", "test"), url("release", item.pk), url("assign", item.pk)):
        assert client.post(address).status_code == 403
    assert client.get(url("people")).status_code == 403
    assert client.get(url("agreement")).status_code == 403
    assert client.get("/admin/work/no-such-queue/").status_code == 404
    assert not client.get(reverse("admin:work_workitem_changelist")).context["cl"].result_count


def test_a_supervisor_assigns_and_spreads(client, put, workers, supervisor):
    ann, bob = workers(2)
    items = [put(), put(), put()]
    client.force_login(supervisor)
    client.post(url("assign_many", "test"), {"item": [items[0].pk, items[1].pk], "to": ann.pk})
    assert WorkItem.objects.filter(assigned_to=ann).count() == 2
    client.post(url("spread"), {"queue": "test", "person": [ann.pk, bob.pk]})
    assert WorkItem.objects.get(pk=items[2].pk).assigned_to == bob
    client.post(url("assign", items[2].pk), {"to": ann.pk})
    assert WorkItem.objects.filter(assigned_to=ann).count() == 3
    client.post(url("skills", bob.pk), {"skill": ["test.law", "unknown"]})
    assert list(OperatorSkill.objects.values_list("user", "skill")) == [(bob.pk, "test.law")]
    page = client.get(url("people")).content.decode()
    assert "w00" in page and "Law" in page


def test_who_looks_at_an_item_is_seen_by_others(client, ann, put, supervisor):
    item = put()
    address = url("viewing", item.pk)
    assert "looks at this" not in client.get(address).content.decode()
    client.force_login(supervisor)
    page = client.get(address).content.decode()
    assert "w00 looks at this right now" in page and f'hx-get="{address}"' in page
    assert "w00" in client.get(url("item", item.pk)).content.decode(), "also without scripts"


def test_who_stopped_looking_is_forgotten_and_a_silent_redis_hurts_nobody(put, workers, monkeypatch, settings):
    ann, bob = workers(2)
    item = put()
    now = [1000.0]
    monkeypatch.setattr(viewing.time, "time", lambda: now[0])
    viewing.look(item, ann)
    assert viewing.look(item, bob) == [ann]
    now[0] += viewing.LIFE + 1
    assert viewing.look(item, bob) == []
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    assert viewing.look(item, bob) == []


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_every_page_opens_in_both_languages(client, put, supervisor, language):
    item = put(reasons=[Reason("late", {"en": "Late", "zh-hans": "迟"})])
    client.force_login(supervisor)
    for address in (url("queue", "test"), url("item", item.pk), url("people"), url("agreement"), "/admin/"):
        assert client.get(address, headers={"accept-language": language}).status_code == 200, address


def test_pages_cost_the_same_however_much_waits(client, ann, put):
    put(reasons=[Reason("late", {"en": "Late"})])
    pages = [url("queue", "test"), reverse("admin:index")]
    for page in pages:
        client.get(page)
    costs = []
    for _round in range(2):
        for page in pages:
            with CaptureQueriesContext(connection) as queries:
                assert client.get(page).status_code == 200
            costs.append(len(queries))
        fill(200)
    assert costs[:2] == costs[2:] and max(costs) <= 25, costs
