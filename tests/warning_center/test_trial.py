"""Warning rules in shadow: what they would find and open, by the real rules, without any effect."""

import copy

import pytest

from shopops.audit.models import Entry
from shopops.notifications.models import Message
from shopops.policies.kinds import kinds
from shopops.policies.models import PolicyTrial
from shopops.policies.selectors import active_version
from shopops.policies.services import create_draft, start_shadow
from tests.warning_center.factories import DAY, NOW, cancel, check, ship
from warning_center.models import Warning
from warning_center.policy import KIND


@pytest.fixture
def shadow_of(policies, make_user):
    """Put rules into shadow that change values of one rule: shadow_of("late_shipment", minimum_sample=200)."""

    def make(code, **values):
        body = copy.deepcopy(active_version(KIND).body)
        next(each for each in body["rules"] if each["code"] == code).update(values)
        author = make_user("ines", roles=["risk_analyst"])
        return start_shadow(version=create_draft(kind=kinds.get(KIND), author=author, body=body), actor=author)

    return make


def lower(limit):
    """Bands of late shipment from a limit on."""
    return {"limit": limit, "clear": limit / 2, "bands": [{"beyond": limit, "intensity": "strong"}], "confidence": 0.0}


def row(name):
    return next(each for each in PolicyTrial.objects.get().result["rules"] if each["name"]["en"] == name)


def test_stricter_rules_find_more_and_warn_nobody(new_shop, shadow_of):
    bad, fair, good = new_shop("bad"), new_shop("fair"), new_shop("good")
    ship(bad, late=20, of=100)
    ship(fair, late=3, of=100)
    ship(good, late=0, of=100)
    shadow_of("late_shipment", **lower(0.02))
    counts = check()
    assert (counts["opened"], counts["tried"]) == (1, 1)
    assert [each.merchant for each in Warning.objects.all()] == [bad]
    assert Message.objects.filter(kind__startswith="warnings.").count() == 1
    assert not Entry.objects.filter(merchant_id=fair.pk, action__startswith="warnings.").exists()
    assert row("Late shipment") == {
        "name": {"en": "Late shipment", "zh": "延迟发货"},
        "found": [1, 2],
        "opened": [1, 2],
        "new": 1,
        "gone": 0,
    }
    result = PolicyTrial.objects.get().result
    assert [(each["merchant"], each["intensity"]) for each in result["new"]] == [(fair.pk, 3)]
    assert result["checked"] == 3


def test_milder_rules_lose_findings(new_shop, shadow_of):
    shop, other = new_shop("late"), new_shop("cancelling")
    ship(shop, late=20, of=100)
    cancel(other, cancelled=6, of=100)
    shadow_of("late_shipment", minimum_sample=101)
    check()
    assert (row("Late shipment")["found"], row("Late shipment")["gone"]) == ([1, 0], 1)
    assert row("Cancellation")["found"] == [1, 1]
    assert [each["merchant"] for each in PolicyTrial.objects.get().result["gone"]] == [shop.pk]


def test_what_is_warned_already_is_found_and_not_opened_again(shop, shadow_of):
    ship(shop, late=20, of=100)
    check()
    shadow_of("late_shipment", hours=500)
    check(NOW + DAY)
    assert (row("Late shipment")["found"], row("Late shipment")["opened"]) == ([1, 1], [0, 0])


def test_a_change_of_intensity_is_counted(shop, shadow_of):
    ship(shop, late=12, of=169)
    shadow_of("late_shipment", **lower(0.03))
    check()
    assert (PolicyTrial.objects.get().result["stronger"], Warning.objects.get().intensity) == (1, 1)


def test_a_run_again_keeps_what_was_recorded_first(shop, shadow_of):
    ship(shop, late=20, of=100)
    shadow_of("late_shipment", hours=500)
    check()
    assert "tried" not in check()
    assert row("Late shipment")["opened"] == [1, 1]


def test_the_page_of_the_version_shows_it(new_shop, shadow_of, client, make_user):
    ship(new_shop("fair"), late=3, of=100)
    version = shadow_of("late_shipment", **lower(0.02))
    check()
    client.force_login(make_user("zhou", roles=["supervisor"]))
    page = client.get(f"/admin/policies/policyversion/{version.pk}/change/").content.decode()
    for words in ("what it would have done", "Only the shadow finds", "Fair", "Strong"):
        assert words in page
