"""What can be changed of a shop, and by which way: key fields by a request that is reviewed, contacts at once."""

from typing import Final

from django.utils.translation import gettext_lazy as _

from merchants.models import Merchant
from merchants.services import PERSONAL_FIELDS

#: Changed by a request with proof only.
KEY_FIELDS: Final = (
    "shop_name", "shop_type", "category", "brand", "legal_name", "uscc", "legal_form", "address",
    "registered_capital", "scope", "legal_person", "id_number", "bank_name", "bank_account",
)  # fmt: skip
#: Changed by the shop itself, at once.
CONTACT_FIELDS: Final = ("contact_name", "contact_phone", "region")
#: What money or codes go to: held for a day after an unusual sign-in.
RISKY: Final = frozenset({"bank_name", "bank_account", "contact_phone"})
PERSONAL: Final = frozenset(PERSONAL_FIELDS)
#: Of these an empty value is an answer.
MAY_BE_EMPTY: Final = frozenset({"brand"})
#: Digests that a changed field takes along; `save(update_fields=…)` writes what it names alone.
DIGESTS: Final = {"id_number": "id_digest", "bank_account": "bank_digest", "contact_phone": "phone_digest"}
#: Identifiers, shown in their own type.
CODES: Final = frozenset({"uscc", "id_number", "bank_account", "contact_phone"})

#: The sections of the shop's file as people read it: code → (title, fields). "documents" has no fields.
SECTIONS: Final = {
    "shop": (_("Shop"), ("shop_name", "shop_type", "category", "brand")),
    "business": (
        _("Business"),
        ("legal_name", "uscc", "legal_form", "address", "registered_capital", "scope"),
    ),
    "person": (_("Legal person or operator"), ("legal_person", "id_number")),
    "bank": (_("Bank account"), ("bank_name", "bank_account")),
    "contact": (_("Contact"), CONTACT_FIELDS),
    "documents": (_("Documents"), ()),
}

#: The item of a request that renews a document is written like this.
DOCUMENT_PREFIX: Final = "document:"
#: Facts that people type from a document.
PAPER_FACTS: Final = ("number", "holder", "grantor", "brand", "issued_on", "expires_on")


def label(field: str) -> str:
    """A field's name in the reader's language; a document's is its type's code, for the policy to name."""
    if field.startswith(DOCUMENT_PREFIX):
        return field.removeprefix(DOCUMENT_PREFIX)
    return str(Merchant._meta.get_field(field).verbose_name)  # type: ignore[union-attr]


def in_words(field: str, value: str) -> str:
    """A stored value as people read it: the name of a choice, else itself."""
    if field.startswith(DOCUMENT_PREFIX):
        return value
    choices = dict(getattr(Merchant._meta.get_field(field), "flatchoices", ()))
    return str(choices.get(value, value))


def section_of(field: str) -> str:
    """The section a field stands in; documents have their own."""
    return next((code for code, (_title, names) in SECTIONS.items() if field in names), "documents")
