"""What an application still lacks before it can be submitted: fields, documents, signatures."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from django.utils.translation import gettext as _

from merchants import agreements, policy
from merchants.models import Application
from merchants.policy import OnboardingPolicy

#: Whoever sells on a platform tells it name, address, contact and registration (E-Commerce Law, art. 27).
_EVERYBODY = (
    "shop_name", "shop_type", "category", "address", "legal_person", "id_number", "contact_name", "contact_phone",
)  # fmt: skip
#: What a business licence states, and the account in its name that money is paid to. Individuals have no licence; they
#: are paid through the account they prove when the first money is due.
_REGISTERED = ("legal_name", "uscc", "scope", "bank_name", "bank_account")
#: Types of shop that stand for one brand.
_BRANDED = ("flagship", "exclusive")


@dataclass(frozen=True)
class Gap:
    """One thing that is missing: on which step it is added, `place` there (a field, a document type, an agreement).

    `text` is a sentence; `label` is the name of a field alone.
    """

    step: Literal["details", "documents", "agreements"]
    place: str
    text: str
    label: str = ""


def required_fields(application: Application) -> list[str]:
    """The fields that this type of shop has to fill in, in the order of the form."""
    required = list(_EVERYBODY)
    if application.shop_type != "individual":
        required += _REGISTERED
    if application.shop_type in _BRANDED:
        required.append("brand")
    return required


def checklist_policy(application: Application) -> OnboardingPolicy:
    """The policy whose checklist holds: for a draft the one in force; once submitted the one it was submitted under,
    because nobody was told of another."""
    return policy.of(application.policy_version)


def gaps(application: Application) -> list[Gap]:
    """Everything that is missing, in the order of the steps."""
    return [*_fields(application), *_documents(application), *_agreements(application)]


def _fields(application: Application) -> Iterator[Gap]:
    for name in required_fields(application):
        if not getattr(application, name):
            label = Application._meta.get_field(name).verbose_name  # type: ignore[union-attr]
            yield Gap("details", name, _("%(field)s is empty.") % {"field": label}, str(label))


def _documents(application: Application) -> Iterator[Gap]:
    if not (application.shop_type and application.category):
        return
    have = set(application.documents.current().values_list("type", flat=True))
    for line in checklist_policy(application).requirements(application.shop_type, application.category):
        if have.isdisjoint(line.types):
            yield Gap("documents", line.main, _("%(document)s is not uploaded.") % {"document": line.name})


def _agreements(application: Application) -> Iterator[Gap]:
    for each in agreements.owed(application=application):
        yield Gap("agreements", each.key, _("“%(agreement)s” is not signed.") % {"agreement": each.title})
