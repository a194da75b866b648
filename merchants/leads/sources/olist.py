"""The two files of Olist's marketing funnel, joined into rows of leads."""

import csv
import datetime as dt
from collections.abc import Iterator
from pathlib import Path

from django.utils.translation import gettext as _

LEADS = "olist_marketing_qualified_leads_dataset.csv"
DEALS = "olist_closed_deals_dataset.csv"


class FilesMissing(Exception):
    """The folder lacks a file; the message names it."""


def rows(folder: Path) -> Iterator[dict[str, str]]:
    """Every lead of the folder with its deal; raises FilesMissing. Dates there are day-month-year, here ISO 8601."""
    deals = {deal["mql_id"]: deal for deal in _read(folder / DEALS)}
    for lead in _read(folder / LEADS):
        deal = deals.get(lead["mql_id"], {})
        yield {
            "lead": lead["mql_id"],
            "contacted_on": _day(lead["first_contact_date"]),
            "channel": lead["origin"] or "unknown",
            "landing_page": lead["landing_page_id"],
            "segment": deal.get("business_segment", ""),
            "lead_type": deal.get("lead_type", ""),
            "business_type": deal.get("business_type", ""),
            "shop_name": f"Seller {deal['seller_id'][:6]}" if deal else "",
            "email": "",
            "won_at": _moment(deal["won_date"]) if deal else "",
            "shop": deal.get("seller_id", ""),
        }


def _read(path: Path) -> Iterator[dict[str, str]]:
    if not path.is_file():
        raise FilesMissing(_("There is no file %(file)s.") % {"file": path})
    with path.open(encoding="utf-8-sig", newline="") as file:
        yield from csv.DictReader(file)


def _day(text: str) -> str:
    return dt.datetime.strptime(text, "%d-%m-%Y").date().isoformat()


def _moment(text: str) -> str:
    return dt.datetime.strptime(text, "%d-%m-%Y %H:%M").isoformat(" ", "minutes")
