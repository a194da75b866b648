"""The job: who is warned, with which facts, and what becomes of it as time goes on."""

import datetime as dt

import pytest
from django.core.management import call_command

from merchants.models import Merchant
from shopops.audit.models import Entry
from shopops.clocks.models import Feature
from shopops.clocks.services import set_pauses
from shopops.notifications.models import Delivery, Message
from tests.warning_center.factories import (
    DAY,
    HOUR,
    NOW,
    cancel,
    check,
    document,
    only_warning,
    review,
    ship,
)
from warning_center import services
from warning_center.choices import Intensity
from warning_center.models import Finding, Warning, WarningFact

LAST_OPEN_MINUTE = NOW + 14 * DAY - HOUR


def facts() -> list[str]:
    return list(WarningFact.objects.values_list("label", flat=True))


def told(kind: str) -> int:
    return Delivery.objects.filter(message__kind=kind, channel="in_app").count()


def test_late_shipment_opens_a_warning_with_its_facts_and_tells_the_merchant_once(shop):
    orders = ship(shop, late=12, of=169)
    assert check() == {"checked": 1, "opened": 1, "escalated": 0, "revoked": 0, "expired": 0}
    warning = only_warning()
    assert (warning.merchant, warning.rule, warning.state) == (shop, "late_shipment", "open")
    assert (warning.numerator, warning.denominator, warning.unit) == (12, 169, "percent")
    assert (warning.type, warning.cause, warning.intensity) == ("order", "logistics", Intensity.WEAK)
    assert warning.number == f"W-0318-{warning.pk:04d}"
    assert warning.opened_at == NOW
    assert (warning.window_start, warning.last_day) == (dt.date(2026, 2, 16), dt.date(2026, 3, 17))
    assert facts() == [order.external_id for order in orders[:12]]
    entry = Entry.objects.get(action="warnings.warning.opened")
    assert entry.merchant_id == shop.pk
    assert entry.policy_version == warning.policy_version
    assert told("warnings.opened") == 1
    assert Delivery.objects.filter(channel="email", address="chen@example.com").count() == 1


def test_a_second_run_changes_nothing(shop):
    ship(shop, late=12, of=169)
    check()
    assert check() == {"checked": 1, "opened": 0, "escalated": 0, "revoked": 0, "expired": 0}
    assert check(NOW + HOUR)["opened"] == 0
    assert Message.objects.count() == 1
    assert Finding.objects.count() == 1


def test_all_four_rules_find_their_shops_and_keep_their_facts(new_shop):
    shops = {name: new_shop(name) for name in ("late", "cancelling", "rude", "expiring", "good")}
    ship(shops["late"], late=20, of=100)
    cancel(shops["cancelling"], cancelled=6, of=100)
    review(shops["rude"], [1, 2, 2, 5, 5, 3, 2, 1, 3, 5])
    document(shops["expiring"], shops["expiring"].members.get().user, days=9)
    ship(shops["good"], late=1, of=100)
    assert check()["opened"] == 4
    found = {
        warning.merchant.shop_name: (warning.rule, warning.intensity, warning.findings.get().facts.count())
        for warning in Warning.objects.select_related("merchant")
    }
    assert found == {
        "Late": ("late_shipment", Intensity.STRONG, 20),
        "Cancelling": ("cancellation", Intensity.MEDIUM, 6),
        "Rude": ("review_score", Intensity.STRONG, 5),
        "Expiring": ("expiring_document", Intensity.MEDIUM, 1),
    }


def test_a_metric_with_a_settling_delay_names_the_days_of_its_facts(shop):
    cancel(shop, cancelled=6, of=100)
    check()
    assert (only_warning().window_start, only_warning().last_day) == (dt.date(2026, 2, 13), dt.date(2026, 3, 14))
    days = [fact.data["placed_at"][:10] for fact in WarningFact.objects.all()]
    assert "2026-02-13" <= min(days) <= max(days) <= "2026-03-14"


def test_too_few_orders_are_no_finding(shop):
    ship(shop, late=7, of=7)
    assert check()["opened"] == 0


def test_one_late_order_of_twenty_is_no_finding(shop):
    ship(shop, late=1, of=20)
    assert check()["opened"] == 0


def test_a_closed_shop_gets_no_new_warning(shop):
    ship(shop, late=12, of=169)
    Merchant.objects.update(state=Merchant.State.CLOSED)
    assert check()["opened"] == 0


def test_a_run_for_a_past_day_sees_that_day(shop):
    ship(shop, late=12, of=169, before=NOW - 200 * DAY)
    assert check()["opened"] == 0
    past = NOW - 200 * DAY
    assert check(past)["opened"] == 1
    assert only_warning().opened_at == past
    assert only_warning().due_at == past + 14 * DAY


def test_the_command_takes_a_day(shop, capsys):
    ship(shop, late=12, of=169)
    call_command("check_risks", "--as-of", "2026-03-18")
    assert "opened: 1" in capsys.readouterr().out
    assert only_warning().opened_at == NOW - 12 * HOUR


# What becomes of it


def test_a_warning_stays_between_limit_and_clearing_value(shop):
    ship(shop, late=12, of=169)
    check()
    ship(shop, late=0, of=190)  # 12 of 359: 3.3 %, below the limit of 4 % but not below 3 %
    assert check(NOW + HOUR)["revoked"] == 0
    assert only_warning().state == "open"


def test_a_warning_is_revoked_once_the_figure_is_clear(shop):
    ship(shop, late=12, of=169)
    check()
    ship(shop, late=0, of=300)  # 12 of 469: 2.6 %
    assert check(NOW + HOUR)["revoked"] == 1
    warning = only_warning()
    assert (warning.state, warning.closed_at, warning.closed_by) == ("revoked", NOW + HOUR, None)
    cleared = warning.findings.get(outcome="revoked")
    assert (cleared.numerator, cleared.denominator) == (12, 469)
    assert (warning.numerator, warning.denominator) == (12, 169), "the warning keeps what it was issued for"
    assert told("warnings.revoked") == 1


def test_a_worse_figure_raises_the_intensity_with_new_facts_and_the_same_deadline(shop):
    ship(shop, late=12, of=169)
    check()
    due = only_warning().due_at
    ship(shop, late=40, of=40)
    assert check(NOW + HOUR)["escalated"] == 1
    warning = only_warning()
    assert (warning.intensity, warning.numerator, warning.denominator) == (Intensity.STRONG, 52, 209)
    assert warning.found_at == NOW + HOUR
    assert warning.due_at == due
    assert [finding.facts.count() for finding in warning.findings.all()] == [12, 52]
    assert told("warnings.escalated") == 1
    assert check(NOW + 2 * HOUR)["escalated"] == 0


def test_facts_stay_as_they_were_when_orders_change(shop):
    late = ship(shop, late=12, of=169)
    check()
    before = WarningFact.objects.get(label=late[0].external_id).data
    late[0].amount, late[0].shipped_at = 1, late[0].placed_at
    late[0].save()
    assert WarningFact.objects.get(label=late[0].external_id).data == before
    assert before["amount"] == 10_000


def test_time_that_runs_out_on_a_finding_that_holds_expires_it(shop):
    ship(shop, late=12, of=169)
    check()
    assert check(LAST_OPEN_MINUTE)["expired"] == 0
    assert check(NOW + 14 * DAY)["expired"] == 1
    warning = only_warning()
    assert (warning.state, warning.closed_at) == ("expired", NOW + 14 * DAY)
    assert warning.findings.get(outcome="expired").facts.count() == 12
    assert told("warnings.expired") == 1


def test_time_that_runs_out_below_the_limit_revokes_it(shop):
    ship(shop, late=12, of=169)
    check()
    ship(shop, late=0, of=190)  # 3.3 %: not clear, but no longer beyond the limit
    assert check(NOW + 14 * DAY) == {"checked": 1, "opened": 0, "escalated": 0, "revoked": 1, "expired": 0}


def test_pauses_move_the_deadline(shop):
    ship(shop, late=12, of=169)
    check()
    set_pauses(shop, [(Feature.SHIPPING, NOW + DAY, NOW + DAY + 5 * HOUR), (Feature.APPEALS, NOW, NOW + DAY)])
    assert only_warning().due_at == NOW + 14 * DAY + 5 * HOUR
    assert check(NOW + 14 * DAY + 4 * HOUR)["expired"] == 0
    assert check(NOW + 14 * DAY + 5 * HOUR)["expired"] == 1


def test_after_an_expiry_the_same_facts_are_not_held_against_the_shop_again(shop):
    ship(shop, late=12, of=169)
    check()
    expired_at = NOW + 14 * DAY
    check(expired_at)
    ship(shop, late=50, of=50, before=expired_at + 10 * DAY)
    assert check(expired_at + 10 * DAY)["opened"] == 0
    ship(shop, late=50, of=50, before=expired_at + 31 * DAY)
    assert check(expired_at + 31 * DAY)["opened"] == 1


def test_a_revocation_by_a_person_is_not_undone_by_the_next_run(shop, make_user):
    ship(shop, late=12, of=169)
    check()
    analyst = make_user("wu", roles=["risk_analyst"])
    services.withdraw(warning=only_warning(), actor=analyst, reason="The carrier lost the scans.", at=NOW + HOUR)
    assert check(NOW + 2 * HOUR)["opened"] == 0


def test_after_a_revocation_by_the_figure_a_new_excess_is_a_new_warning(shop):
    ship(shop, late=12, of=169)
    check()
    ship(shop, late=0, of=300)
    check(NOW + HOUR)
    ship(shop, late=60, of=60, before=NOW + DAY)
    assert check(NOW + DAY)["opened"] == 1
    assert Warning.objects.count() == 2


def test_a_past_run_leaves_later_decisions_alone(shop):
    ship(shop, late=12, of=169)
    check()
    ship(shop, late=0, of=300)
    check(NOW + HOUR)
    again = check()
    assert (again["opened"], again["revoked"]) == (0, 0)
    assert Warning.objects.count() == 1


def test_a_warning_issued_later_is_not_touched_by_a_run_for_an_earlier_day(shop):
    ship(shop, late=12, of=169)
    check()
    ship(shop, late=0, of=300)
    assert check(NOW - HOUR) == {"checked": 1, "opened": 0, "escalated": 0, "revoked": 0, "expired": 0}


# Documents


def test_a_document_warning_rises_as_the_end_comes_near_and_is_due_at_the_end_of_its_last_day(shop, owner):
    document(shop, owner, days=30)
    assert check()["opened"] == 1
    warning = only_warning()
    assert (warning.intensity, warning.numerator, warning.unit) == (Intensity.WEAK, 30, "days")
    assert warning.due_at == NOW.replace(hour=0) + 31 * DAY
    check(NOW + 15 * DAY)
    assert only_warning().intensity == Intensity.MEDIUM
    check(NOW + 23 * DAY)
    assert only_warning().intensity == Intensity.STRONG
    assert told("warnings.escalated") == 2
    assert check(NOW + 31 * DAY)["expired"] == 1


def test_a_document_with_a_month_to_go_is_no_finding(shop, owner):
    document(shop, owner, days=31)
    assert check()["opened"] == 0


def test_a_document_that_ended_already_leaves_time_to_rectify(shop, owner):
    document(shop, owner, days=-3)
    check()
    assert only_warning().intensity == Intensity.STRONG
    assert only_warning().due_at == NOW + 72 * HOUR


def test_a_replaced_document_revokes_its_warning(shop, owner):
    old = document(shop, owner, days=9)
    check()
    old.replaced_at = NOW
    old.save()
    assert check(NOW + HOUR)["revoked"] == 1
    assert only_warning().state == "revoked"


def test_a_corrected_date_ends_the_warning_and_may_bring_one_with_its_own_deadline(shop, owner):
    licence = document(shop, owner, days=9)
    check()
    licence.expires_on += 11 * DAY
    licence.save()
    result = check(NOW + HOUR)
    assert (result["revoked"], result["opened"]) == (1, 1)
    assert Warning.objects.get(state="open").due_at == NOW.replace(hour=0) + 21 * DAY


def test_two_documents_are_two_warnings(shop, owner):
    document(shop, owner, days=9)
    document(shop, owner, days=20)
    assert check()["opened"] == 2


# Scale


def test_the_number_of_queries_does_not_grow_with_shops_that_are_all_right(new_shop, django_assert_max_num_queries):
    for number in range(3):
        ship(new_shop(f"good-{number}"), late=0, of=30)
    with django_assert_max_num_queries(25) as few:
        check()
    for number in range(3, 12):
        ship(new_shop(f"good-{number}"), late=0, of=30)
    with django_assert_max_num_queries(len(few.captured_queries)):
        check()


@pytest.mark.parametrize("state", ["acknowledged", "rectifying"])
def test_a_warning_in_work_is_checked_like_an_open_one(shop, owner, state):
    ship(shop, late=12, of=169)
    check()
    verb = services.acknowledge if state == "acknowledged" else services.start_rectifying
    verb(warning=only_warning(), actor=owner)
    ship(shop, late=0, of=300)
    assert check(NOW + HOUR)["revoked"] == 1
