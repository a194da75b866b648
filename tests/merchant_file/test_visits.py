"""Records of contact: kept, corrected by their author for a day, followed up once."""

import datetime as dt
import threading

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from merchants.file import services
from merchants.file.follow_ups import QUEUE
from merchants.file.models import Visit
from shopops.audit.models import Entry
from shopops.work.queues import states_for
from shopops.work.services import open_items_of
from tests.merchants.factories import png


@pytest.fixture
def agent(make_user):
    return make_user("agent", roles=["complaint_agent"])


def recorded(merchant, by, **more):
    facts = {"kind": "call", "at": timezone.now(), "purpose": "Late parcels", **more}
    return services.record_visit(merchant=merchant, by=by, **facts)


def filled(**more):
    at = timezone.localtime() - dt.timedelta(minutes=10)
    return {"kind": "visit", "at": at.strftime("%Y-%m-%dT%H:%M"), "purpose": "New warehouse", **more}


def test_a_contact_is_recorded_on_the_file_with_its_files(client, merchant, agent):
    client.force_login(agent)
    photo = SimpleUploadedFile("hall.png", png())
    response = client.post(
        reverse("merchant_file:record", args=[merchant.pk]),
        filled(with_whom="Ms Chen", result="Fine", files=[photo, SimpleUploadedFile("again.png", png())]),
    )
    assert response.status_code == 302
    visit = Visit.objects.get()
    assert (visit.by, visit.merchant, visit.with_whom) == (agent, merchant, "Ms Chen")
    assert [each.original_name for each in visit.files.all()] == ["hall.png"]
    assert Entry.objects.get(action="merchant_file.visit.recorded").merchant_id == merchant.pk
    with connection.cursor() as cursor:
        cursor.execute("SELECT with_whom FROM merchant_file_visit")
        assert "Chen" not in cursor.fetchone()[0]
    text = client.get(reverse("merchant_file:file", args=[merchant.pk]), {"part": "visits"}).text
    assert "New warehouse" in text and "Ms Chen" in text


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"purpose": ""}, "This field is required"),
        ({"follow_up": "Ask again"}, "until when"),
        ({"follow_up_due": "2026-12-01"}, "what is to be done"),
        ({"at": "2999-01-01T10:00"}, "in the future"),
        ({"kind": "dance"}, "Select a valid choice"),
    ],
)
def test_what_does_not_belong_together_is_told_with_the_form_as_it_was(client, merchant, agent, wrong, said):
    client.force_login(agent)
    response = client.post(reverse("merchant_file:record", args=[merchant.pk]), filled(result="Kept text") | wrong)
    assert response.status_code == 422
    assert said in response.text and "Kept text" in response.text
    assert not Visit.objects.exists()


def test_a_page_named_like_a_picture_is_refused(client, merchant, agent):
    client.force_login(agent)
    file = SimpleUploadedFile("hall.jpg", b"<html>hello</html>")
    response = client.post(reverse("merchant_file:record", args=[merchant.pk]), filled(files=[file]))
    assert response.status_code == 422 and "not a JPG, PNG or PDF" in response.text
    assert not Visit.objects.exists()


def test_the_author_corrects_it_for_a_day_and_nobody_else_ever(merchant, agent, supervisor):
    visit = recorded(merchant, agent)
    now = visit.created_at
    with pytest.raises(services.VisitStands):
        services.edit_visit(visit=visit, actor=supervisor, result="No")
    services.edit_visit(visit=visit, actor=agent, result="Yes", now=now + dt.timedelta(hours=23))
    with pytest.raises(services.VisitStands):
        services.edit_visit(visit=visit, actor=agent, result="Late", now=now + dt.timedelta(hours=24))
    visit.refresh_from_db()
    assert visit.result == "Yes"
    entry = Entry.objects.get(action="merchant_file.visit.edited")
    assert entry.after["fields"] == ["result"] and "Yes" not in str(entry.after)


def test_the_page_refuses_a_correction_by_somebody_else(client, merchant, agent, supervisor):
    visit = recorded(merchant, agent)
    client.force_login(supervisor)
    page = reverse("merchant_file:visit", args=[visit.pk])
    assert "Correct it" not in client.get(page).text
    client.post(page, filled(purpose="Changed"))
    visit.refresh_from_db()
    assert visit.purpose == "Late parcels"


def test_a_follow_up_waits_in_the_queue_on_its_day_and_leaves_when_done(client, merchant, agent, supervisor):
    today = timezone.localdate()
    later = recorded(merchant, agent, follow_up="Look again", follow_up_due=today + dt.timedelta(days=3))
    visit = recorded(merchant, agent, follow_up="Ask again", follow_up_due=today)
    waiting = {each.queue.code: each.waiting for each in states_for(supervisor)}
    assert waiting[QUEUE] == 1
    assert open_items_of(QUEUE, later).get().entered_at > timezone.now()
    client.force_login(supervisor)
    client.post(reverse("merchant_file:follow_up", args=[visit.pk]), {"outcome": "All well"})
    visit.refresh_from_db()
    assert (visit.followed_up_by, visit.outcome) == (supervisor, "All well")
    assert not open_items_of(QUEUE, visit).exists()
    with pytest.raises(services.VisitStands):
        services.follow_up(visit=visit, actor=agent)


def test_a_correction_moves_the_follow_up_or_takes_it_out(merchant, agent):
    today = timezone.localdate()
    visit = recorded(merchant, agent, follow_up="Ask again", follow_up_due=today)
    later = today + dt.timedelta(days=5)
    visit = services.edit_visit(visit=visit, actor=agent, follow_up_due=later)
    assert timezone.localtime(open_items_of(QUEUE, visit).get().entered_at).date() == later
    services.edit_visit(visit=visit, actor=agent, follow_up="", follow_up_due=None)
    assert not open_items_of(QUEUE, visit).exists()


def test_a_record_holds_so_many_files(merchant, agent):
    files = [SimpleUploadedFile(f"{number}.png", png(number)) for number in range(services.MOST_FILES + 1)]
    with pytest.raises(ValidationError):
        recorded(merchant, agent, files=files)
    assert not Visit.objects.exists()


def test_opening_a_file_of_a_contact_is_logged_and_closed_to_the_shop(client, merchant, agent, owner):
    visit = recorded(merchant, agent, files=[SimpleUploadedFile("hall.png", png())])
    address = reverse("merchant_file:visit_file", args=[visit.files.get().pk])
    client.force_login(owner)
    assert client.get(address).status_code in (302, 403)
    client.force_login(agent)
    assert b"".join(client.get(address).streaming_content) == png()
    assert Entry.objects.get(action="merchant_file.file.opened").actor == agent


def test_who_may_only_read_cannot_record(client, merchant, agent, make_user):
    visit = recorded(merchant, agent, follow_up="Ask", follow_up_due=timezone.localdate())
    client.force_login(make_user("auditor", roles=["auditor"]))
    assert client.post(reverse("merchant_file:record", args=[merchant.pk]), filled()).status_code == 403
    assert client.post(reverse("merchant_file:follow_up", args=[visit.pk])).status_code == 403
    assert client.get(reverse("merchant_file:visit", args=[visit.pk])).status_code == 200
    assert Visit.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_who_tick_it_off_at_once_one_succeeds(merchant, agent, supervisor):
    visit = recorded(merchant, agent, follow_up="Ask", follow_up_due=timezone.localdate())
    outcomes = []

    def tick(user):
        try:
            services.follow_up(visit=visit, actor=user)
            outcomes.append("done")
        except services.VisitStands:
            outcomes.append("stands")
        finally:
            connection.close()

    threads = [threading.Thread(target=tick, args=[user]) for user in (agent, supervisor)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert sorted(outcomes) == ["done", "stands"]
