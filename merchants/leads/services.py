"""Leads become applications: those that were won elsewhere are taken in, those who apply here are recognised."""

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils import timezone

from merchants.leads.models import Lead
from merchants.leads.sources import category_of, shop_type_of
from merchants.models import Application, Merchant
from merchants.numbers import next_number
from shopops.accounts.models import User
from shopops.fields import digest

#: Applications that were decided elsewhere have no applicant who could sign in; .invalid is reserved (RFC 2606).
NOBODY = "imported@applications.invalid"


@transaction.atomic
def take_in(lead_ids: list[int]) -> int:
    """Turn won leads into approved applications of their shops, once each; returns how many were new.

    The decision was made elsewhere: the application says so (`imported_at`), nobody is told, and no check ran.
    """
    won = Lead.objects.select_for_update(of=("self",)).filter(
        pk__in=lead_ids, won_at__isnull=False, application__isnull=True
    )
    taken = 0
    for lead in won.exclude(seller_id="").order_by("pk"):
        lead.application = _application(lead)
        lead.save(update_fields=["application"])
        taken += 1
    return taken


def _application(lead: Lead) -> Application:
    assert lead.won_at is not None  # take_in asks for it
    merchant = _merchant(lead, lead.won_at)
    present = Application.objects.filter(merchant=merchant).first()
    if present:
        return present
    return Application.objects.create(
        number=next_number(Application, "A", lead.won_at),
        applicant=_nobody(),
        state=Application.State.APPROVED,
        shop_name=merchant.shop_name,
        shop_type=merchant.shop_type,
        category=merchant.category,
        region=merchant.region,
        channel=lead.channel,
        segment=lead.segment,
        created_at=lead.won_at,
        submitted_at=lead.won_at,
        submissions=1,
        decided_at=lead.won_at,
        imported_at=timezone.now(),
        merchant=merchant,
    )


def _merchant(lead: Lead, won_at: dt.datetime) -> Merchant:
    """The lead's shop; made now when no order or file has brought it yet."""
    merchant, _made = Merchant.objects.get_or_create(
        external_id=lead.seller_id,
        defaults={
            "shop_name": lead.shop_name or f"Seller {lead.seller_id[:6]}",
            "shop_type": shop_type_of(lead.business_type),
            "category": category_of(lead.segment),
            "channel": lead.channel,
            "segment": lead.segment,
            "opened_at": won_at,
        },
    )
    if not merchant.channel and lead.channel:
        merchant.channel, merchant.segment = lead.channel, lead.segment
        merchant.save(update_fields=["channel", "segment"])
    return merchant


def _nobody() -> User:
    user, made = User.objects.get_or_create(email=NOBODY, defaults={"is_active": False})
    if made:
        user.set_unusable_password()
        user.save(update_fields=["password"])
    return user


def link(application: Any, _entry: Any) -> None:
    """Recognise a lead in who hands an application in: by the e-mail address, the latest contact first."""
    if Lead.objects.filter(application=application).exists():
        return
    lead = (
        Lead.objects.select_for_update(of=("self",))
        .filter(email_digest=digest(application.applicant.email), application__isnull=True)
        .exclude(email_digest="")
        .order_by("-contacted_on", "-pk")
        .first()
    )
    if lead is None:
        return
    lead.application = application
    lead.save(update_fields=["application"])
    if not application.channel:
        application.channel, application.segment = lead.channel, application.segment or lead.segment
        application.save(update_fields=["channel", "segment"])
