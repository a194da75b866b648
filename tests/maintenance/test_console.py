"""The console: plans are written, buttons move them, the proof of notice can be read and exported."""

import csv
import io

import pytest
from django.urls import reverse
from django.utils import timezone

from maintenance import selectors, services
from maintenance.admin import WindowAdmin
from maintenance.models import Incident, Window
from merchants.models import Merchant
from shopops.accounts.models import User
from shopops.audit.selectors import history
from shopops.clocks.models import Pause
from tests.maintenance.conftest import DAY, HOUR, NOW, START, run

pytestmark = pytest.mark.django_db
ADD = "admin:maintenance_window_add"
CHANGE = "admin:maintenance_window_change"
ACT = "admin:maintenance_window_act"


@pytest.fixture
def as_announcer(client, announcer):
    client.force_login(announcer)
    return client


def plan(**fields):
    values = {
        "title_en": "Database upgrade",
        "title_zh": "数据库升级",
        "summary_en": "",
        "summary_zh": "",
        "kind": "server",
        "starts_at_0": "2027-03-05",
        "starts_at_1": "02:00",
        "ends_at_0": "2027-03-05",
        "ends_at_1": "05:00",
        "impacts-TOTAL_FORMS": "1",
        "impacts-INITIAL_FORMS": "0",
        "impacts-0-service": "shipping",
        "impacts-0-audience": "merchants",
        "impacts-0-mode": "down",
        "impacts-0-note_en": "",
        "impacts-0-note_zh": "",
    }
    return values | fields


def test_an_announcer_drafts_a_window_in_marketplace_time(as_announcer, announcer):
    response = as_announcer.post(reverse(ADD), plan())
    assert response.status_code == 302, response.context["errors"]
    window = Window.objects.get()
    assert window.starts_at.isoformat() == "2027-03-04T18:00:00+00:00"
    assert (window.created_by, window.impacts.count()) == (announcer, 1)
    assert history(window).get().action == "maintenance.window.drafted"


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"ends_at_1": "01:00"}, "must end after it starts"),
        ({"title_zh": ""}, "required"),
        ({"starts_at_1": "25:00"}, "valid"),
        (
            {
                "impacts-TOTAL_FORMS": "2",
                "impacts-1-service": "shipping",
                "impacts-1-audience": "merchants",
                "impacts-1-mode": "works",
            },
            "duplicate",
        ),
        ({"impacts-0-note_en": "only English"}, "both languages"),
    ],
)
def test_a_plan_with_a_mistake_is_not_saved_and_says_where(as_announcer, fields, error):
    response = as_announcer.post(reverse(ADD), plan(**fields))
    assert response.status_code == 200
    assert error in response.content.decode()
    assert not Window.objects.exists()


def test_buttons_follow_the_state(as_announcer, draft, announcer):
    window = draft(starts_at=timezone.now() + 9 * DAY)

    def buttons():
        text = as_announcer.get(reverse(CHANGE, args=[window.pk])).content.decode()
        codes = ("schedule", "announce", "move", "revise", "extend", "complete", "cancel")
        return [code for code in codes if reverse(ACT, args=[window.pk, code]) in text]

    assert buttons() == ["schedule", "cancel"]
    services.schedule(window=window, actor=announcer)
    assert buttons() == ["announce", "move", "revise", "cancel"]
    services.announce(window=window, actor=announcer)
    assert buttons() == ["move", "cancel"]
    run(window.starts_at)
    assert buttons() == ["extend", "complete"]


def test_looking_at_a_button_changes_nothing(as_announcer, draft):
    window = draft(starts_at=timezone.now() + 9 * DAY)
    assert as_announcer.get(reverse(ACT, args=[window.pk, "schedule"])).status_code == 200
    window.refresh_from_db()
    assert window.state == "draft"


def test_scheduling_and_announcing_by_buttons(as_announcer, draft):
    window = draft(starts_at=timezone.now() + 9 * DAY)
    assert as_announcer.post(reverse(ACT, args=[window.pk, "schedule"])).status_code == 302
    assert Pause.objects.count() == 2
    assert as_announcer.post(reverse(ACT, args=[window.pk, "announce"])).status_code == 302
    window.refresh_from_db()
    assert window.state == "announced"


def test_too_little_notice_is_explained_at_the_field_and_overridden_by_a_supervisor(
    as_announcer, draft, announcer, supervisor
):
    window = services.schedule(window=draft(starts_at=timezone.now() + 5 * HOUR), actor=announcer)
    address = reverse(ACT, args=[window.pk, "announce"])
    response = as_announcer.post(address, {"emergency_reason": ""})
    assert response.status_code == 422
    assert "the policy asks for 72 h" in response.context["form"].errors["emergency_reason"][0]
    assert as_announcer.post(address, {"emergency_reason": "Disk"}).status_code == 422
    as_announcer.force_login(supervisor)
    assert as_announcer.post(address, {"emergency_reason": "Disk"}).status_code == 302
    window.refresh_from_db()
    assert (window.state, window.emergency_reason) == ("announced", "Disk")


def test_moving_by_the_button(as_announcer, announced):
    window = announced(at=timezone.now(), starts_at=timezone.now() + 9 * DAY)
    values = {"starts_at_0": "2099-01-01", "starts_at_1": "02:00", "ends_at_0": "2099-01-01", "ends_at_1": "04:00"}
    assert as_announcer.post(reverse(ACT, args=[window.pk, "move"]), values).status_code == 302
    window.refresh_from_db()
    assert (window.times_revision, window.length) == (2, 2 * HOUR)


def test_a_button_of_an_old_page_says_so(as_announcer, announced):
    window = announced()
    response = as_announcer.post(reverse(ACT, args=[window.pk, "schedule"]), follow=True)
    assert "somebody was faster" in response.content.decode()


def test_a_form_that_was_open_while_somebody_scheduled_undoes_nothing(as_announcer, draft, announcer, monkeypatch):
    window = draft(starts_at=timezone.now() + 9 * DAY)
    monkeypatch.setattr(WindowAdmin, "has_change_permission", lambda self, request, obj=None: True)
    services.schedule(window=window, actor=announcer)
    values = plan(**{"impacts-TOTAL_FORMS": "0"})
    assert as_announcer.post(reverse(CHANGE, args=[window.pk]), values).status_code == 403
    window.refresh_from_db()
    assert window.state == "scheduled"


def test_a_promised_plan_cannot_be_edited_and_no_window_deleted(as_announcer, announced):
    window = announced()
    assert as_announcer.post(reverse(CHANGE, args=[window.pk]), plan()).status_code == 403
    assert as_announcer.get(reverse("admin:maintenance_window_delete", args=[window.pk])).status_code == 403


@pytest.mark.parametrize("role", ["reviewer", "auditor", "complaint_agent", "logistics_desk", "risk_analyst"])
def test_other_operators_read_but_do_not_act(client, make_user, announced, role):
    window = announced()
    client.force_login(make_user(role, roles=[role]))
    assert client.get(reverse("admin:maintenance_window_changelist")).status_code == 200
    page = client.get(reverse(CHANGE, args=[window.pk]))
    assert page.status_code == 200 and "/act/" not in page.content.decode()
    assert client.get(reverse("admin:maintenance_window_proof", args=[window.pk])).status_code == 200
    assert client.get(reverse(ADD)).status_code == 403
    assert client.post(reverse(ACT, args=[window.pk, "cancel"]), {"reason": "x"}).status_code == 403


def test_merchants_and_strangers_get_nothing_of_the_console(client, shop, announced):
    window = announced()
    pages = [reverse("admin:maintenance_window_proof", args=[window.pk]), reverse(CHANGE, args=[window.pk])]
    for page in pages:
        assert client.get(page).status_code == 302
    client.force_login(shop().members.get().user)
    for page in pages:
        assert client.get(page).status_code == 302


def test_the_list_filters_and_takes_as_many_queries_for_one_window_as_for_ten(
    as_announcer, announced, django_assert_max_num_queries
):
    announced()
    address = reverse("admin:maintenance_window_changelist")
    as_announcer.get(address)
    for _number in range(9):
        announced()
    with django_assert_max_num_queries(20):
        text = as_announcer.get(address, {"state__exact": "announced"}).content.decode()
    assert text.count("Database upgrade") >= 10


def test_the_proof_names_who_was_told_and_who_was_not(as_announcer, announced, shop, announcer):
    shop("wren", staff=1)
    Merchant.objects.create(shop_name="Mute")
    window = announced()
    run(NOW)
    text = as_announcer.get(reverse("admin:maintenance_window_proof", args=[window.pk])).content.decode()
    assert "wren@example.com" in text and "Mute" in text
    assert "1 merchant has nobody to tell and is not counted" in text
    assert "100%" in text and "50%" not in text
    assert (
        "Merchants without people, not counted" in as_announcer.get(reverse(CHANGE, args=[window.pk])).content.decode()
    )


def test_coverage_counts_the_merchants_that_have_somebody_to_tell(announced, shop):
    shop("wren")
    left = shop("left")
    User.objects.filter(pk=left.members.get().user_id).update(is_active=False)
    shop("gone", state=Merchant.State.CLOSED)
    Merchant.objects.create(shop_name="Imported")
    window = announced()
    assert selectors.coverage(window) == selectors.Coverage(told=0, merchants=1)
    assert [each.shop_name for each in selectors.not_told(window)] == ["Wren"]
    run(NOW)
    assert selectors.coverage(window, channel="in_app").ratio == 1.0
    assert not selectors.not_told(window).exists()
    assert [each.shop_name for each in selectors.without_people()] == ["Imported", "Left"]


def test_without_anybody_to_tell_there_is_no_ratio(announced):
    Merchant.objects.create(shop_name="Imported")
    window = announced()
    run(NOW)
    assert selectors.coverage(window).ratio is None


def test_the_proof_exports_without_formulas(as_announcer, announced, shop):
    merchant = shop("wren")
    merchant.members.get().user.__class__.objects.filter(email="wren@example.com").update(name="=HYPERLINK(1)")
    window = announced()
    run(NOW)
    response = as_announcer.get(reverse("admin:maintenance_window_proof_csv", args=[window.pk]))
    rows = list(csv.DictReader(io.StringIO(response.getvalue().decode("utf-8-sig"))))
    assert [row["channel"] for row in rows] == ["in_app", "email"]
    assert {row["recipient"] for row in rows} == {"'=HYPERLINK(1)"}
    assert rows[1]["address"] == "wren@example.com"


def test_incidents_are_recorded_with_their_author(as_announcer, announcer):
    values = {
        "service": "messages",
        "severity": "outage",
        "title_en": "SMS late",
        "title_zh": "短信延迟",
        "text_en": "",
        "text_zh": "",
        "started_at_0": "2026-11-19",
        "started_at_1": "10:12",
        "ended_at_0": "",
        "ended_at_1": "",
    }
    assert as_announcer.post(reverse("admin:maintenance_incident_add"), values).status_code == 302
    incident = Incident.objects.get()
    assert (incident.created_by, incident.ended_at) == (announcer, None)
    wrong = values | {"ended_at_0": "2026-11-19", "ended_at_1": "09:00"}
    response = as_announcer.post(reverse("admin:maintenance_incident_change", args=[incident.pk]), wrong)
    assert "must end after it starts" in response.content.decode()


def test_the_start_of_a_window_shows_in_the_console(as_announcer, announced):
    window = announced()
    run(START)
    assert "In progress" in as_announcer.get(reverse(CHANGE, args=[window.pk])).content.decode()
