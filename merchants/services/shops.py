"""Opening the shop of an approved application; looking at personal data."""

from typing import Any

from django.db import models

from merchants.models import Application, Member, Merchant
from shopops.accounts.models import User
from shopops.audit import services as audit

#: What is masked on every page and shown only on request, one field at a time.
PERSONAL_FIELDS = ("legal_person", "id_number", "contact_name", "contact_phone", "bank_account")

_CARRIED_OVER = (
    "shop_name", "legal_name", "uscc", "shop_type", "category", "region", "contact_name", "contact_phone",
    "legal_person", "id_number", "brand", "scope", "legal_form", "address", "registered_capital", "established_on",
    "bank_name", "bank_account", "channel", "segment",
)  # fmt: skip


def open_shop(*, application: Application) -> Merchant:
    """Make the merchant of an application: its owner is the applicant, its documents go along with their expiry.

    Called inside the transaction of the approval, with the application locked.
    """
    values: dict[str, Any] = {name: getattr(application, name) for name in _CARRIED_OVER}
    merchant = Merchant.objects.create(**values)
    Member.objects.create(merchant=merchant, user_id=application.applicant_id, role=Member.PortalRole.OWNER)
    application.documents.current().update(merchant=merchant)
    return merchant


def reveal(*, target: models.Model, field: str, actor: User, reason: str) -> str:
    """Return one piece of personal data in full and write down who looked and why.

    Raises ValueError for other fields and for an empty reason.
    """
    if field not in PERSONAL_FIELDS:
        raise ValueError(f"{field} is not personal data.")
    return audit.unmask(target=target, field=field, actor=actor, reason=reason, action="merchants.personal_data.shown")
