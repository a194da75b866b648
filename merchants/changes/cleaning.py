"""Bringing new values into the form in which they are stored; pages and API refuse the same."""

import re
from collections.abc import Mapping

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _

from merchants.changes.fields import CONTACT_FIELDS, KEY_FIELDS, MAY_BE_EMPTY, label
from merchants.forms import clean_credit_code, clean_id_number
from merchants.models import Merchant

_PHONE = re.compile(r"\+?[0-9][0-9 \-]{5,18}[0-9]")
_ACCOUNT = re.compile(r"[0-9]{8,32}")
#: Longest values of the encrypted fields, whose columns have no limit.
_LONGEST = {"contact_name": 100, "contact_phone": 30, "legal_person": 100, "id_number": 30, "bank_account": 40}


def cleaned(values: Mapping[str, str], *, contacts: bool = False) -> dict[str, str]:
    """Return the values as they are stored. Raises ValidationError with an error per field.

    `contacts`: they are contact fields, else key fields.
    """
    allowed = CONTACT_FIELDS if contacts else KEY_FIELDS
    found: dict[str, str] = {}
    errors: dict[str, ValidationError] = {}
    for field, value in values.items():
        try:
            if field not in allowed:
                raise ValidationError(_("This is nothing that can be changed here."), "unknown")
            found[field] = _clean(field, value)
        except ValidationError as error:
            errors[field] = error
    if errors:
        raise ValidationError({field: error.error_list for field, error in errors.items()})
    return found


def _clean(field: str, value: str) -> str:
    text = value.strip()
    if "\x00" in text:
        raise ValidationError(_("Characters that cannot be stored are in it."), "invalid")
    if not text and field not in MAY_BE_EMPTY:
        raise ValidationError(_("%(field)s is empty.") % {"field": label(field)}, "blank")
    column = Merchant._meta.get_field(field)
    assert isinstance(column, models.Field)
    choices = dict(column.flatchoices)
    if choices and text not in choices:
        raise ValidationError(_("“%(value)s” is none of the choices.") % {"value": text[:50]}, "invalid_choice")
    longest = _LONGEST.get(field) or column.max_length
    if field == "uscc":
        return clean_credit_code(text)
    if longest and len(text) > longest:
        raise ValidationError(_("At most %(count)s characters.") % {"count": longest}, "max_length")
    if field == "id_number":
        return clean_id_number(text)
    if field == "contact_phone" and not _PHONE.fullmatch(text):
        raise ValidationError(
            _("Write the phone with 7 to 20 digits, for example 138 0013 8000 or +86 571 8765 4321."), "invalid"
        )
    if field == "bank_account":
        text = re.sub(r"[\s\-]", "", text)
        if not _ACCOUNT.fullmatch(text):
            raise ValidationError(_("An account number has 8 to 32 digits and nothing else."), "invalid")
    return text
