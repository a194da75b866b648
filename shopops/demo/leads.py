"""A year of leads, some of which became the demo's shops: the funnel has something to show."""

import datetime as dt
import random

from django.utils import timezone

from merchants.leads.models import Lead
from merchants.leads.services import take_in
from merchants.models import Merchant

CHANNELS = ("search", "social", "referral", "trade_fair", "email")
#: How often a contact of each channel wins the seller, of a hundred.
WINS = {"search": 9, "social": 6, "referral": 22, "trade_fair": 15, "email": 4}
SEGMENTS = ("home_decor", "toys", "sports_leisure", "food_drink", "books", "fashion_accessories")
LEADS = 600


def seed(now: dt.datetime | None = None) -> None:
    """Bring in the leads once; the same dice every time."""
    if Lead.objects.exists():
        return
    dice = random.Random(42)  # noqa: S311 - a picture, no secret
    today = timezone.localdate(now)
    shops = list(Merchant.objects.filter(application__isnull=True).exclude(external_id=None).order_by("pk")[:60])
    Lead.objects.bulk_create(_leads(dice, today, shops))
    take_in(list(Lead.objects.filter(won_at__isnull=False).values_list("pk", flat=True)))


def _leads(dice: random.Random, today: dt.date, shops: list[Merchant]) -> list[Lead]:
    found = []
    for number in range(LEADS):
        channel = dice.choice(CHANNELS)
        contacted = today - dt.timedelta(days=dice.randint(20, 360))
        lead = Lead(
            external_id=f"L-{1000 + number}",
            contacted_on=contacted,
            channel=channel,
            landing_page=dice.choice(("spring", "new-sellers", "fair")),
            segment=dice.choice(SEGMENTS),
            business_type=dice.choice(("reseller", "reseller", "manufacturer")),
        )
        if shops and dice.randint(1, 100) <= WINS[channel]:
            shop = shops.pop()
            took = dt.timedelta(days=dice.randint(2, 18), hours=dice.randint(1, 9))
            lead.won_at = timezone.make_aware(dt.datetime.combine(contacted, dt.time(9))) + took
            lead.seller_id, lead.shop_name = shop.external_id or "", shop.shop_name
        found.append(lead)
    return found
