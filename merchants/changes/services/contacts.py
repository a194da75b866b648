"""Contacts apply at once; the former contact hears of it."""

from collections.abc import Mapping

from django.core.exceptions import PermissionDenied
from django.db import transaction

from merchants.changes.cleaning import cleaned
from merchants.changes.errors import NotEditable
from merchants.changes.fields import DIGESTS, RISKY
from merchants.changes.models import ContactChange
from merchants.models import Merchant
from merchants.portal import may
from shopops.accounts.models import User
from shopops.signin.holds import refuse_while_held
from shopops.transitions.handler import announce


@transaction.atomic
def apply_contacts(*, merchant: Merchant, values: Mapping[str, str], actor: User) -> ContactChange | None:
    """Change contact name, phone, region at once; None when they are what they were.

    Raises PermissionDenied, ValidationError for a value, NotEditable for a closed shop, and
    shopops.signin.holds.Held for another phone after an unusual sign-in: codes and calls go there.
    """
    if not may(actor, merchant.pk, "shop.manage"):
        raise PermissionDenied
    fit = cleaned(values, contacts=True)
    locked = Merchant.objects.select_for_update(of=("self",), no_key=True).get(pk=merchant.pk)
    if locked.state == Merchant.State.CLOSED:
        raise NotEditable
    changed = {field: value for field, value in fit.items() if value != (getattr(locked, field) or "")}
    if not changed:
        return None
    if RISKY.intersection(changed):
        refuse_while_held(actor)
    change = ContactChange.objects.create(
        merchant=locked,
        fields=list(changed),
        former_name=locked.contact_name or "" if "contact_name" in changed else "",
        former_phone=locked.contact_phone or "" if "contact_phone" in changed else "",
        former_region=locked.region if "region" in changed else "",
        by=actor,
    )
    for field, value in changed.items():
        setattr(locked, field, value)
    locked.save(update_fields=[*changed, *(DIGESTS[field] for field in changed if field in DIGESTS)])
    announce(change, change.EFFECTS["apply"], actor=actor)
    return change
