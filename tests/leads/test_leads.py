"""Leads become applications, and applicants are recognised as leads."""

import datetime as dt
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from merchants import policy
from merchants.leads import services as leads
from merchants.leads.exchange import MERCHANTS
from merchants.leads.models import Lead
from merchants.models import Application, Merchant
from merchants.policy import ONBOARDING
from shopops.exchange.services import confirm, land, take_in
from shopops.policies.services import load_pack
from tests.exchange.conftest import csv_file
from tests.merchants import factories


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def boss(db: None, make_user: Any) -> Any:
    load_pack(ONBOARDING)
    return make_user("boss", roles=["supervisor"])


def won(**values: Any) -> Lead:
    facts = {
        "external_id": "L-1",
        "contacted_on": dt.date(2026, 1, 2),
        "channel": "social",
        "segment": "toys",
        "business_type": "manufacturer",
        "won_at": dt.datetime(2026, 1, 20, 2, tzinfo=dt.UTC),
        "seller_id": "S-9",
    }
    return Lead.objects.create(**facts | values)


def imported(actor: Any, *lines: str) -> Any:
    each = take_in(what=MERCHANTS.code, file=csv_file(*lines), actor=actor)
    land(confirm(of=each, actor=actor))
    each.refresh_from_db()
    return each


def test_a_won_lead_becomes_an_approved_application_with_its_channel_segment_and_dates(boss):
    lead = won()
    assert leads.take_in([lead.pk]) == 1
    application = Application.objects.get()
    assert (application.channel, application.segment, application.category) == ("social", "toys", "toys")
    assert application.submitted_at == application.decided_at == lead.won_at
    assert application.imported_at is not None and application.decided_by is None
    assert application.merchant.external_id == "S-9" and application.shop_type == "exclusive"


def test_taking_leads_in_twice_makes_one_application(boss):
    lead = won()
    leads.take_in([lead.pk])
    assert leads.take_in([lead.pk]) == 0 and Application.objects.count() == 1


def test_the_shop_that_an_order_brought_before_is_used(boss):
    shop = Merchant.objects.create(external_id="S-9", shop_name="Blue Toys")
    leads.take_in([won().pk])
    application = Application.objects.get()
    assert application.merchant == shop and application.shop_name == "Blue Toys"
    shop.refresh_from_db()
    assert shop.channel == "social"


def test_a_lead_without_a_shop_stays_a_lead(boss):
    assert leads.take_in([won(seller_id="").pk]) == 0 and not Application.objects.exists()


def test_who_applies_with_the_address_of_a_lead_is_recognised(boss, make_user):
    applicant = make_user("chen")
    won(external_id="L-old", contacted_on=dt.date(2025, 1, 1), seller_id="", won_at=None, email=applicant.email)
    latest = won(seller_id="", won_at=None, email=applicant.email.upper())
    application = factories.submitted(applicant)
    latest.refresh_from_db()
    application.refresh_from_db()
    assert latest.application == application and application.channel == "social"


def test_a_shop_is_imported_with_its_facts_and_may_be_imported_again(boss):
    heading = "shop,shop_name,uscc,shop_type,category,contact_phone,opened_on"
    row = f"S-1,Lamps,{factories.VANKE.lower()},Multi-brand shop,home,13800138000,2024-03-01"
    each = imported(boss, heading, row)
    assert each.counts == {"new": 1}, each.rejects.first().errors
    shop = Merchant.objects.get()
    assert (shop.uscc, shop.shop_type, shop.contact_phone) == (factories.VANKE, "multi_brand", "13800138000")
    assert timezone.localdate(shop.opened_at) == dt.date(2024, 3, 1)
    assert imported(boss, heading, row).counts == {"unchanged": 1}


def test_contacts_of_a_known_shop_change_empty_cells_leave_them_key_facts_are_refused(boss):
    Merchant.objects.create(external_id="S-1", shop_name="Lamps", legal_name="Old Ltd", region="Here")
    each = imported(
        boss,
        "shop,shop_name,legal_name,region,contact_phone",
        "S-1,Lamps,Old Ltd,,13800138000",
        "S-1,Lamps,New Ltd,There,",
    )
    shop = Merchant.objects.get()
    assert (shop.legal_name, shop.region, shop.contact_phone) == ("Old Ltd", "Here", "13800138000")
    assert each.counts == {"changed": 1, "rejected": 1}
    assert "change request" in each.rejects.get().errors["legal_name"][0]


@pytest.mark.parametrize(
    "row, column",
    [("S-1,Lamps,914403001922038217,", "uscc"), ("S-1,Lamps,,spaceship", "shop_type"), ("S-1,,,", "shop_name")],
)
def test_a_bad_cell_of_a_shop_is_named_by_its_column(boss, row, column):
    each = imported(boss, "shop,shop_name,uscc,shop_type", row)
    assert list(each.rejects.get().errors) == [column] and not Merchant.objects.exists()


def test_two_leads_never_become_the_same_shop(boss):
    won()
    with pytest.raises(ValidationError, match="became this shop already"):
        Lead(external_id="L-2", contacted_on=dt.date(2026, 1, 2), won_at=timezone.now(), seller_id="S-9").full_clean()


def test_the_policy_of_the_day_is_not_asked_for_what_was_decided_elsewhere(boss):
    leads.take_in([won().pk])
    assert Application.objects.get().policy_version is None and policy.active()
