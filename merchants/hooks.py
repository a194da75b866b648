"""What webhooks tell of applications and shops, and whose a merchant's endpoints are."""

from typing import Any

from django.urls import reverse

from merchants.models import Application, Decision, Merchant
from merchants.portal import owners_and_staff
from shopops.accounts.models import User
from shopops.webhooks.catalogue import Payload
from shopops.webhooks.models import Endpoint
from shopops.webhooks.owners import MerchantDirectory


def _application(application: Application) -> dict[str, Any]:
    decision = Decision.objects.filter(application=application).order_by("-id").first()
    decided = application.state in (Application.State.NEEDS_INFO, Application.State.REJECTED)
    return {
        "shop_type": application.shop_type,
        "category": application.category,
        "submissions": application.submissions,
        "reason_codes": list(decision.reasons) if decision and decided else [],
        "channel": application.channel,
        "segment": application.segment,
        "previous": application.previous.number if application.previous else None,
    }


def _merchant(merchant: Merchant) -> dict[str, Any]:
    return {
        "external_id": merchant.external_id,
        "shop_type": merchant.shop_type,
        "category": merchant.category,
        "takes_new_business": merchant.state == Merchant.State.ACTIVE,
    }


def _people(merchant_id: int) -> list[User]:
    return owners_and_staff(merchant_id, "api.manage")


def _name(merchant_id: int) -> str:
    return str(Merchant.objects.filter(pk=merchant_id).first() or merchant_id)


def _page(endpoint: Endpoint) -> str:
    return reverse("webhooks:endpoint", args=[endpoint.pk])


APPLICATION = Payload(
    "merchants.application",
    _application,
    {
        "shop_type": "flagship",
        "category": "food",
        "submissions": 2,
        "reason_codes": ["legal_name"],
        "channel": "paid_search",
        "segment": "home_decor",
        "previous": "A-1104-0017",
    },
)
MERCHANT = Payload(
    "merchants.merchant",
    _merchant,
    {"external_id": "S-20931", "shop_type": "flagship", "category": "food", "takes_new_business": False},
)
DIRECTORY = MerchantDirectory(people=_people, name=_name, url_of=_page)
