"""The real funnel: 8,000 leads, 842 of them sellers. Needs the dataset; OLIST_DIR names its folder."""

import csv
import datetime as dt
import os
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction
from django.urls import reverse

from merchants.leads import selectors
from merchants.leads.models import Lead
from merchants.models import Application
from orders.importing import import_facts
from shopops.accounts.models import User

OLIST = Path(os.environ.get("OLIST_DIR") or Path(settings.BASE_DIR).parent / "shared" / "data" / "olist")

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(
        not (OLIST / "olist_closed_deals_dataset.csv").is_file(), reason="set OLIST_DIR to the folder of the dataset"
    ),
]


def read(name: str) -> list[dict[str, str]]:
    with (OLIST / f"olist_{name}_dataset.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def imported(django_db_setup: Any, django_db_blocker: Any, tmp_path_factory: Any) -> Any:
    """Orders and leads imported once for all tests here, in a transaction that is taken back."""
    media = tmp_path_factory.mktemp("media")
    former, settings.MEDIA_ROOT = settings.MEDIA_ROOT, media
    with django_db_blocker.unblock(), transaction.atomic():
        import_facts("olist", OLIST, rejects_path=media / "rejects.csv")
        User.objects.create_user("leads@ops.example", password=None, is_staff=True, roles=["supervisor"])
        call_command("import_leads", OLIST, mapping="olist", by="leads@ops.example")
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        yield
        transaction.set_rollback(True)
    settings.MEDIA_ROOT = former


def everything() -> Any:
    return selectors.leads_between(dt.date(2017, 1, 1), dt.date(2019, 1, 1))


def test_every_lead_is_there_and_every_deal_is_an_application_with_its_channel_segment_and_date(imported):
    origins = {row["mql_id"]: row["origin"] or "unknown" for row in read("marketing_qualified_leads")}
    deals = read("closed_deals")
    assert (Lead.objects.count(), Application.objects.count()) == (len(origins), len(deals)) == (8000, 842)
    found = {each.merchant.external_id: each for each in Application.objects.select_related("merchant")}
    for deal in deals:
        application = found[deal["seller_id"]]
        assert application.channel == origins[deal["mql_id"]]
        assert application.segment == deal["business_segment"]
        assert application.submitted_at.astimezone(selectors_zone()).strftime("%d-%m-%Y %H:%M") == deal["won_date"]


def selectors_zone() -> Any:
    from django.utils import timezone

    return timezone.get_default_timezone()


def test_the_funnel_agrees_with_a_count_of_the_files(imported):
    sellers = {row["seller_id"] for row in read("order_items")}
    orders = sum(deal["seller_id"] in sellers for deal in read("closed_deals"))
    (total,) = selectors.funnel(everything())
    assert [stage.count for stage in total.stages] == [8000, 842, 842, orders]


def test_the_funnel_by_channel_adds_up(imported):
    channels = Counter(row["origin"] or "unknown" for row in read("marketing_qualified_leads"))
    groups = selectors.funnel(everything(), "channel")
    assert {group.key: group.stages[0].count for group in groups} == dict(channels)
    assert sum(group.stages[1].count for group in groups) == 842


def test_the_page_shows_the_funnel(imported, client):
    client.force_login(User.objects.get(email="leads@ops.example"))
    page = client.get(reverse("leads:funnel"), {"start": "2017-01-01", "end": "2019-01-01"}).content.decode()
    for number in ("8,000", "842", "organic_search"):
        assert number in page


def test_importing_again_changes_nothing(imported, capsys):
    call_command("import_leads", OLIST, mapping="olist", by="leads@ops.example")
    assert "0 new, 0 changed, 8,000 unchanged, 0 rejected" in capsys.readouterr().out
